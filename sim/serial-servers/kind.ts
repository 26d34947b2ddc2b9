import { UsageError } from '../kernel/invariant.ts';

/** Protocols that are spoken over TCP. */
export type NetworkKind = 'tcp' | 'telnet' | 'rfc2217' | 'ws';

/** One way to attach, as `--serial` asks for it. */
export type SerialKind =
  | { readonly kind: 'pty'; readonly link: string | undefined }
  | { readonly kind: NetworkKind; readonly host: string; readonly port: number };

/** The address that other machines do not reach. */
const loopback = '127.0.0.1';

const networkKinds: ReadonlySet<string> = new Set<NetworkKind>(['tcp', 'telnet', 'rfc2217', 'ws']);
const howToWrite =
  'write pty, pty:/path/of/link, tcp:PORT, telnet:PORT, rfc2217:PORT, ws:PORT or none ' +
  '(HOST:PORT for other addresses than 127.0.0.1)';

/** Reads what follows `--serial`; undefined for `none`. A `UsageError` says how to write it. */
export function parseSerialKind(text: string): SerialKind | undefined {
  const [, kind = '', , argument] = /^([^:]*)(:(.*))?$/s.exec(text) ?? [];
  if (kind === 'none' && argument === undefined) return undefined;
  if (kind === 'pty') {
    if (argument === '') throw new UsageError(`serial "${text}" names no link: ${howToWrite}`);
    return { kind, link: argument };
  }
  if (!isNetworkKind(kind)) {
    throw new UsageError(`serial "${text}" is no way to attach: ${howToWrite}`);
  }
  if (argument === undefined || argument === '') {
    throw new UsageError(`serial "${text}" names no port: write ${kind}:4000, 0 for any free one`);
  }
  return { kind, ...parseAddress(text, argument) };
}

/** Whether only this machine reaches it. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
}

function isNetworkKind(kind: string): kind is NetworkKind {
  return networkKinds.has(kind);
}

function parseAddress(text: string, address: string): { host: string; port: number } {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(address);
  if (match === null) {
    throw new UsageError(
      `serial "${text}": "${address}" is neither PORT nor HOST:PORT ([::1]:4000 for IPv6)`,
    );
  }
  const port = Number(match[3]);
  if (port > 65_535) throw new UsageError(`serial "${text}": a port is 65535 at most`);
  return { host: match[1] ?? match[2] ?? loopback, port };
}

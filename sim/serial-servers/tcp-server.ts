import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { UsageError } from '../kernel/invariant.ts';
import type { ClientOptions } from './client.ts';
import type { NetworkKind, SerialKind } from './kind.ts';
import { rawProtocol, type Protocol } from './protocol.ts';
import type { SharedLine } from './shared-line.ts';
import { TelnetProtocol } from './telnet-protocol.ts';

/** What listens for clients, or is one by itself. */
export interface SerialServer {
  /** Where it is found. */
  readonly where: string;
  /** How one attaches to it: a command, or what to give to a program. */
  readonly how: string;
  close(): Promise<void>;
}

/** How a server hands over who has come. */
export type Welcome = (client: Omit<ClientOptions, 'line'>) => void;

/** More clients are refused. */
const clientsMax = 32;

/** A client whose machine is gone is found out after about so long. */
const keepAliveInitialDelay = 60_000;

/** Listens at an address; rejects with a `UsageError` where that cannot be. */
export async function openTcpServer(
  address: NetworkAddress,
  { line, welcome }: { readonly line: SharedLine; readonly welcome: Welcome },
): Promise<SerialServer> {
  const { kind } = address;
  const how = { noDelay: true, keepAlive: true, keepAliveInitialDelay };
  const server = createServer(how, (socket) =>
    welcome({
      name: `${kind} ${remoteName(socket)}`,
      stream: socket,
      protocol: protocolOf(kind, line),
    }),
  );
  const { host, port } = await listen(server, address);
  const at = `${bracketed(host)}:${port}`;
  const hows = {
    tcp: `socat -,rawer tcp:${at}`,
    telnet: `telnet ${host} ${port}`,
    rfc2217: `pyserial: rfc2217://${at}`,
  };
  return {
    where: `${kind} ${at}`,
    how: hows[kind],
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

interface NetworkAddress {
  readonly kind: Exclude<NetworkKind, 'ws'>;
  readonly host: string;
  readonly port: number;
}

/** The peer of a connection, as `127.0.0.1:41234`. */
export function remoteName({ remoteAddress = 'unknown', remotePort = 0 }: Socket): string {
  return `${bracketed(remoteAddress.replace(/^::ffff:(?=\d+\.)/, ''))}:${remotePort}`;
}

/** As URLs want it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Answers where it listens. */
export async function listen(
  server: Server,
  address: Extract<SerialKind, { host: string }>,
): Promise<{ readonly host: string; readonly port: number }> {
  const { kind, host, port } = address;
  server.maxConnections = clientsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new UsageError(`--serial ${kind}: ${problemOf(cause, address)}`, { cause }));
    });
    server.listen({ port, host, exclusive: true }, resolve);
  });
  return { host, port: (server.address() as AddressInfo).port };
}

function problemOf(
  { code, message }: NodeJS.ErrnoException,
  { kind, host, port }: { readonly kind: string; readonly host: string; readonly port: number },
): string {
  if (code === 'EADDRINUSE') {
    return `port ${port} of ${host} is taken: give another, or ${kind}:0 for any free one`;
  }
  if (code === 'EACCES') return `nobody but root may listen at port ${port}: give one above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `${host} is no address of this machine`;
  }
  return message;
}

function protocolOf(kind: NetworkAddress['kind'], line: SharedLine): Protocol {
  if (kind === 'tcp') return rawProtocol();
  if (kind === 'telnet') return new TelnetProtocol();
  return new TelnetProtocol({ comPort: { isPowered: line.isPowered } });
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { UsageError } from '../kernel/invariant.ts';
import { problem, type Problem } from './problems.ts';

/** Who may ask the bench. */
export interface Access {
  /** The address that is listened at. */
  readonly host: string;
  /** What every request must show; undefined where none need to. */
  readonly token: string | undefined;
}

/** The parts of a request that say who asks. */
export interface Asking {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The path that was asked for. */
  readonly path: string;
}

const loopbacks = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Characters that stand in a header and in the name of a subprotocol. */
const tokenForm = /^[A-Za-z0-9._~-]{16,256}$/;

/** What a WebSocket of a browser, which can send no header, puts before the token. */
const tokenProtocol = 'token.';

/** The subprotocol that is spoken, for clients that name one. */
export const subprotocol = 'nasboard';

/** Whether only this machine can connect there. */
export function isLoopback(host: string): boolean {
  return loopbacks.test(host.toLowerCase());
}

/**
 * Who may ask at an address. Beyond loopback everybody shows a token: the one that is wanted, else
 * one of chance. On loopback only where one is wanted.
 */
export function accessAt(host: string, wanted: string | undefined): Access {
  if (wanted !== undefined && !tokenForm.test(wanted)) {
    throw new UsageError(
      'NASBOARD_TOKEN has 16 to 256 letters, digits or . _ ~ -; leave it out for one of chance',
    );
  }
  const token = wanted ?? (isLoopback(host) ? undefined : randomBytes(24).toString('base64url'));
  return { host, token };
}

/**
 * Why a request is refused, before anything else of it is looked at. A name in `Host` that is none
 * of this machine's comes from DNS rebinding; another `Origin` from a page that should not ask.
 */
export function refusalOf(access: Access, { headers, path }: Asking): Problem | undefined {
  const host = textOf(headers['host']);
  const name = hostNameOf(host);
  if (name === undefined || !isOwnName(access, name)) return problem('wrong-host');
  const origin = textOf(headers['origin']);
  if (origin !== undefined && origin !== `http://${host}`) return problem('cross-site');
  if (path === '/') return undefined;
  const site = textOf(headers['sec-fetch-site']) ?? 'none';
  if (site !== 'same-origin' && site !== 'none') return problem('cross-site');
  return isShown(access, headers) ? undefined : problem('token-missing');
}

function isOwnName({ host }: Access, name: string): boolean {
  if (isLoopback(name)) return true;
  if (isLoopback(host)) return false;
  const names = [host, hostname()].map((each) => each.toLowerCase());
  return isIP(name) !== 0 || names.includes(name);
}

function isShown({ token }: Access, headers: Asking['headers']): boolean {
  if (token === undefined) return true;
  const [, bearer] = /^Bearer +(\S+)$/i.exec(textOf(headers['authorization']) ?? '') ?? [];
  const protocols = (textOf(headers['sec-websocket-protocol']) ?? '').split(',');
  const offered = protocols
    .map((each) => each.trim())
    .find((each) => each.startsWith(tokenProtocol));
  const shown = bearer ?? offered?.slice(tokenProtocol.length);
  return shown !== undefined && isSame(shown, token);
}

/** In the same time whatever is shown: digests have one length. */
function isSame(shown: string, token: string): boolean {
  return timingSafeEqual(digestOf(shown), digestOf(token));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostNameOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return undefined;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}

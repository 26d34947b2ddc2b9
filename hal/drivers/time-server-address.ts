import { HalError } from '../errors.ts';

/** The port of NTP. */
export const ntpPort = 123;

/** Where a time server listens. */
export interface TimeServerAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host`, `host:port`, `[address]:port` and bare IPv6 addresses.
 * Errors: `bad-argument`.
 */
export function parseTimeServer(server: string, port: number = ntpPort): TimeServerAddress {
  const { host = '', given } = partsOf(server);
  const chosen = given === undefined ? port : Number(/^\d+$/.exec(given)?.[0]);
  const isPort = chosen >= 1 && chosen <= 65_535;
  if (!isPort || host === '' || /[\s[\]]/.test(host)) {
    const forms = 'ntp.example, ntp.example:123, 192.0.2.1 or [2001:db8::1]:123';
    throw new HalError('bad-argument', 'ntp', `«${server}» is no time server; write ${forms}`);
  }
  return { host, port: chosen };
}

function partsOf(server: string): { host?: string | undefined; given?: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(server);
  if (bracketed !== null) return { host: bracketed[1], given: bracketed[2] };
  if (server.split(':').length > 2) return { host: server };
  const [host, given] = server.split(':');
  return given === '' ? {} : { host, given };
}

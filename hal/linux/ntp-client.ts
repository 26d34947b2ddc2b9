import { isIPv6 } from 'node:net';
import type { Clock } from '../clock.ts';
import { parseTimeServer } from '../drivers/time-server-address.ts';
import { HalError } from '../errors.ts';
import type { Ntp, NtpSample } from '../ntp.ts';
import { lookUp } from './datagram.ts';

/** What the driver stands on. */
export interface NtpClientOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** The build date: decides the era, and earlier times are refused. */
  readonly pivotMs: number;
  /** What the board suggests. */
  readonly servers: readonly string[];
  /** For servers that are named without one; 123 unless told otherwise. */
  readonly port?: number;
}

/** After this the package closes its socket: nothing else does, an abort neither. */
const replyTimeoutMs = 5000;

const eraMs = 2 ** 32 * 1000;
const firstEraMs = Date.UTC(1900, 0, 1);

/**
 * The package `ntp-client`, which takes the first datagram that comes to its socket and reads one
 * timestamp out of it. It checks nothing, so `validated` is empty; this driver measures the round
 * trip around it, unfolds the era, and refuses what is no time or lies before the pivot. IPv4 only;
 * the time is in whole milliseconds, cut off.
 */
export function createNtpClient(options: NtpClientOptions): Ntp {
  return {
    servers: options.servers,
    query: async (server, { signal }) => {
      const { host, port } = parseTimeServer(server, options.port);
      if (isIPv6(host)) {
        throw new HalError('unsupported', 'ntp', `ntp-client knows no IPv6: «${server}»`);
      }
      return untilAborted(signal, server, async () => {
        // Before the clock is read: a look-up must not count into the round trip.
        const { address } = await lookUp(host, 4);
        return ask(options, { server, address, port });
      });
    },
  };
}

async function ask(
  { clock, pivotMs }: NtpClientOptions,
  peer: { readonly server: string; readonly address: string; readonly port: number },
): Promise<NtpSample> {
  const { server } = peer;
  const { default: ntpClient } = await import('ntp-client');
  ntpClient.ntpReplyTimeout = replyTimeoutMs;
  return new Promise((resolve, reject) => {
    const sentAtMs = clock.now();
    withoutDeprecations(() =>
      ntpClient.getNetworkTime(peer.address, peer.port, (error, date) => {
        const receivedAtMs = clock.now();
        if (date === null) return reject(errorOf(error, server));
        const serverTimeMs = unfolded(date.getTime(), pivotMs);
        if (serverTimeMs !== undefined) {
          return resolve({ server, serverTimeMs, sentAtMs, receivedAtMs, validated: [] });
        }
        const told = Number.isNaN(date.getTime()) ? 'no time' : date.toISOString();
        return reject(new HalError('io', 'ntp', `«${server}» tells ${told}`));
      }),
    );
  });
}

/**
 * The package counts from 1900 whatever the era. `undefined` where that can be no time: nothing
 * readable, a timestamp of 0 (unknown), or a time before the pivot in the era nearest to it.
 */
function unfolded(firstMs: number, pivotMs: number): number | undefined {
  if (Number.isNaN(firstMs) || firstMs === firstEraMs) return undefined;
  const era = Math.ceil((pivotMs - eraMs / 2 - firstMs) / eraMs);
  const timeMs = firstMs + era * eraMs;
  return timeMs < pivotMs ? undefined : timeMs;
}

/** The package tells time-outs as a text, all else as errors of the host. */
function errorOf(error: unknown, server: string): HalError {
  if (typeof error === 'string')
    return new HalError('timed-out', 'ntp', `no reply from «${server}»`);
  return new HalError('unreachable', 'ntp', `«${server}» could not be asked`, { cause: error });
}

/**
 * The package says `new Buffer`, which Node reports on the terminal. It does so at once when it is
 * called, so that what is silent here is silent for nobody else.
 */
function withoutDeprecations(run: () => void): void {
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    run();
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/** The package cannot be stopped; what it brings after an abort is not heard. */
async function untilAborted<T>(
  signal: AbortSignal,
  server: string,
  run: () => Promise<T>,
): Promise<T> {
  let abort = (): void => undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      abort = () => reject(new HalError('timed-out', 'ntp', `no reply from «${server}»`));
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      run().then(resolve, reject);
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

import type { Clock } from '../clock.ts';
import { createSntp } from '../drivers/sntp.ts';
import { HalError } from '../errors.ts';
import type { Ntp } from '../ntp.ts';
import type { RandomSource } from '../random.ts';
import type { Closable } from './closable.ts';
import { createDatagrams } from './datagram.ts';
import { createNtpClient } from './ntp-client.ts';

/** `sntp`: ours, checks all that can be checked. `ntp-client`: the package, checks nothing. */
export type NtpDriver = 'sntp' | 'ntp-client';

/** How this host asks time servers. */
export interface NtpOptions {
  readonly driver: NtpDriver;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomSource;
  /** The build date of the firmware: decides the era of what servers tell. */
  readonly pivotMs: number;
  /** What the board suggests; `host`, `host:port` or `[address]:port`. */
  readonly servers: readonly string[];
  /** For servers that are named without one; 123 unless told otherwise. */
  readonly port?: number;
}

/**
 * Time servers over UDP of this host, with the driver that was chosen. Closing ends the queries
 * under way (`closed`); `ntp-client` lets go of their sockets when its own time is over.
 */
export function createNtp({ driver, ...options }: NtpOptions): Ntp & Closable {
  const life = new AbortController();
  const ntp =
    driver === 'ntp-client'
      ? createNtpClient(options)
      : createSntp({ ...options, datagrams: createDatagrams(options) });
  return {
    servers: ntp.servers,
    query: async (server, { signal }) => {
      const either = AbortSignal.any([signal, life.signal]);
      return ntp.query(server, { signal: either }).catch((error: unknown) => {
        throw life.signal.aborted ? new HalError('closed', 'ntp', 'the board was closed') : error;
      });
    },
    close: () => life.abort(),
  };
}

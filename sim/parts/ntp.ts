import { HalError } from '#hal/errors';
import type { Ntp } from '#hal/ntp';

/** The time servers of a world that has none. */
export const noTimeServers: Ntp = {
  query: (server) =>
    Promise.reject(new HalError('unreachable', 'ntp', `no time server «${server}» in this world`)),
};

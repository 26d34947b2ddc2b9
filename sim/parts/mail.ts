import { HalError } from '#hal/errors';
import type { Mail } from '#hal/mail';

/** The mail servers of a world that has none. */
export const noMailServers: Mail = {
  send: ({ host }) =>
    Promise.reject(new HalError('unreachable', 'mail', `no mail server «${host}» in this world`)),
};

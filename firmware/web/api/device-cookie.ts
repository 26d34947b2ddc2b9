import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nameKey } from '../../accounts/names.ts';
import { apiPrefix } from './document.ts';

/**
 * Browsers keep no cookie longer than 400 days; how long the token is good, the appliance knows.
 */
const keptSeconds = 400 * 86_400;

/** The token of this browser by which that user skips the second step. */
export function deviceTokenOf(request: FastifyRequest, userName: string): string | undefined {
  return request.cookies[cookieOf(userName)];
}

/** Has a browser show the token at each sign-in, without a script ever seeing it. */
export function keepDeviceToken(reply: FastifyReply, userName: string, token: string): void {
  reply.setCookie(cookieOf(userName), token, {
    path: `${apiPrefix}/login`,
    httpOnly: true,
    sameSite: 'strict',
    maxAge: keptSeconds,
  });
}

/** Several people may use one browser. A name can hold what a cookie's name must not. */
function cookieOf(userName: string): string {
  const key = createHash('sha256').update(nameKey(userName)).digest('hex').slice(0, 16);
  return `nasboard_device_${key}`;
}

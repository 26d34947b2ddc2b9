import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The cookie that holds a browser's session. */
export const sessionCookie = 'nasboard_session';

/** What a request shows of who makes it. */
export interface Credentials {
  readonly token: string | undefined;
  /** True where the browser sends it by itself, whoever made the page. */
  readonly isCookie: boolean;
}

/** A script's `Authorization: Bearer` decides; the cookie counts only without one. */
export function credentialsOf(request: FastifyRequest): Credentials {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
    return { token, isCookie: false };
  }
  return { token: request.cookies[sessionCookie], isCookie: true };
}

/** Gives a browser its session. There is no `Secure`: the appliance speaks plain HTTP. */
export function setSessionCookie(reply: FastifyReply, token: string): void {
  reply.setCookie(sessionCookie, token, { path: '/', httpOnly: true, sameSite: 'strict' });
}

/** Takes it away, once the session is over. */
export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(sessionCookie, { path: '/', httpOnly: true, sameSite: 'strict' });
}

/** The token that requests of a cookie session must show: only a page of this site can know it. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('nasboard csrf').digest('base64url');
}

/** Whether the request shows the token of its session; in constant time. */
export function hasCsrfToken(request: FastifyRequest, sessionToken: string): boolean {
  const shown = request.headers['x-csrf-token'];
  if (typeof shown !== 'string') return false;
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  const given = Buffer.from(shown);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Whether a browser says that a page of another site made the request. */
export function isCrossSite({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return hostOf(origin) !== host?.toLowerCase();
}

/** The port that a scheme implies is never written in either header. */
function hostOf(origin: string): string | undefined {
  const [, host] = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin) ?? [];
  return host?.toLowerCase();
}

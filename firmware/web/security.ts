import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOperatingError } from '../operating-error.ts';
import { applianceOf } from './appliance.ts';
import { tellNotServing } from './serving.ts';

/**
 * On every answer, unless its handler says otherwise: nothing here is a page, belongs into a frame,
 * a cache or the address line of another site.
 */
const headersOfAll = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** An address has made more requests than it may: each face says so in its own words. */
export class TooManyRequests extends Error {
  readonly statusCode = 429;
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('too many requests');
    this.waitMs = waitMs;
  }
}

/** The security level does not let the address connect. */
export class AddressNotAllowed extends Error {
  readonly statusCode = 403;

  constructor() {
    super('the address is not allowed');
  }
}

/** Headers of every answer, who may connect and how often, what is answered to failures. */
export function registerSecurity(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headersFor(request.raw));
    const { gate } = request.appliance;
    const waitMs = gate.waitMs(request.ip);
    if (waitMs > 0) throw new TooManyRequests(waitMs);
    if (!gate.isAllowed(request.ip)) throw new AddressNotAllowed();
  });
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler(async (_, reply) => reply.code(404).send());
}

/** The headers of every answer. */
export function headersFor(request: FastifyRequest['raw']): Record<string, string> {
  const { wallClock } = applianceOf(request).services;
  // Without a clock there is no date to send (RFC 9110, 6.6.1).
  if (wallClock.trust === 'unset') return headersOfAll;
  return { ...headersOfAll, date: new Date(wallClock.nowMs()).toUTCString() };
}

/** A status and nothing else: texts of errors may repeat what came with the request. */
function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { control, tellTrouble } = request.appliance;
  if (isOperatingError(error)) {
    tellTrouble(error);
    return tellNotServing(reply);
  }
  if (error instanceof TooManyRequests) {
    reply.header('retry-after', String(Math.ceil(error.waitMs / 1000)));
  }
  const { statusCode } = (error ?? {}) as { readonly statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return reply.code(statusCode).send();
  }
  control.reportBug(error);
  return reply.code(500).send();
}

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isOperatingError } from '../../operating-error.ts';
import { AddressNotAllowed, TooManyRequests } from '../security.ts';
import { problem, sendProblem, type Problem } from './problems.ts';
import { InvalidInput } from './validation.ts';

/** What the framework refuses; its own texts may repeat what came with the request. */
const frameworkCodes: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: problem('content-type'),
  FST_ERR_CTP_BODY_TOO_LARGE: problem('too-large'),
};

/** Answers a path that leads nowhere: it cannot be decoded, or a name in it is too long. */
export function answerUnroutable({ code }: FastifyError, reply: FastifyReply): void {
  sendProblem(reply, problem(code === 'FST_ERR_BAD_URL' ? 'malformed' : 'not-found'));
}

/** Answers what was thrown on the way: a part that fails, a bug, a request nobody could read. */
export function answerFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof InvalidInput) {
    return sendProblem(reply, problem('invalid', { errors: error.errors }));
  }
  if (error instanceof TooManyRequests) {
    return sendProblem(reply, problem('too-many-requests', { waitMs: error.waitMs }));
  }
  if (error instanceof AddressNotAllowed) return sendProblem(reply, problem('address-not-allowed'));
  if (isOperatingError(error)) {
    request.appliance.tellTrouble(error);
    return sendProblem(reply, problem('unavailable'));
  }
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? frameworkCodes[code] : undefined;
  if (known !== undefined) return sendProblem(reply, known);
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return sendProblem(reply, problem('malformed'));
  }
  request.appliance.control.reportBug(error);
  return sendProblem(reply, problem('internal'));
}

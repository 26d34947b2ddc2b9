import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../../access/sessions.ts';
import { isServing } from '../serving.ts';
import { isWithin } from './access.ts';
import { credentialsOf, hasCsrfToken, isCrossSite } from './credentials.ts';
import { isUnsafe } from './document.ts';
import { problem, sendProblem, type Problem } from './problems.ts';
import type { RouteConfig, RouteFacts } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request to the API it is; undefined where anyone may make it. */
    apiSession: Session | undefined;
  }
}

/** Before anything else of a request is looked at: who makes it, and whether that one may. */
export async function guard(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const refusal = refusalOf(request);
  return refusal && sendProblem(reply, refusal);
}

function refusalOf(request: FastifyRequest): Problem | undefined {
  const { appliance, method } = request;
  if (!isServing(appliance.control)) return problem('not-ready');
  const { facts } = request.routeOptions.config as Partial<RouteConfig>;
  if (facts === undefined) return undefined;
  const { token, isCookie } = credentialsOf(request);
  if (isCookie && isUnsafe(method) && isCrossSite(request)) return problem('cross-site');
  if (facts.access === 'anyone') return undefined;
  const session = token === undefined ? undefined : appliance.services.sessions.find(token);
  if (token === undefined || session === undefined) return problem('not-signed-in');
  request.apiSession = session;
  if (isCookie && isUnsafe(method) && !hasCsrfToken(request, token)) {
    return noted(request, session, facts, problem('csrf-token'));
  }
  if (!isWithin(session.limitedTo, facts)) return problem('session-limited');
  if (facts.access === 'administrator' && !session.user.isAdministrator) {
    return noted(request, session, facts, problem('not-administrator'));
  }
  return undefined;
}

/** Writes down what somebody tried who is signed in. */
function noted(
  { appliance, ip }: FastifyRequest,
  session: Session,
  { method, path }: RouteFacts,
  refusal: Problem,
): Problem {
  appliance.services.log.append({
    severity: 'warning',
    category: 'access',
    text: `refused: ${method} ${path}: ${refusal.problem}`,
    user: session.userName,
    address: ip,
  });
  return refusal;
}

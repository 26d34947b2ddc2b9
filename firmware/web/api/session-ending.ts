import type { FastifyReply } from 'fastify';
import type { SessionInfo } from '../../access/sessions.ts';
import { note, type Changer } from './changes.ts';
import { clearSessionCookie } from './credentials.ts';
import { problem, type Problem } from './problems.ts';

/** A call that ends a session; its answer takes the cookie away where that is the present one. */
interface EndingCall extends Changer {
  readonly params: { readonly id: string };
  readonly reply: FastifyReply;
}

/** Ends one of the sessions that the caller may see, and notes whose it was. */
export function endSession(call: EndingCall, visible: readonly SessionInfo[]): Problem | undefined {
  const { params, session, services, reply } = call;
  const target = visible.find(({ id }) => id === params.id);
  if (target === undefined) return problem('not-found');
  services.sessions.end(target.id);
  if (target.id === session.id) clearSessionCookie(reply);
  const text = `session of ${target.userName} (${target.application}, ${target.address}) ended`;
  note(call, { category: 'login', text });
  return undefined;
}

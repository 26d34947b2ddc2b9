import * as v from 'valibot';
import { note } from './changes.ts';
import { clearSessionCookie } from './credentials.ts';
import { problem } from './problems.ts';
import type { Routes } from './route.ts';
import { opaqueId } from './schemas.ts';
import { listedSession, listedSessionView } from './session-view.ts';

/** The sessions of all users, for administrators. */
export function addSessions(routes: Routes): void {
  const common = { tag: 'sessions', access: 'administrator' } as const;
  routes.add({
    ...common,
    method: 'GET',
    path: '/sessions',
    summary: 'Every session',
    answer: v.strictObject({ sessions: v.array(listedSession) }),
    handle: ({ session, services }) => ({
      sessions: services.sessions.all().map((one) => listedSessionView(one, session.id)),
    }),
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: '/sessions/:id',
    summary: 'Ends a session',
    params: v.strictObject({ id: opaqueId }),
    problems: ['not-found'],
    handle: (call) => {
      const { params, session, services, reply } = call;
      const target = services.sessions.all().find(({ id }) => id === params.id);
      if (target === undefined) return problem('not-found');
      services.sessions.end(target.id);
      if (target.id === session.id) clearSessionCookie(reply);
      const text = `session of ${target.userName} (${target.application}, ${target.address}) ended`;
      note(call, { category: 'login', text });
      return undefined;
    },
  });
}

import * as v from 'valibot';
import type { Routes } from './route.ts';
import { opaqueId } from './schemas.ts';
import { endSession } from './session-ending.ts';
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
    handle: (call) => endSession(call, call.services.sessions.all()),
  });
}

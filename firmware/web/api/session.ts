import * as v from 'valibot';
import { clearSessionCookie, credentialsOf, csrfTokenOf } from './credentials.ts';
import type { Routes } from './route.ts';
import { clock, clockView } from './schemas.ts';
import { ownSession, ownSessionView } from './session-view.ts';

const present = v.strictObject({
  session: ownSession,
  /** For `X-CSRF-Token`; null where the request came with `Authorization`. */
  csrfToken: v.nullable(v.string()),
  clock,
});

/** The present session. */
export function addSession(routes: Routes): void {
  const common = { path: '/session', tag: 'sign-in', access: 'user' } as const;
  routes.add({
    ...common,
    method: 'GET',
    summary: 'The present session',
    answer: present,
    handle: ({ session, services, reply }) => {
      const { token = '', isCookie } = credentialsOf(reply.request);
      return {
        session: ownSessionView(session),
        csrfToken: isCookie ? csrfTokenOf(token) : null,
        clock: clockView(services),
      };
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    summary: 'Signs out',
    handle: ({ session, services, reply }) => {
      services.sessions.end(session.id);
      clearSessionCookie(reply);
      return undefined;
    },
  });
}

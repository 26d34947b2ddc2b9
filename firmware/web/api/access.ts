import type { SessionLimit } from '../../access/sessions.ts';
import type { RouteFacts } from './route.ts';

type Limit = Exclude<SessionLimit, undefined>;

/**
 * All that a limited session may call: what gets it out. Whatever is not named here is denied, also
 * what is added later.
 */
const limitedMay: Readonly<Record<Limit, readonly string[]>> = {
  'change-password': ['GET /session', 'DELETE /session', 'PUT /me/password'],
  'set-up-2sv': [
    'GET /session',
    'DELETE /session',
    'POST /me/two-step/enrolment',
    'GET /me/two-step/enrolment',
    'DELETE /me/two-step/enrolment',
    'GET /me/two-step/enrolment/qr.png',
    'POST /me/two-step/enrolment/confirm',
    'PUT /me/two-step/enrolment/alternative',
    'POST /me/two-step/enrolment/email-confirmation',
    'POST /me/two-step/enrolment/finish',
  ],
};

/** The limits of sessions that may make that request; of a route for anyone there are none. */
export function limitsWithin({ method, path }: RouteFacts): readonly Limit[] {
  const limits = Object.keys(limitedMay) as Limit[];
  return limits.filter((limit) => limitedMay[limit].includes(`${method} ${path}`));
}

/** Whether a session with that limit may make that request; what anyone may, it may too. */
export function isWithin(limit: SessionLimit, route: RouteFacts): boolean {
  if (limit === undefined || route.access === 'anyone') return true;
  return limitsWithin(route).includes(limit);
}

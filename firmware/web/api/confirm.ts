import { problem, type Problem } from './problems.ts';
import type { Changer } from './changes.ts';

/**
 * Takes the password of the present user once more, where something needs it. Wrong ones are logged
 * and counted as failed logins are.
 */
export function refusePassword(
  { services, session, address }: Changer,
  password: string,
): Problem | undefined {
  const outcome = services.signIn.confirmPassword(session.user, password, {
    via: 'web',
    address,
    application: session.application,
  });
  if (outcome.ok) return undefined;
  if (outcome.waitMs === undefined) return problem('password-wrong');
  return problem('too-many-tries', { waitMs: outcome.waitMs });
}

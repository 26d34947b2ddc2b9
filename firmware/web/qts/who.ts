import type { Session } from '../../access/sessions.ts';
import type { User } from '../../accounts/accounts.ts';
import type { Services } from '../../services.ts';
import type { Call } from './call.ts';
import type { XmlElement } from './xml.ts';

/** The answer to whoever did not get in, whatever the reason. */
export const notPassed: readonly XmlElement[] = [
  ['authPassed', 0],
  ['errorValue', -1],
];

/** Who somebody is, and what must be done before anything else. */
export function who(user: User, { twoStep }: Services): readonly XmlElement[] {
  const mustChange = user.usesDefaultPassword ? 1 : 0;
  return [
    ['username', user.name],
    ['isAdmin', user.isAdministrator ? 1 : 0],
    ['pw_status', mustChange],
    ['user_pw_expiry', mustChange],
    ['force_2sv', twoStep.status(user.id) === 'incomplete' ? 1 : 0],
  ];
}

/** The session that a call names. */
export function sessionOf({ appliance, parameters }: Call): Session | undefined {
  const sid = parameters.get('sid');
  return sid === undefined ? undefined : appliance.services.sessions.find(sid);
}

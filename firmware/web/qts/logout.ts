import type { Session } from '../../access/sessions.ts';
import { isOn, type Call } from './call.ts';
import { sessionOf } from './who.ts';
import type { XmlElement } from './xml.ts';

/** What `del_user_session` ends, beside the session of the call. */
const endings: ReadonlyMap<string, { readonly tokens: boolean }> = new Map([
  ['1', { tokens: true }],
  ['2', { tokens: false }],
  ['3', { tokens: true }],
]);

/** `authLogout.cgi`: nobody is signed in after it, whether somebody was or not. */
export function authLogout(call: Call): readonly XmlElement[] {
  const session = sessionOf(call);
  if (session !== undefined) end(call, session);
  return [['authPassed', 0]];
}

function end(call: Call, { id, user, limitedTo }: Session): void {
  const { sessions, loginTokens, log } = call.appliance.services;
  const wanted = call.parameters.get('del_user_session') ?? '';
  const ending = isOn(call, 'logout') ? endings.get(wanted) : undefined;
  // A session that may do one thing only reaches no other session.
  if (ending === undefined || limitedTo !== undefined) {
    sessions.end(id);
    return;
  }
  if (ending.tokens) loginTokens.removeOf(user.id);
  log.append({
    severity: 'info',
    category: 'login',
    text: ending.tokens ? 'ended all own sessions and remembered logins' : 'ended all own sessions',
    user: user.name,
    address: call.address,
  });
  sessions.endAll(user.id);
}

import { healthOf } from '../../health.ts';
import { firmware, hostName, model } from './about.ts';
import type { Call } from './call.ts';
import { systemInfo } from './system-info.ts';
import { notPassed, sessionOf, who } from './who.ts';
import type { XmlElement } from './xml.ts';

/** What a session that may not ask is told. */
const notAdministrator = -2;

/** `manaRequest.cgi`: what monitoring clients ask for; administrators only. */
export function manaRequest(call: Call): readonly XmlElement[] {
  const session = sessionOf(call);
  if (session === undefined) return notPassed;
  const { appliance, parameters } = call;
  const { services } = appliance;
  const { user, limitedTo } = session;
  if (limitedTo !== undefined) return [...notPassed, ...who(user, services)];
  if (!user.isAdministrator) {
    return [
      ['authPassed', 0],
      ['errorValue', notAdministrator],
    ];
  }
  const common: readonly XmlElement[] = [
    ['authPassed', 1],
    ['hostname', hostName(services)],
    model(services),
    firmware,
  ];
  if (parameters.get('subfunc') !== 'sysinfo') return [...common, ['errorValue', -1]];
  const content: XmlElement = parameters.has('sysHealth')
    ? ['sysHealth', [['status', healthOf(services.board.sensors)]]]
    : ['root', systemInfo(appliance)];
  return [...common, ['errorValue', 0], ['func', [['ownContent', [content]]]]];
}

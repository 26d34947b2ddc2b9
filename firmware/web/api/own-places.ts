import * as v from 'valibot';
import { problem } from './problems.ts';
import { askerOf, type Routes } from './route.ts';
import { idInPath, opaqueId, timeText } from './schemas.ts';
import { endSession } from './session-ending.ts';
import { listedSession, listedSessionView } from './session-view.ts';

const device = v.strictObject({
  id: v.number(),
  application: v.string(),
  address: v.string(),
  since: v.string(),
  expires: v.nullable(v.string()),
});

/** Where one is signed in, and which devices need no second step. */
export function addOwnPlaces(routes: Routes): void {
  const common = { tag: 'account', access: 'user' } as const;
  routes.add({
    ...common,
    method: 'GET',
    path: '/me/sessions',
    summary: 'One’s own sessions',
    answer: v.strictObject({ sessions: v.array(listedSession) }),
    handle: ({ session, services }) => ({
      sessions: services.sessions
        .of(session.userId)
        .map((one) => listedSessionView(one, session.id)),
    }),
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: '/me/sessions/:id',
    summary: 'Ends one of one’s own sessions',
    params: v.strictObject({ id: opaqueId }),
    problems: ['not-found'],
    handle: (call) => endSession(call, call.services.sessions.of(call.session.userId)),
  });
  routes.add({
    ...common,
    method: 'GET',
    path: '/me/devices',
    summary: 'Devices that skip the second step',
    answer: v.strictObject({ devices: v.array(device) }),
    handle: ({ session, services }) => ({
      devices: services.twoStep.devices(session.userId).map((one) => ({
        id: one.id,
        application: one.application,
        address: one.address,
        since: timeText(one.rememberedAtMs),
        expires: one.expiresMs === undefined ? null : timeText(one.expiresMs),
      })),
    }),
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: '/me/devices/:id',
    summary: 'Forgets a device',
    params: v.strictObject({ id: idInPath }),
    problems: ['not-found'],
    handle: (call) => {
      const { params, session, services } = call;
      const isForgotten = services.twoStep.forgetDevice(session.userId, params.id, askerOf(call));
      return isForgotten ? undefined : problem('not-found');
    },
  });
}

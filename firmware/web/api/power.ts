import * as v from 'valibot';
import type { RequestOutcome } from '../../appliance-control.ts';
import { afterAnswer } from './after-answer.ts';
import { note, type Changer } from './changes.ts';
import { refusePassword } from './confirm.ts';
import { problem } from './problems.ts';
import type { Routes } from './route.ts';
import { typed } from './schemas.ts';

const resetBody = v.strictObject({
  /** As RESET held for 3 seconds, or for 10. */
  kind: v.picklist(['basic', 'advanced']),
  password: typed,
});

/** Resetting and restarting the appliance, for administrators. */
export function addPower(routes: Routes): void {
  const common = { tag: 'appliance', access: 'administrator', status: 202 } as const;
  routes.add({
    ...common,
    method: 'POST',
    path: '/reset',
    summary: 'Restores defaults, as the RESET button does',
    description: 'It begins after the answer. All sessions of `admin` end, or of everybody.',
    body: resetBody,
    problems: ['password-wrong', 'too-many-tries'],
    handle: (call) => {
      const { body, session, appliance } = call;
      const refusal = refusePassword(call, body.password);
      if (refusal !== undefined) return refusal;
      if (appliance.control.state !== 'ready') return problem('not-ready');
      const origin = { via: 'web', user: session.userName } as const;
      afterAnswer(call, () =>
        told(call, `${body.kind} reset`, appliance.control.requestReset(body.kind, origin)),
      );
      return undefined;
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: '/reboot',
    summary: 'Restarts the appliance',
    description: 'It begins after the answer.',
    handle: (call) => {
      const { session, appliance } = call;
      if (appliance.control.state !== 'ready') return problem('not-ready');
      const origin = { via: 'web', user: session.userName } as const;
      afterAnswer(call, () => told(call, 'restart', appliance.control.requestReboot(origin)));
      return undefined;
    },
  });
}

/** Nobody waits any more where the appliance began something else in the meantime. */
function told(changer: Changer, what: string, outcome: RequestOutcome): void {
  if (outcome.ok) return;
  note(changer, { category: 'power', text: `${what} not done: ${outcome.reason}` }, 'warning');
}

import * as v from 'valibot';
import { refusePassword } from './confirm.ts';
import { clearSessionCookie } from './credentials.ts';
import { problem, secondsOf } from './problems.ts';
import { problemOf } from './refusals.ts';
import { askerOf, type Routes } from './route.ts';
import { clock, clockView, typed, typedCode } from './schemas.ts';

const state = v.strictObject({
  status: v.picklist(['disabled', 'incomplete', 'enabled']),
  isEnforced: v.boolean(),
  enforcedThrough: v.array(v.string()),
  question: v.nullable(v.strictObject({ number: v.number(), text: v.string() })),
  emailHint: v.nullable(v.string()),
  recoveryCodesLeft: v.number(),
  devices: v.number(),
  waitSeconds: v.number(),
  clock,
});

const common = { tag: '2-step verification', access: 'user' } as const;

/** One's own 2-step verification, once it is there; `enrolment.ts` sets it up. */
export function addOwnTwoStep(routes: Routes): void {
  routes.add({
    ...common,
    method: 'GET',
    path: '/me/two-step',
    summary: 'One’s own 2-step verification',
    answer: state,
    problems: ['not-found'],
    handle: ({ session, services }) => {
      const details = services.twoStep.details(session.userId);
      if (details === undefined) return problem('not-found');
      const { status, isEnforced, enforcedThrough, question, emailHint } = details;
      return {
        status,
        isEnforced,
        enforcedThrough: [...enforcedThrough],
        question: question === undefined ? null : { number: question.number, text: question.text },
        emailHint: emailHint ?? null,
        recoveryCodesLeft: details.recoveryCodesLeft,
        devices: details.devices,
        waitSeconds: secondsOf(details.waitMs),
        clock: clockView(services),
      };
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: '/me/two-step/disable',
    summary: 'Switches 2-step verification off',
    description: 'Signs the user out everywhere, here too.',
    body: v.strictObject({ password: typed, code: typedCode }),
    problems: [
      'password-wrong',
      'too-many-tries',
      'two-step-not-enabled',
      'two-step-enforced',
      'code-wrong',
      'code-used',
      'clock-unset',
      'second-step-blocked',
    ],
    handle: (call) => {
      const { body, session, services, reply } = call;
      if (services.twoStep.status(session.userId) !== 'enabled') {
        return problem('two-step-not-enabled');
      }
      const refusal = refusePassword(call, body.password);
      if (refusal !== undefined) return refusal;
      const request = { by: 'user', code: body.code.trim(), asker: askerOf(call) } as const;
      const outcome = services.twoStep.disable(session.userId, request);
      if (!outcome.ok) return problemOf(outcome);
      clearSessionCookie(reply);
      return undefined;
    },
  });
  addRecoveryCodes(routes);
}

function addRecoveryCodes(routes: Routes): void {
  routes.add({
    ...common,
    method: 'POST',
    path: '/me/two-step/recovery-codes',
    summary: 'Makes ten new recovery codes; those of before are void',
    body: v.strictObject({ code: typedCode }),
    answer: v.strictObject({ recoveryCodes: v.array(v.string()) }),
    problems: [
      'too-many-tries',
      'two-step-not-enabled',
      'code-wrong',
      'code-used',
      'clock-unset',
      'second-step-blocked',
    ],
    handle: (call) => {
      const { body, session, services } = call;
      const code = body.code.trim();
      const outcome = services.twoStep.renewRecoveryCodes(session.userId, code, askerOf(call));
      return outcome.ok ? { recoveryCodes: [...outcome.recoveryCodes] } : problemOf(outcome);
    },
  });
}

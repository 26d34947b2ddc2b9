import * as v from 'valibot';
import type { Session } from '../../access/sessions.ts';
import type { Services } from '../../services.ts';
import type { Enrolment } from '../../two-step/two-step.ts';
import { refusePassword } from './confirm.ts';
import { clearSessionCookie } from './credentials.ts';
import { problem } from './problems.ts';
import { qrPng } from './qr-png.ts';
import { problemOf } from './refusals.ts';
import { askerOf, type Routes } from './route.ts';
import { clock, clockView, email, typed, typedCode } from './schemas.ts';

const path = '/me/two-step/enrolment';

const enrolment = v.strictObject({
  /** The security key in Base32, as people type it. */
  key: v.string(),
  uri: v.string(),
  issuer: v.string(),
  account: v.string(),
  clock,
});

const alternative = v.variant('method', [
  v.strictObject({
    method: v.literal('question'),
    /** 1 pet's name, 2 favourite sport, 3 favourite colour, 4 one's own question. */
    number: v.picklist([1, 2, 3, 4]),
    text: v.optional(typed),
    answer: typed,
  }),
  v.strictObject({ method: v.literal('email'), address: email }),
]);

const common = { tag: '2-step verification', access: 'user' } as const;

/** The set-up of 2-step verification, step by step. Nothing is in effect before its end. */
export function addEnrolment(routes: Routes): void {
  addBeginning(routes);
  addChoice(routes);
  routes.add({
    ...common,
    method: 'POST',
    path: `${path}/confirm`,
    summary: 'Shows that the authenticator has the key',
    body: v.strictObject({ code: typedCode }),
    problems: ['enrolment-expired', 'code-wrong', 'clock-unset'],
    handle: (call) => {
      if (begunHere(call) === undefined) return problem('enrolment-expired');
      const { body, session, services } = call;
      const outcome = services.twoStep.confirm(session.userId, body.code.trim());
      return outcome.ok ? undefined : problemOf(outcome);
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: `${path}/finish`,
    summary: 'Ends the set-up: from now on a second step is asked for',
    description:
      'Answers the recovery codes, this once. Signs the user out everywhere, here too, and forgets the devices.',
    answer: v.strictObject({ recoveryCodes: v.array(v.string()) }),
    problems: ['enrolment-expired'],
    handle: (call) => {
      if (begunHere(call) === undefined) return problem('enrolment-expired');
      const { session, services, reply } = call;
      const outcome = services.twoStep.finish(session.userId, askerOf(call));
      if (!outcome.ok) return problemOf(outcome);
      clearSessionCookie(reply);
      return { recoveryCodes: [...outcome.recoveryCodes] };
    },
  });
}

function addBeginning(routes: Routes): void {
  routes.add({
    ...common,
    method: 'POST',
    path,
    summary: 'Begins the set-up with a new security key',
    description:
      'Takes the password, unless this session is there for nothing but the set-up; and a present code, where 2-step verification is enabled already.',
    body: v.strictObject({ password: v.optional(typed), code: v.optional(typedCode) }),
    answer: enrolment,
    problems: [
      'password-wrong',
      'too-many-tries',
      'code-wrong',
      'code-used',
      'clock-unset',
      'second-step-blocked',
    ],
    handle: (call) => {
      const { body, session, services } = call;
      const isFirst = session.limitedTo === 'set-up-2sv';
      const refusal = isFirst ? undefined : refusePassword(call, body.password ?? '');
      if (refusal !== undefined) return refusal;
      if (services.wallClock.trust === 'unset') return problem('clock-unset');
      const outcome = services.twoStep.begin(session.userId, askerOf(call), body.code?.trim());
      return outcome.ok ? enrolmentView(outcome.enrolment, services) : problemOf(outcome);
    },
  });
  routes.add({
    ...common,
    method: 'GET',
    path,
    summary: 'The set-up that was begun',
    answer: enrolment,
    problems: ['enrolment-expired'],
    handle: (call) => {
      const begun = begunHere(call);
      if (begun === undefined) return problem('enrolment-expired');
      return enrolmentView(begun, call.services);
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path,
    summary: 'Leaves the set-up: its key is dropped',
    handle: ({ session, services }) => {
      services.twoStep.leave(session.userId);
      return undefined;
    },
  });
  routes.addFile({
    ...common,
    method: 'GET',
    path: `${path}/qr.png`,
    summary: 'The QR code of the set-up, for the authenticator to scan',
    media: ['image/png'],
    problems: ['enrolment-expired'],
    handle: async (call) => {
      const begun = begunHere(call);
      if (begun === undefined) return problem('enrolment-expired');
      const content = await call.services.board.hostWork.declare(qrPng(begun.uri));
      return { type: 'image/png', content };
    },
  });
}

function addChoice(routes: Routes): void {
  routes.add({
    ...common,
    method: 'PUT',
    path: `${path}/alternative`,
    summary: 'Chooses the other way to verify: a security question or a code by e-mail',
    description: 'After `confirm`. An address counts once the code that is mailed to it came back.',
    body: alternative,
    answer: v.strictObject({ mail: v.nullable(v.picklist(['sent', 'failed'])) }),
    problems: [
      'enrolment-expired',
      'questions-off',
      'question-invalid',
      'answer-invalid',
      'email-off',
      'email-invalid',
      'no-mail',
      'too-many-tries',
    ],
    handle: async (call) => {
      if (begunHere(call) === undefined) return problem('enrolment-expired');
      const { body, session, services } = call;
      const { twoStep } = services;
      if (body.method === 'email') {
        const outcome = twoStep.chooseEmail(session.userId, body.address.trim());
        return outcome.ok ? { mail: await outcome.firstTry } : problemOf(outcome);
      }
      const { number, text, answer } = body;
      const choice = { number, answer, ...(text !== undefined && { text }) };
      const outcome = twoStep.chooseQuestion(session.userId, choice);
      return outcome.ok ? { mail: null } : problemOf(outcome);
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: `${path}/email-confirmation`,
    summary: 'Confirms the address with the code that was mailed to it',
    body: v.strictObject({ code: typedCode }),
    problems: ['enrolment-expired', 'code-wrong', 'too-many-tries'],
    handle: (call) => {
      if (begunHere(call) === undefined) return problem('enrolment-expired');
      const { body, session, services } = call;
      const outcome = services.twoStep.confirmEmail(session.userId, body.code.trim());
      return outcome.ok ? undefined : problemOf(outcome);
    },
  });
}

/** Another session of the same user, a stolen one say, has no business with the key. */
function begunHere(call: {
  readonly session: Session;
  readonly services: Services;
}): Enrolment | undefined {
  const begun = call.services.twoStep.enrolment(call.session.userId);
  return begun?.begunIn === call.session.id ? begun : undefined;
}

function enrolmentView(begun: Enrolment, services: Services): v.InferInput<typeof enrolment> {
  const { secretBase32: key, uri, issuer, account } = begun;
  return { key, uri, issuer, account, clock: clockView(services) };
}

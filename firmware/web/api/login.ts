import * as v from 'valibot';
import type {
  Proof,
  SecondStep,
  SignedIn,
  SignInOutcome,
  VerifyOutcome,
} from '../../access/sign-in.ts';
import type { Services } from '../../services.ts';
import { csrfTokenOf, setSessionCookie } from './credentials.ts';
import { deviceTokenOf, keepDeviceToken } from './device-cookie.ts';
import { problem, secondsOf, type Problem, type ProblemName } from './problems.ts';
import type { Routes } from './route.ts';
import { clock, clockView, opaqueId, timeText, typed, typedCode } from './schemas.ts';
import { ownSession, ownSessionView } from './session-view.ts';
import type { FastifyReply } from 'fastify';

const applicationOtherwise = 'web API';

const loginBody = v.strictObject({
  user: typed,
  password: typed,
  /** Of a device that was remembered. */
  deviceToken: v.optional(v.pipe(v.string(), v.maxLength(128))),
  /** What the user works with, for lists of sessions. */
  application: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  /** Answers the session's token instead of setting a cookie. */
  token: v.optional(v.boolean()),
});

const proofOptions = {
  remember: v.optional(v.boolean()),
  days: v.optional(
    v.union([v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650)), v.literal(-1)]),
  ),
  /** Keeps the device's token in a cookie that no script can read, in the place of the answer. */
  deviceInCookie: v.optional(v.boolean()),
  token: v.optional(v.boolean()),
};

const proofBody = v.variant('method', [
  v.strictObject({ method: v.literal('code'), code: typedCode, ...proofOptions }),
  v.strictObject({ method: v.literal('recovery-code'), code: typedCode, ...proofOptions }),
  v.strictObject({ method: v.literal('email'), code: typedCode, ...proofOptions }),
  v.strictObject({ method: v.literal('question'), answer: typed, ...proofOptions }),
]);

const signedIn = v.strictObject({
  status: v.literal('signed-in'),
  session: ownSession,
  /** For `X-CSRF-Token`; null where a token was asked for. */
  csrfToken: v.nullable(v.string()),
  /** For `Authorization: Bearer`; only where it was asked for. */
  token: v.nullable(v.string()),
  /** Its token is null where a cookie has it. */
  device: v.nullable(
    v.strictObject({ token: v.nullable(v.string()), expires: v.nullable(v.string()) }),
  ),
});

const secondStep = v.strictObject({
  status: v.literal('second-step'),
  pending: v.string(),
  methods: v.array(v.picklist(['code', 'question', 'email', 'recovery-code'])),
  question: v.nullable(v.strictObject({ number: v.number(), text: v.string() })),
  emailHint: v.nullable(v.string()),
  alternative: v.strictObject({ tries: v.number(), limit: v.number() }),
  clock,
  /** Codes are not taken before that. */
  waitSeconds: v.number(),
});

const pendingPath = v.strictObject({ pending: opaqueId });
const mailed = v.strictObject({ mail: v.picklist(['sent', 'failed']) });

const proofRefusals: Readonly<
  Record<Extract<VerifyOutcome, { kind: 'refused' }>['reason'] | 'no-mail', ProblemName>
> = {
  expired: 'login-expired',
  blocked: 'second-step-blocked',
  'clock-unset': 'clock-unset',
  'alternative-blocked': 'alternative-blocked',
  'too-many': 'too-many-tries',
  'not-available': 'method-not-offered',
  'no-mail': 'no-mail',
};

const common = { tag: 'sign-in', access: 'anyone' } as const;

/** Signing in: name and password, then the second step. */
export function addLogin(routes: Routes): void {
  routes.add({
    ...common,
    method: 'POST',
    path: '/login',
    summary: 'Signs in with name and password',
    description:
      'The cookie has no Secure attribute, for the appliance speaks plain HTTP. Scripts ask for `token` and get no cookie.',
    body: loginBody,
    answer: v.variant('status', [signedIn, secondStep]),
    problems: ['wrong-credentials', 'too-many-tries'],
    handle: ({ body, services, address, reply }) => {
      const { user, password, application = applicationOtherwise } = body;
      const deviceToken = body.deviceToken ?? deviceTokenOf(reply.request, user);
      const outcome = services.signIn.begin({
        name: user,
        password,
        via: 'web',
        address,
        application,
        ...(deviceToken !== undefined && { deviceToken }),
      });
      if (outcome.kind === 'signed-in') return admit(outcome, body.token, reply);
      if (outcome.kind === 'second-step') return secondStepView(outcome, services);
      return loginRefused(outcome);
    },
  });
  routes.add({
    ...common,
    method: 'GET',
    path: '/login/:pending',
    summary: 'The sign-in that waits for its second step, as it stands',
    params: pendingPath,
    answer: secondStep,
    problems: ['login-expired'],
    handle: ({ params, services }) => {
      const step = services.signIn.pending(params.pending);
      return step === undefined ? problem('login-expired') : secondStepView(step, services);
    },
  });
  addSecondStep(routes);
}

function addSecondStep(routes: Routes): void {
  routes.add({
    ...common,
    method: 'POST',
    path: '/login/:pending/verify',
    summary: 'Passes the second step',
    description:
      'With `remember` the device skips it for `days` (90; -1: for ever). Browsers ask for `deviceInCookie`: a cookie that no script can read then has the token.',
    params: pendingPath,
    body: proofBody,
    answer: signedIn,
    problems: ['wrong-proof', ...Object.values(proofRefusals).filter((name) => name !== 'no-mail')],
    handle: ({ params, body, services, reply }) => {
      const { remember, days, token, deviceInCookie = false } = body;
      const outcome = services.signIn.verify(params.pending, proofOf(body), {
        ...(remember !== undefined && { rememberDevice: remember }),
        ...(days !== undefined && { durationDays: days }),
      });
      if (outcome.kind !== 'signed-in') return proofProblem(outcome);
      const view = admit(outcome, token, reply);
      if (!deviceInCookie || outcome.device === undefined) return view;
      keepDeviceToken(reply, outcome.session.user.name, outcome.device.token);
      return { ...view, device: { token: null, expires: view.device?.expires ?? null } };
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: '/login/:pending/email-code',
    summary: 'Mails a code for the second step',
    params: pendingPath,
    answer: mailed,
    problems: [
      'login-expired',
      'method-not-offered',
      'no-mail',
      'alternative-blocked',
      'too-many-tries',
    ],
    handle: async ({ params, services }) => {
      const outcome = services.signIn.sendEmailCode(params.pending);
      if (outcome.ok) return { mail: await outcome.firstTry };
      const { reason, waitMs } = outcome;
      return problem(proofRefusals[reason], waitMs === undefined ? {} : { waitMs });
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: '/login/:pending',
    summary: 'Gives up a sign-in that waits for its second step',
    params: pendingPath,
    handle: ({ params, services }) => {
      services.signIn.cancel(params.pending);
      return undefined;
    },
  });
}

function admit(
  { session, device }: SignedIn,
  wantsToken: boolean | undefined,
  reply: FastifyReply,
): v.InferInput<typeof signedIn> {
  const isToken = wantsToken === true;
  if (!isToken) setSessionCookie(reply, session.token);
  const expires = device?.expiresMs;
  return {
    status: 'signed-in',
    session: ownSessionView(session),
    csrfToken: isToken ? null : csrfTokenOf(session.token),
    token: isToken ? session.token : null,
    device:
      device === undefined
        ? null
        : { token: device.token, expires: expires === undefined ? null : timeText(expires) },
  };
}

function secondStepView(step: SecondStep, services: Services): v.InferInput<typeof secondStep> {
  const { pendingId, methods, question, emailHint, alternative, waitMs } = step;
  return {
    status: 'second-step',
    pending: pendingId,
    methods: [...methods],
    question: question === undefined ? null : { number: question.number, text: question.text },
    emailHint: emailHint ?? null,
    alternative,
    clock: clockView(services),
    waitSeconds: secondsOf(waitMs),
  };
}

function loginRefused({ reason, waitMs }: Extract<SignInOutcome, { kind: 'refused' }>): Problem {
  if (reason === 'wrong-credentials') return problem('wrong-credentials');
  if (waitMs === undefined) return problem('address-not-allowed');
  return problem('too-many-tries', { waitMs });
}

function proofProblem(outcome: Exclude<VerifyOutcome, SignedIn>): Problem {
  const { waitMs } = outcome;
  const wait = waitMs === undefined ? {} : { waitMs };
  if (outcome.kind === 'refused') return problem(proofRefusals[outcome.reason], wait);
  return problem('wrong-proof', { triesLeft: outcome.triesLeft, ...wait });
}

function proofOf(body: v.InferOutput<typeof proofBody>): Proof {
  if (body.method === 'question') return { kind: 'answer', answer: body.answer };
  const kind = body.method === 'email' ? 'email-code' : body.method;
  return { kind, code: body.code };
}

import * as v from 'valibot';
import { problems, problemTypePrefix, type ProblemName } from '#firmware/web/api/problems';
import { ConnectionFailed } from '../../parts/http-port.ts';
import type { HttpRequest } from '../../peers/http-client.ts';
import { describeAnswer, valueAt, type HttpAnswer } from '../../peers/http-answer.ts';
import { defaultTimeoutUs, type StepContext } from '../context.ts';
import { describeOutcome, type HttpOutcome } from '../http-clients.ts';
import { closed, oneOf, text, variableName } from '../schema.ts';
import { defineStep, type StepFailure } from '../step.ts';

const client = 'client';

const problemNames = Object.keys(problems) as ProblemName[];

const schema = v.pipe(
  closed({
    user: text,
    password: text,
    /** Expanded when it is sent, not when the password is. */
    code: v.exactOptional(text),
    /** A refused code adds one to this result, and the scenario goes on. */
    'count-refused-as': v.exactOptional(variableName),
    /** That it is refused, and how: the last part of the type of the problem that is answered. */
    'expect-problem': v.exactOptional(oneOf(problemNames)),
  }),
  v.check(
    (value) => value['count-refused-as'] === undefined || value.code !== undefined,
    'refusals are counted of a code: give one',
  ),
  v.check(
    (value) => value['count-refused-as'] === undefined || value['expect-problem'] === undefined,
    'a refusal is counted or expected, not both',
  ),
);

type SignIn = v.InferOutput<typeof schema>;

/** What the appliance answers where it judges a code, or says that it cannot. */
const refusals: readonly ProblemName[] = ['wrong-proof', 'clock-unset'];

/**
 * Signs in over the JSON API, with a code where one is given, and out again. The code may be
 * refused where that is counted; a wrong password or a lock-out always fails.
 */
export const signIn = defineStep({
  key: 'sign-in',
  schema,
  told: ({ user }) => `sign-in: ${user}`,
  results: (value) => {
    const name = value['count-refused-as'];
    return name === undefined ? [] : [name];
  },
  async run(context, wanted) {
    const { user, password, code } = wanted;
    const first = await ask(context, {
      method: 'POST',
      path: '/api/v1/login',
      json: { user: context.expand(user), password: context.expand(password), token: true },
    });
    const pending = isStatus(first, 'second-step') ? valueIn(first, 'pending') : undefined;
    if (code === undefined || problemOf(first) !== undefined) return judge(context, wanted, first);
    if (pending === undefined) return { expected: 'to be asked for a code', seen: describe(first) };
    const path = `/api/v1/login/${pending}`;
    const json = { method: 'code', code: context.expand(code), token: true };
    const second = await ask(context, { method: 'POST', path: `${path}/verify`, json });
    const failure = await judge(context, wanted, second);
    if (problemOf(second) !== undefined) await ask(context, { method: 'DELETE', path });
    return failure;
  },
});

/** Holds the last answer against what is wanted, and ends the session that there is to be. */
async function judge(
  context: StepContext,
  wanted: SignIn,
  answer: HttpOutcome | undefined,
): Promise<StepFailure | undefined> {
  const problem = problemOf(answer);
  const expected = wanted['expect-problem'];
  if (expected !== undefined) {
    return problem === expected ? undefined : { expected, seen: describe(answer) };
  }
  const name = wanted['count-refused-as'];
  if (name !== undefined && problem !== undefined && refusals.includes(problem)) {
    context.results.add(name);
    return undefined;
  }
  const token = isStatus(answer, 'signed-in') ? valueIn(answer, 'token') : undefined;
  if (token === undefined) return { expected: 'to be signed in', seen: describe(answer) };
  const headers = { authorization: `Bearer ${token}` };
  const out = await ask(context, { method: 'DELETE', path: '/api/v1/session', headers });
  const isOut = isAnswer(out) && out.status === 204;
  return isOut ? undefined : { expected: 'to be signed out', seen: describe(out) };
}

async function ask(context: StepContext, request: HttpRequest): Promise<HttpOutcome | undefined> {
  const outcomeOf = context.http.begin(client, request);
  await context.waitUntil(() => outcomeOf() !== undefined, defaultTimeoutUs);
  return outcomeOf();
}

function isAnswer(outcome: HttpOutcome | undefined): outcome is HttpAnswer {
  return outcome !== undefined && !(outcome instanceof ConnectionFailed);
}

function isStatus(outcome: HttpOutcome | undefined, status: string): outcome is HttpAnswer {
  return isAnswer(outcome) && outcome.status === 200 && valueIn(outcome, 'status') === status;
}

function problemOf(outcome: HttpOutcome | undefined): ProblemName | undefined {
  const type = isAnswer(outcome) ? valueIn(outcome, 'type') : undefined;
  return problemNames.find((name) => type === `${problemTypePrefix}${name}`);
}

function valueIn({ jsonValue }: HttpAnswer, path: string): string | undefined {
  const value = valueAt(jsonValue, path, '.');
  return typeof value === 'string' ? value : undefined;
}

function describe(outcome: HttpOutcome | undefined): string {
  if (outcome === undefined) return 'no answer in time';
  return isAnswer(outcome) ? describeAnswer(outcome) : describeOutcome(outcome);
}

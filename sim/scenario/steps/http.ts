import * as v from 'valibot';
import { ConnectionFailed } from '../../parts/http-port.ts';
import type { HttpRequest } from '../../peers/http-client.ts';
import { describeAnswer, type HttpAnswer } from '../../peers/http-answer.ts';
import { defaultTimeoutUs, type StepContext } from '../context.ts';
import { formatDuration } from '../duration.ts';
import { describeOutcome } from '../http-clients.ts';
import {
  closed,
  integer,
  isRecord,
  listOf,
  oneOf,
  parsed,
  text,
  timeout,
  variableName,
  type FieldSchema,
} from '../schema.ts';
import { defineStep, type StepFailure } from '../step.ts';
import { captured, capturePath, expectSchema, namedFields, unmet } from './http-expect.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** Text that may be empty, as fields of forms may. */
const fieldText: FieldSchema<string> = v.union([v.literal(''), text], 'expected text');

const fields = v.exactOptional(
  namedFields(v.union([fieldText, listOf(fieldText)], 'expected text or a list of texts')),
);

const path: FieldSchema<string> = parsed(
  (input) =>
    typeof input === 'string' && /^(\/|\$\{)/.test(input)
      ? { ok: true, value: input }
      : { ok: false, text: 'a path begins with /' },
  { type: 'string', pattern: '^(/|\\$\\{)' },
);

const captureNames = v.pipe(
  namedFields(capturePath),
  v.check(
    (names) => Object.keys(names).every((name) => v.is(variableName, name)),
    'a name for ${…} is a letter, then letters, digits, - or _, and none that has a meaning already',
  ),
);

const schema = v.pipe(
  closed({
    method: v.exactOptional(oneOf(methods)),
    path,
    query: fields,
    form: fields,
    json: v.exactOptional(v.unknown()),
    body: v.exactOptional(text),
    headers: v.exactOptional(namedFields(fieldText)),
    /** The client's address, and its name: each name has its own cookies. */
    from: v.exactOptional(text),
    as: v.exactOptional(variableName),
    port: v.exactOptional(integer(1, 65_535)),
    expect: v.exactOptional(expectSchema),
    capture: v.exactOptional(captureNames),
    timeout,
  }),
  v.check(
    ({ form, json, body }) => [form, json, body].filter((each) => each !== undefined).length <= 1,
    'a request has one of form, json and body',
  ),
);

type Wanted = v.InferOutput<typeof schema>;

/** Makes a request of the NAS and waits for the answer, which is then held against `expect`. */
export const http = defineStep({
  key: 'http',
  schema,
  captures: ({ capture = {} }) => Object.keys(capture),
  told: ({ method = 'GET', path: target }) => `http: ${method} ${target.replace(/\?[^]*$/, '')}`,
  usage: 'http GET /cgi-bin/authLogin.cgi',
  fromWords: ([method, target, ...pairs]) => {
    const named = Object.fromEntries(
      pairs.map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [name, value.join('=')];
      }),
    );
    const sent = method === 'GET' || method === 'HEAD' ? { query: named } : { form: named };
    return { method, path: target, ...(pairs.length > 0 && sent) };
  },
  async run(context, wanted) {
    const { as = 'client', expect = {}, timeout: spanUs = defaultTimeoutUs } = wanted;
    const outcomeOf = context.http.begin(as, requestOf(context, wanted));
    const expected = expect.connection === undefined ? 'an answer' : `it is ${expect.connection}`;
    const isThere = await context.waitUntil(() => outcomeOf() !== undefined, spanUs);
    const outcome = outcomeOf();
    if (!isThere || outcome === undefined) {
      return { expected, seen: `none within ${formatDuration(spanUs)}` };
    }
    if (outcome instanceof ConnectionFailed || expect.connection !== undefined) {
      const isMeant = outcome instanceof ConnectionFailed && outcome.reason === expect.connection;
      return isMeant ? undefined : { expected, seen: describeOutcome(outcome) };
    }
    return unmet(context, expect, outcome) ?? keep(context, wanted, outcome);
  },
});

/** Keeps the values that later steps ask for. */
function keep(
  context: StepContext,
  { as = 'client', capture: names = {} }: Wanted,
  answer: HttpAnswer,
): StepFailure | undefined {
  for (const [name, place] of Object.entries(names)) {
    const cookie = /^cookie:(.*)$/.exec(place)?.[1];
    const value =
      cookie === undefined ? captured(answer, place) : context.http.client(as).cookie(cookie);
    if (value === undefined) {
      return { expected: `a value at ${place}`, seen: describeAnswer(answer) };
    }
    context.captures.set(name, value);
  }
  return undefined;
}

function requestOf(context: StepContext, wanted: Wanted): HttpRequest {
  const { method = 'GET', port, query, form, json, body, headers, from } = wanted;
  const expand = <T>(value: T): T => expanded(context, value) as T;
  return {
    method,
    path: context.expand(wanted.path),
    ...(query !== undefined && { query: expand(query) }),
    ...(form !== undefined && { form: expand(form) }),
    ...(json !== undefined && { json: expand(json) }),
    ...(body !== undefined && { body: expand(body) }),
    ...(headers !== undefined && { headers: expand(headers) }),
    ...(from !== undefined && { from: expand(from) }),
    ...(port !== undefined && { port }),
  };
}

function expanded(context: StepContext, value: unknown): unknown {
  if (typeof value === 'string') return context.expand(value);
  if (Array.isArray(value)) return value.map((each) => expanded(context, each));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, expanded(context, field)]);
  return Object.fromEntries(entries) as unknown;
}

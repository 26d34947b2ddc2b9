import * as v from 'valibot';
import {
  describeAnswer,
  headerOf,
  isSecretPath,
  shownValue,
  valueAt,
  type HttpAnswer,
} from '../../peers/http-answer.ts';
import type { StepContext } from '../context.ts';
import type { Pattern } from '../pattern.ts';
import {
  closed,
  fieldsOr,
  integer,
  isRecord,
  oneOf,
  parsed,
  pattern,
  text,
  type FieldSchema,
} from '../schema.ts';
import type { StepFailure } from '../step.ts';

/** A value that an answer is to hold: this text, a match, or (`null`) none at all. */
type WantedValue = string | { readonly pattern: Pattern } | null;

const wantedValue: FieldSchema<WantedValue> = fieldsOr<WantedValue>(
  closed({ pattern }),
  v.union([v.null(), text], ({ input }) => v.safeParse(text, input).issues?.[0].message ?? ''),
);

/** Fields with names of the author's own. */
export function namedFields<T>(field: FieldSchema<T>): FieldSchema<Readonly<Record<string, T>>> {
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isRecord, 'expected names with values'),
    v.record(v.string(), field),
  );
}

const wantedValues = v.exactOptional(namedFields(wantedValue));

/** What an answer is to be like. */
export const expectSchema = closed({
  status: v.exactOptional(integer(100, 599)),
  headers: wantedValues,
  xml: wantedValues,
  json: wantedValues,
  body: v.exactOptional(pattern),
  /** That there is no answer. */
  connection: v.exactOptional(oneOf(['refused', 'reset'])),
});

/** The same, read. */
export type Expected = v.InferOutput<typeof expectSchema>;

/** Where a value is captured: `header:NAME`, `cookie:NAME`, or a path in JSON or XML. */
export const capturePath: FieldSchema<string> = parsed(
  (input) =>
    typeof input === 'string' && /^((header|cookie):)?[\w[\]./-]+$/.test(input)
      ? { ok: true, value: input }
      : { ok: false, text: 'expected a path (a.b[0] or a/b), header:NAME or cookie:NAME' },
  { type: 'string', pattern: '^((header|cookie):)?[\\w[\\]./-]+$' },
);

/** The first expectation that an answer does not meet. */
export function unmet(
  context: StepContext,
  wanted: Expected,
  answer: HttpAnswer,
): StepFailure | undefined {
  const { status, headers = {}, xml = {}, json = {}, body } = wanted;
  if (status !== undefined && answer.status !== status) {
    return { expected: `status ${status}`, seen: describeAnswer(answer) };
  }
  const { xmlValue, jsonValue } = answer;
  const kinds = [
    { kind: 'header', values: headers, find: (name: string) => headerOf(answer, name) },
    { kind: 'xml', values: xml, find: (path: string) => valueAt(xmlValue, path, '/') },
    { kind: 'json', values: json, find: (path: string) => valueAt(jsonValue, path, '.') },
  ];
  for (const { kind, values, find } of kinds) {
    for (const [path, value] of Object.entries(values)) {
      const seen = find(path);
      if (isMet(context, value, seen)) continue;
      return {
        expected: `${kind} ${path} ${describeWanted(context, path, value)}`,
        seen: `${shownValue(path, seen)} in ${describeAnswer(answer)}`,
      };
    }
  }
  if (body === undefined) return undefined;
  const expression = context.expandPattern(body);
  if (expression.test(answer.body)) return undefined;
  return { expected: `a body with ${body.text}`, seen: describeAnswer(answer) };
}

/** The value to capture; undefined where the answer has none there. */
export function captured(answer: HttpAnswer, path: string): string | undefined {
  const header = /^header:(.*)$/.exec(path)?.[1];
  if (header !== undefined) return headerOf(answer, header);
  const { jsonValue, xmlValue } = answer;
  const value =
    jsonValue === undefined ? valueAt(xmlValue, path, '/') : valueAt(jsonValue, path, '.');
  return isScalar(value) ? String(value) : undefined;
}

function isMet(context: StepContext, wanted: WantedValue, seen: unknown): boolean {
  if (wanted === null) return seen === undefined || seen === null;
  if (!isScalar(seen)) return false;
  if (typeof wanted === 'string') return String(seen) === context.expand(wanted);
  return context.expandPattern(wanted.pattern).test(String(seen));
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** As the scenario writes it: what `${…}` stands for may be a secret. */
function describeWanted(context: StepContext, path: string, wanted: WantedValue): string {
  if (wanted === null) return 'absent';
  if (typeof wanted !== 'string') return `/${wanted.pattern.text}/`;
  return JSON.stringify(isSecretPath(path) ? wanted : context.expand(wanted));
}

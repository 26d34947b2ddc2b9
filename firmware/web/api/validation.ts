import * as v from 'valibot';
import type { Misfit } from './problems.ts';

/** A schema of the API: what a route takes or answers. */
export type Schema = v.GenericSchema;

/** So many misfits are told at most. */
const misfitsMax = 10;

/** A part of a request that does not fit its schema. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly errors: readonly Misfit[];

  constructor(errors: readonly Misfit[]) {
    super('the request does not fit its schema');
    this.errors = errors;
  }
}

const places: Readonly<Record<string, Misfit['in']>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
};

/** What came with a request, judged by the schema; all that does not fit is told at once. */
export function judgeInput(schema: Schema, httpPart: string | undefined) {
  return (input: unknown): { value: unknown } | { error: Error } => {
    const parsed = v.safeParse(schema, input, { message: expectationOf });
    if (parsed.success) return { value: parsed.output };
    const place = places[httpPart ?? ''] ?? 'body';
    const errors = parsed.issues.slice(0, misfitsMax).map((issue) => misfitOf(issue, place));
    return { error: new InvalidInput(errors) };
  };
}

/** Valibot's own messages repeat what was received, which may be a password. */
function expectationOf({ expected }: v.BaseIssue<unknown>): string {
  return expected === null ? 'is not valid' : `is not ${expected}`;
}

function misfitOf(issue: v.BaseIssue<unknown>, place: Misfit['in']): Misfit {
  const path = issue.path ?? [];
  const last = path.at(-1);
  const isKey = last?.type === 'object' && last.origin === 'key';
  const isUnknown = isKey && issue.expected === 'never';
  // A name that no schema knows is as much of the request as any value.
  const isRecordKey = last !== undefined && 'origin' in last && last.origin === 'key' && !isKey;
  const known = isUnknown || isRecordKey ? path.slice(0, -1) : path;
  const pointer = known.map(({ key }) => `/${escaped(String(key))}`).join('');
  if (isUnknown) return { in: place, pointer, detail: 'has a field that is not known' };
  const detail = isKey && issue.kind === 'schema' ? 'is missing' : issue.message;
  return { in: place, pointer, detail };
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

import * as v from 'valibot';
import type { Misfit } from './problems.ts';

/** A schema of the API: what a route takes or answers. */
export type Schema = v.GenericSchema;

/** So many misfits are told at most. */
const misfitsMax = 10;

/** Deeper than any step is nested. */
const depthMax = 64;

/** A part of a request that does not fit. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly errors: readonly Misfit[];

  constructor(errors: readonly Misfit[]) {
    super('the request does not fit');
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
    const parsed = v.safeParse(schema, input);
    if (parsed.success) return { value: parsed.output };
    const place = places[httpPart ?? ''] ?? 'body';
    const errors = parsed.issues.slice(0, misfitsMax).map((issue) => misfitOf(issue, place));
    return { error: new InvalidInput(errors) };
  };
}

/** A path to a value as a JSON pointer (RFC 6901). */
export function pointerOf(path: readonly unknown[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Reads a body. What is nested deeper than anything here can be is refused before anybody walks
 * through it by recursion.
 */
export function refuseDepth(body: unknown): void {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > depthMax) {
      const detail = `nested deeper than ${depthMax} levels`;
      throw new InvalidInput([{ in: 'body', pointer: '', detail }]);
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
}

function misfitOf(issue: v.BaseIssue<unknown>, place: Misfit['in']): Misfit {
  const path = issue.path ?? [];
  const last = path.at(-1);
  const pointer = pointerOf(path.map(({ key }) => key));
  const isKey = last?.type === 'object' && last.origin === 'key';
  if (isKey && issue.expected === 'never') {
    return { in: place, pointer, detail: 'there is no such field' };
  }
  const isMissing = isKey && issue.kind === 'schema';
  return { in: place, pointer, detail: isMissing ? 'is missing' : issue.message };
}

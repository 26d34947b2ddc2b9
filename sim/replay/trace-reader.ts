import * as v from 'valibot';
import { UsageError } from '../kernel/invariant.ts';
import type { Stimulus, TraceHeader, TraceRecord, TraceValue } from '../kernel/trace.ts';

/** A trace that was read from a file. */
export interface RecordedTrace {
  readonly header: TraceHeader;
  /** In order; the first stands in line 2. */
  readonly records: readonly TraceRecord[];
}

const value: v.GenericSchema<unknown, TraceValue> = v.lazy(() =>
  v.union([
    v.string(),
    v.number(),
    v.boolean(),
    v.null(),
    v.array(value),
    v.record(v.string(), value),
  ]),
);
const fields = v.record(v.string(), value);
const us = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(us, v.minValue(0));
const name = v.pipe(v.string(), v.minLength(1));

const versionSchema = v.looseObject({ trace: v.literal('nasboard'), version: v.number() });

const headerSchema = v.looseObject({
  trace: v.literal('nasboard'),
  version: v.literal(1),
  seed: count,
  startUs: us,
  board: fields,
  options: v.optional(fields),
  scenario: v.optional(fields),
  restored: v.optional(v.literal(true)),
});

const recordSchema = v.objectWithRest(
  {
    t: us,
    source: name,
    kind: name,
    stimulus: v.optional(v.literal(true)),
    after: v.optional(count),
    by: v.optional(v.string()),
  },
  value,
);

/**
 * Reads a trace as a file has it, JSON Lines. A `UsageError` names the line that cannot be read and
 * says what is wrong with it.
 */
export function readTrace(text: string, file: string): RecordedTrace {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const [first, ...rest] = lines;
  if (first === undefined) throw new UsageError(`${file} is empty: a trace has a header at least`);
  const header = readHeader(first, file);
  let lastUs = Number.MIN_SAFE_INTEGER;
  const records = rest.map((line, index) => {
    const at = `${file}:${index + 2}`;
    const record = parsed(line, at) as TraceRecord;
    check(recordSchema, record, at);
    if (record.t < lastUs) throw new UsageError(`${at}: t goes back, to ${record.t}`);
    lastUs = record.t;
    return record;
  });
  return { header, records };
}

function readHeader(line: string, file: string): TraceHeader {
  const at = `${file}:1`;
  const found = v.safeParse(versionSchema, parsed(line, at));
  if (!found.success) {
    throw new UsageError(`${at}: this is no trace: the first line of one is its header`);
  }
  const { version } = found.output;
  if (version !== 1) {
    throw new UsageError(`${at}: version ${version} of traces is not read; 1 is`);
  }
  check(headerSchema, found.output, at);
  return found.output as unknown as TraceHeader;
}

function parsed(line: string, at: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new UsageError(`${at}: this line is no JSON`, { cause });
  }
}

/** What was read stays as it is, in the order of its fields. */
function check(schema: v.GenericSchema, input: unknown, at: string): void {
  const found = v.safeParse(schema, input);
  if (found.success) return;
  const [issue] = found.issues;
  const field = v.getDotPath(issue);
  throw new UsageError(`${at}: ${field === null ? '' : `${field}: `}${issue.message}`);
}

/** Fields that every record has: what is left says what happened. */
const common: ReadonlySet<string> = new Set(['t', 'source', 'kind', 'stimulus', 'after']);

/**
 * The stimuli of a trace, with what was kept of their secrets by line. Two with nothing between
 * them came together: no time passed, and the board had no turn.
 */
export function stimuliOf(
  { records }: RecordedTrace,
  secrets: ReadonlyMap<number, Stimulus['fields']>,
): readonly (Stimulus & { readonly line: number })[] {
  return records.flatMap((record, index) => {
    if (record.stimulus !== true) return [];
    const { t, source, kind } = record;
    const after = record['after'] as number | undefined;
    const line = index + 2;
    const secret = secrets.get(line);
    return [
      {
        line,
        t,
        source,
        kind,
        fields: fieldsOf(record),
        ...(after !== undefined && { after }),
        ...(isTogether(record, records[index - 1]) && { together: true as const }),
        ...(secret !== undefined && { secret }),
      },
    ];
  });
}

/** What a record says beside time, source and kind. */
export function fieldsOf(record: TraceRecord): Stimulus['fields'] {
  const entries = Object.entries(record).filter(([field]) => !common.has(field));
  return Object.fromEntries(entries) as Stimulus['fields'];
}

function isTogether(record: TraceRecord, before: TraceRecord | undefined): boolean {
  return before?.stimulus === true && before.t === record.t && before['by'] === undefined;
}

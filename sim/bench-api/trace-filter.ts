import * as v from 'valibot';
import type { TraceRecord } from '../kernel/trace.ts';
import { instant, parsed } from '../scenario/schema.ts';

const words = v.pipe(
  v.string(),
  v.regex(/^[\w./-]+(,[\w./-]+)*$/, 'write names with commas between: uart,led'),
  v.transform((text): ReadonlySet<string> => new Set(text.split(','))),
);

/** From where on: an instant, as µs or as a time, or one of two words. */
const since = parsed((input) => {
  if (input === 'start') return { ok: true, value: Number.NEGATIVE_INFINITY };
  if (input === 'now') return { ok: true, value: Number.POSITIVE_INFINITY };
  if (/^\d{1,16}$/.test(String(input))) return { ok: true, value: Number(input) };
  const time = v.safeParse(instant, input);
  if (time.success) return { ok: true, value: time.output };
  const text = 'write start, now, µs since the epoch, or a time such as 2026-11-24T10:00:00Z';
  return { ok: false, text };
});

/** What of a trace is wanted. */
export const traceQuery = v.strictObject({
  /** `uart,led`; all unless told otherwise. */
  source: v.optional(words),
  /** `press,release`; all unless told otherwise. */
  kind: v.optional(words),
  since: v.optional(since),
});

/** The same, read. */
export type TraceFilter = v.InferOutput<typeof traceQuery>;

/** Whether a record is of a source and a kind that is wanted. */
export function isWanted(record: TraceRecord, { source, kind }: TraceFilter): boolean {
  const isOfSource = source === undefined || source.has(record.source);
  return isOfSource && (kind === undefined || kind.has(record.kind));
}

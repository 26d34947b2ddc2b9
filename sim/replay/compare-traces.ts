import type { TraceRecord } from '../kernel/trace.ts';
import { fieldsOf } from './trace-reader.ts';

/** How two traces are compared in meaning. */
export interface CompareOptions {
  /** Times may be apart by so much, µs; not at all unless told otherwise. */
  readonly toleranceUs?: number;
  /** Sources that do not count. */
  readonly ignored?: ReadonlySet<string>;
}

/** A record of a trace, and its line there. */
export interface TracedLine {
  readonly line: number;
  readonly record: TraceRecord;
}

/** How two traces differ at one record. */
export type TraceDeviation =
  | { readonly kind: 'only-in-first' | 'only-in-second'; readonly at: TracedLine }
  | { readonly kind: 'apart'; readonly first: TracedLine; readonly second: TracedLine };

interface Lane {
  readonly first: TracedLine[];
  readonly second: TracedLine[];
}

/** So many records of one lane may have moved or be missing until the two meet again. */
const lookAhead = 200;

/**
 * Tells how two traces differ. Their records are put side by side lane by lane, a lane being what
 * has one source and kind; times count from the start of each. The answer is in order of time.
 */
export function compareTraces(
  first: { readonly startUs: number; readonly records: readonly TraceRecord[] },
  second: { readonly startUs: number; readonly records: readonly TraceRecord[] },
  { toleranceUs = 0, ignored = new Set() }: CompareOptions = {},
): readonly TraceDeviation[] {
  const lanes = new Map<string, Lane>();
  const fill = (records: readonly TraceRecord[], side: keyof Lane): void => {
    for (const [index, record] of records.entries()) {
      if (ignored.has(record.source)) continue;
      const name = `${record.source} ${record.kind}`;
      let lane = lanes.get(name);
      if (lane === undefined) lanes.set(name, (lane = { first: [], second: [] }));
      lane[side].push({ line: index + 2, record });
    }
  };
  fill(first.records, 'first');
  fill(second.records, 'second');
  const shiftUs = second.startUs - first.startUs;
  const found = [...lanes.values()].flatMap((lane) => deviationsOf(lane, shiftUs, toleranceUs));
  return found.toSorted((a, b) => timeOf(a, shiftUs) - timeOf(b, shiftUs));
}

function deviationsOf(
  { first, second }: Lane,
  shiftUs: number,
  toleranceUs: number,
): readonly TraceDeviation[] {
  const found: TraceDeviation[] = [];
  let [a, b] = [0, 0];
  while (a < first.length || b < second.length) {
    const [one, other] = [first[a], second[b]];
    if (one !== undefined && other !== undefined && contentOf(one) === contentOf(other)) {
      const apartUs = Math.abs(other.record.t - shiftUs - one.record.t);
      if (apartUs > toleranceUs) found.push({ kind: 'apart', first: one, second: other });
      [a, b] = [a + 1, b + 1];
      continue;
    }
    // Whichever side has the other's record sooner has fewer of its own before it.
    const inSecond = one === undefined ? undefined : placeOf(one, second, b);
    const inFirst = other === undefined ? undefined : placeOf(other, first, a);
    const isFirstMore =
      other === undefined ||
      (one !== undefined && (inFirst ?? lookAhead) <= (inSecond ?? lookAhead));
    if (isFirstMore && one !== undefined) {
      found.push({ kind: 'only-in-first', at: one });
      a += 1;
    } else if (other !== undefined) {
      found.push({ kind: 'only-in-second', at: other });
      b += 1;
    }
  }
  return found;
}

/** How far off a record with the same content is; undefined where there is none near. */
function placeOf(
  wanted: TracedLine,
  lines: readonly TracedLine[],
  from: number,
): number | undefined {
  const content = contentOf(wanted);
  const place = lines
    .slice(from, from + lookAhead)
    .findIndex((line) => contentOf(line) === content);
  return place < 0 ? undefined : place;
}

/** What a record says, but for when. */
function contentOf({ record }: TracedLine): string {
  return JSON.stringify([record.stimulus ?? false, fieldsOf(record)]);
}

function timeOf(deviation: TraceDeviation, shiftUs: number): number {
  if (deviation.kind === 'apart') return deviation.first.record.t;
  const { t } = deviation.at.record;
  return deviation.kind === 'only-in-first' ? t : t - shiftUs;
}

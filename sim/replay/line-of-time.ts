import type { Bench, BenchSnapshot } from '../bench.ts';
import type { Stimulus, TraceRecord } from '../kernel/trace.ts';
import type { Place } from './player.ts';

/** A place in a history: between which events, and after how many stimuli. */
export interface Moment extends Place {
  /** How many stimuli of the journal came before. */
  readonly stimuli: number;
}

/** An instant that somebody has named. */
export interface Mark extends Moment {
  readonly name: string;
}

/** A bench at rest, to go on from. */
export interface Base {
  readonly snapshot: BenchSnapshot;
  readonly moment: Moment;
  /** How many records of the trace came before. */
  readonly records: number;
}

/** What happened on one way through time, from a beginning to an end. */
export interface LineOfTime {
  /** True time of the first instant. */
  readonly startUs: number;
  readonly journal: readonly Stimulus[];
  readonly bases: readonly Base[];
  readonly marks: readonly Mark[];
  /** The trace of it; the first `forgotten` records are no longer there. */
  readonly records: readonly TraceRecord[];
  readonly forgotten: number;
}

/** Whether one moment comes before another on the same line, or is it. */
export function isNotAfter(one: Moment, other: Moment): boolean {
  if (one.stimuli !== other.stimuli) return one.stimuli < other.stimuli;
  if (one.t !== other.t) return one.t < other.t;
  return (one.after ?? Infinity) <= (other.after ?? Infinity);
}

/** The present place of a bench, after so many stimuli. */
export function momentOf({ world }: Bench, stimuli: number): Moment {
  const isDue = (world.nextEventUs ?? world.nowUs + 1) <= world.nowUs;
  return { t: world.nowUs, stimuli, ...(isDue && { after: world.instantEvents }) };
}

/** The end of the instant `t` on a line. */
export function momentAt({ journal }: LineOfTime, t: number): Moment {
  let stimuli = journal.length;
  while (stimuli > 0 && (journal[stimuli - 1]?.t ?? 0) > t) stimuli -= 1;
  return { t, stimuli };
}

/** A line up to a moment, as one that can go on from there. */
export function lineUpTo(line: LineOfTime, moment: Moment): LineOfTime {
  return {
    ...line,
    journal: line.journal.slice(0, moment.stimuli),
    bases: line.bases.filter((base) => isNotAfter(base.moment, moment)),
    marks: line.marks.filter((mark) => isNotAfter(mark, moment)),
  };
}

/**
 * Leaves out one of too many bases: that whose loss makes the way to the instants after it longer
 * by least, measured by how long ago they are.
 */
export function thinned(bases: readonly Base[], { most, nowUs }: { most: number; nowUs: number }) {
  if (bases.length <= most) return bases;
  let least = Number.POSITIVE_INFINITY;
  let place = 1;
  for (let index = 1; index < bases.length - 1; index += 1) {
    const before = bases[index - 1]?.moment.t ?? 0;
    const after = bases[index + 1]?.moment.t ?? nowUs;
    const loss = (after - before) / (nowUs - after + 1);
    if (loss < least) [least, place] = [loss, index];
  }
  return bases.filter((_, index) => index !== place);
}

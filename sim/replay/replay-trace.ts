import { UsageError } from '../kernel/invariant.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { benchOfTrace } from './bench-of-trace.ts';
import { play } from './player.ts';
import type { SecretsByLine } from './secrets-file.ts';
import { kindOf } from './stimuli.ts';
import { stimuliOf, type RecordedTrace } from './trace-reader.ts';

/** What a replay goes by. */
export interface ReplayOptions {
  /** What the trace is called, for messages. */
  readonly file: string;
  /** What the trace leaves out. */
  readonly secrets?: SecretsByLine;
  /** Hears how much of the recorded time has passed, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Where a replay departs from its trace. */
export interface ReplayDifference {
  /** Of the trace; counts from 1. */
  readonly line: number;
  /** True time. */
  readonly t: number;
  /** As the trace has it. */
  readonly expected: string;
  /** What came in its place; undefined where nothing did. */
  readonly seen: string | undefined;
}

/** What came of a replay. */
export interface ReplayOutcome {
  /** How many records came out as recorded. */
  readonly same: number;
  readonly difference: ReplayDifference | undefined;
}

/**
 * Does to a new bench what a trace says was done to its own, and compares all that comes of it. A
 * `UsageError` says why that cannot be done, before anything runs.
 */
export async function replayTrace(
  trace: RecordedTrace,
  options: ReplayOptions,
): Promise<ReplayOutcome> {
  const { file, secrets = new Map(), onProgress } = options;
  const { records, header } = trace;
  const bench = benchOfTrace(header, file);
  const comparison = new Comparison(records);
  // Some of the options are stimuli, which the bench has done by now.
  for (const record of bench.trace.records) comparison.see(record);
  const given = bench.trace.records.length;
  const stimuli = stimuliOf(trace, secrets).filter(({ line }) => line > given + 1);
  for (const stimulus of stimuli) {
    if (stimulus.fields['by'] !== undefined || stimulus.secret !== undefined) continue;
    const at = `${file}:${stimulus.line}`;
    if (needsSecret(stimulus, at)) {
      throw new UsageError(
        `${at}: what was sent there is not in the trace: give what --trace-secrets has written ` +
          'beside it (nasboard replay TRACE --secrets FILE), or the scenario (--scenario FILE)',
      );
    }
  }
  const endUs = records.at(-1)?.t ?? header.startUs;
  const spanUs = Math.max(1, endUs - header.startUs);
  bench.trace.onRecord((record) => {
    comparison.see(record);
    onProgress?.(Math.min(1, (record.t - header.startUs) / spanUs));
  });
  await play(bench, stimuli, { to: { t: endUs }, isEnough: () => comparison.isOver });
  comparison.end();
  return { same: comparison.same, difference: comparison.difference };
}

function needsSecret(
  stimulus: Parameters<typeof kindOf>[0] & { readonly fields: object },
  at: string,
) {
  try {
    return kindOf(stimulus).needsSecret?.(stimulus.fields as never) === true;
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${at}: ${error.message}`);
    throw error;
  }
}

/** Compares records as they come with those of a trace, until the first that differs. */
class Comparison {
  readonly #expected: readonly TraceRecord[];
  #place = 0;
  #same = 0;
  #difference: ReplayDifference | undefined;

  constructor(expected: readonly TraceRecord[]) {
    this.#expected = expected;
  }

  get same(): number {
    return this.#same;
  }

  get difference(): ReplayDifference | undefined {
    return this.#difference;
  }

  get isOver(): boolean {
    return this.#difference !== undefined;
  }

  /** What comes after the last record of the trace, at its instant, is nobody's business. */
  see(record: TraceRecord): void {
    if (this.isOver) return;
    const before = this.#next();
    if (before === undefined) return;
    const seen = JSON.stringify(record);
    if (JSON.stringify(before) === seen) {
      this.#place += 1;
      this.#same += 1;
    } else {
      this.#note(before, seen);
    }
  }

  /** Nothing more comes. */
  end(): void {
    const before = this.isOver ? undefined : this.#next();
    if (before !== undefined) this.#note(before, undefined);
  }

  #note(before: TraceRecord, seen: string | undefined): void {
    const expected = JSON.stringify(before);
    this.#difference = { line: this.#place + 2, t: before.t, expected, seen };
  }

  /** What clients over sockets met on their way does not come again. */
  #next(): TraceRecord | undefined {
    while (this.#expected[this.#place]?.['outside'] === true) this.#place += 1;
    return this.#expected[this.#place];
  }
}

import type { CoverageCounts } from '../charts/coverage.ts';
import type { PinHistory } from './pin-history.ts';
import type { Position } from './step.ts';
import type { FaultReport } from './timed-fault.ts';
import type { SweepTable } from './sweep-table.ts';
import type { Scalar } from './template.ts';

/** What tells a case from the others of its scenario: a value of each list, by its name. */
export type CaseVariables = Readonly<Record<string, Scalar>>;

/**
 * How a case ended. `invalid`: a fault that was ordered never took effect, so nothing is proved.
 * `unusable`: a step asked for what this board cannot do. `broken`: the firmware or the simulator
 * has a bug.
 */
export type Outcome = 'passed' | 'failed' | 'time-limit' | 'invalid' | 'unusable' | 'broken';

/** What there is to know of a case that did not pass. */
export interface FailureReport {
  /** The step it ended in; absent where it ended in none. */
  readonly step: StepReport | undefined;
  /** In the words of a scenario file; absent where an expectation is not what failed. */
  readonly expected: string | undefined;
  readonly seen: string | undefined;
  /** What went wrong where no expectation failed. */
  readonly problem: string | undefined;
  /** Where in the code a bug showed. */
  readonly stack: string | undefined;
  /** The console's last lines. */
  readonly console: readonly string[];
  readonly states: Readonly<Record<string, string>>;
  readonly pins: PinHistory;
  readonly clocks: ClockReport;
  /** True time since the start. */
  readonly atUs: number;
}

/** A step, as a report names it. */
export interface StepReport extends Position {
  /** As it is written. */
  readonly source: string;
  readonly name: string | undefined;
}

/** The clocks of a board at an instant, ms since the epoch. */
export interface ClockReport {
  readonly trueMs: number;
  /** What the firmware believes; absent where there is none, or its store is not mounted. */
  readonly wallMs: number | undefined;
  readonly rtcMs: number;
  readonly isRtcValid: boolean;
  readonly trust: string | undefined;
}

/** One run of one case. */
export interface CaseResult {
  readonly variables: CaseVariables;
  readonly seed: number;
  readonly outcome: Outcome;
  readonly failure: FailureReport | undefined;
  /** What its steps counted, by name. */
  readonly results: Readonly<Record<string, number>>;
  /** What happened at instants: the scenario's own `faults`, or those that chance gave the run. */
  readonly faults: readonly FaultReport[];
  /** True time that passed. */
  readonly simulatedUs: number;
  /** Time of this machine. */
  readonly elapsedMs: number;
  /** JSON Lines, where asked for. */
  readonly trace: string | undefined;
  /** What the trace leaves out, for a replay. */
  readonly secrets?: string | undefined;
  /** All that the console said, where asked for. */
  readonly serialLog: string | undefined;
  /** Waveforms as a VCD file, where asked for. */
  readonly vcd: Uint8Array | undefined;
  /** What the charts did, where asked for. */
  readonly coverage?: CoverageCounts | undefined;
}

/** All runs of a scenario. */
export interface ScenarioResult {
  readonly name: string;
  readonly file: string;
  /** The worst of its cases. */
  readonly outcome: Outcome;
  readonly cases: readonly CaseResult[];
  /** Where the scenario asks for one. */
  readonly table: SweepTable | undefined;
}

const worstFirst: readonly Outcome[] = [
  'unusable',
  'broken',
  'invalid',
  'failed',
  'time-limit',
  'passed',
];

/** The worst of some outcomes; nothing at all has passed. */
export function worstOf(outcomes: readonly Outcome[]): Outcome {
  return worstFirst.find((outcome) => outcomes.includes(outcome)) ?? 'passed';
}

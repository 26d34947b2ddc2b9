import { createBench, type Bench, type BenchOptions } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import type { TraceHeader } from '../kernel/trace.ts';
import { benchOptionsOf } from './board-options.ts';
import { recordCase } from './case-recordings.ts';
import { Interruption, StepContext, type Travel } from './context.ts';
import { firstDifference } from './determinism.ts';
import { formatDuration } from './duration.ts';
import type { FaultWeights } from './chance/draw-faults.ts';
import { reportFailure, type Finding } from './failure-report.ts';
import type { Judge } from './judge.ts';
import type { ScenarioCase } from './reader.ts';
import type { CaseResult, FailureReport, Outcome } from './result.ts';
import type { Step } from './step.ts';
import { scheduleFaults } from './timed-fault.ts';
import type { CaseVcd } from '../waves/case-recording.ts';

/** How a case is run. */
export interface CaseOptions {
  readonly seed: number;
  /** True time after which a case that is not done has run into its limit. */
  readonly timeoutUs?: number | undefined;
  readonly keepTrace?: boolean | undefined;
  /** Keeps what the trace leaves out, for a replay. */
  readonly keepSecrets?: boolean | undefined;
  /** The file that it comes from, for the trace. */
  readonly origin?: { readonly file: string; readonly sha256: string } | undefined;
  readonly keepSerialLog?: boolean | undefined;
  /** What recordings of it say that they are of. */
  readonly scenario?: string | undefined;
  /** Records waveforms. */
  readonly vcd?: CaseVcd | undefined;
  /** Counts what the charts do. */
  readonly keepCoverage?: boolean | undefined;
  /** Runs twice and compares the traces. */
  readonly checkDeterminism?: boolean | undefined;
  /** Chance gives each run faults of its own, in the place of the scenario's. */
  readonly randomFaults?: FaultWeights | undefined;
  /** Instead of what the scenario says; under random faults `invariants` unless told otherwise. */
  readonly judgedBy?: Judge | undefined;
}

/** Enough for the report of a failure, where nobody wants the trace itself. */
const traceRecordsMax = 4_096;

interface Ending {
  readonly outcome: Outcome;
  readonly step?: Step | undefined;
  readonly finding?: Finding;
}

/** Runs one case on a fresh board. Any end is a result, a bug as well. */
export async function runCase(
  scenarioCase: ScenarioCase,
  options: CaseOptions,
): Promise<CaseResult> {
  const { keepTrace = false, checkDeterminism = false } = options;
  const disturbed = await disturbedBy(scenarioCase, options);
  if (!checkDeterminism) return (await runOnce(disturbed, options)).result;
  const first = await runOnce(disturbed, { ...options, keepTrace: true });
  const again = { ...options, keepTrace: true, vcd: undefined };
  const second = await runOnce(disturbed, again);
  const difference = firstDifference(first.result.trace ?? '', second.result.trace ?? '');
  const result = keepTrace ? first.result : { ...first.result, trace: undefined };
  if (difference === undefined || first.report === undefined) return result;
  const problem = `two runs with one seed differ, first in line ${difference.line} of the trace`;
  const { first: expected, second: seen } = difference;
  return { ...result, outcome: 'broken', failure: { ...first.report, expected, seen, problem } };
}

/** The case with the faults that chance gives it, where it is to give any. */
async function disturbedBy(
  scenarioCase: ScenarioCase,
  options: CaseOptions,
): Promise<ScenarioCase> {
  const { randomFaults: weights, judgedBy, seed, timeoutUs } = options;
  if (weights === undefined) {
    return judgedBy === undefined ? scenarioCase : { ...scenarioCase, judgedBy };
  }
  const { withRandomFaults } = await import('./chance/random-faults.ts');
  const disturbed = await withRandomFaults(scenarioCase, { seed, weights, timeoutUs });
  return { ...disturbed, judgedBy: judgedBy ?? 'invariants' };
}

async function runOnce(
  scenarioCase: ScenarioCase,
  options: CaseOptions,
): Promise<{ readonly result: CaseResult; readonly report: FailureReport | undefined }> {
  const startedMs = performance.now();
  const { judgedBy, steps } = scenarioCase;
  const benchOptions: BenchOptions = {
    ...benchOptionsOf(scenarioCase.board, options.seed),
    ...(options.keepTrace === true || judgedBy !== 'steps' ? {} : { traceRecordsMax }),
  };
  const first = createBench(benchOptions);
  const travel = hasSnapshot(steps) ? await travelOf(first, benchOptions) : undefined;
  const { startUs } = first.world;
  const { timeoutUs } = options;
  const context = new StepContext({
    bench: first,
    ...(timeoutUs !== undefined && { deadlineUs: startUs + timeoutUs }),
    ...(travel !== undefined && { travel }),
  });
  const recordings = await recordCase(context, options);
  const isByChance = options.randomFaults !== undefined;
  const faultsSeen = scheduleFaults(context, scenarioCase.faults, isByChance);
  const ending = await runToEnd(first, context, { scenarioCase, timeoutUs });
  context.close();
  const recorded = recordings();
  const { bench } = context;
  const isReported = ending.finding !== undefined || options.checkDeterminism === true;
  const report = isReported ? reportFailure(bench, ending.step, ending.finding ?? {}) : undefined;
  const result: CaseResult = {
    variables: scenarioCase.variables,
    seed: options.seed,
    outcome: ending.outcome,
    failure: ending.finding === undefined ? undefined : report,
    results: context.results.named(scenarioCase.results),
    faults: faultsSeen(),
    simulatedUs: bench.world.nowUs - startUs,
    elapsedMs: performance.now() - startedMs,
    trace: options.keepTrace === true ? bench.traceText(about(scenarioCase, options)) : undefined,
    ...recorded,
  };
  return { result: stopped(bench, result), report };
}

function hasSnapshot(steps: readonly Step[]): boolean {
  return steps.some(
    ({ key, loop }) => key === 'snapshot' || (loop?.bodies.some(hasSnapshot) ?? false),
  );
}

/** Only who takes snapshots pays for a history. */
async function travelOf(bench: Bench, options: BenchOptions): Promise<Travel> {
  const { History } = await import('../replay/history.ts');
  const history = new History(bench, { beginning: { options } });
  return {
    mark: (name) => {
      history.keep();
      history.mark(name);
    },
    back: async (name) => {
      const before = history.bench;
      const after = await history.back(name);
      before.stop();
      return after;
    },
  };
}

/** What its first line says of a trace, so that it can be had again. */
function about(
  { variables }: ScenarioCase,
  { origin, timeoutUs }: CaseOptions,
): Partial<TraceHeader> {
  if (origin === undefined) return {};
  return {
    scenario: { ...origin, variables, ...(timeoutUs !== undefined && { timeoutUs }) },
  };
}

/** Switches the board off; a bug that shows only then is one all the same. */
function stopped(bench: Bench, result: CaseResult): CaseResult {
  try {
    bench.stop();
    bench.board.flash.scrap();
    return result;
  } catch (error) {
    if (result.outcome !== 'passed') return result;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const problem = `switching the board off: ${message}`;
    const failure = reportFailure(bench, undefined, { problem, stack });
    return { ...result, outcome: 'broken', failure };
  }
}

async function runToEnd(
  bench: Bench,
  context: StepContext,
  { scenarioCase, timeoutUs }: { scenarioCase: ScenarioCase; timeoutUs: number | undefined },
): Promise<Ending> {
  try {
    if (scenarioCase.board.power !== 'off') bench.board.powerOn();
    for (const step of scenarioCase.steps) await runJudged(context, step, scenarioCase.judgedBy);
    await context.bench.world.settle();
    const broken = await checkJudged(context, scenarioCase.judgedBy);
    if (broken !== undefined) return { outcome: 'broken', finding: broken };
  } catch (error) {
    return endingOf(error, context, timeoutUs);
  }
  if (scenarioCase.judgedBy === 'invariants') return { outcome: 'passed' };
  const { pending } = context.faults;
  const [fault] = pending;
  if (fault === undefined) return { outcome: 'passed' };
  const names = pending.map(({ name }) => name).join(', ');
  const step = scenarioCase.steps.find(({ position }) => position === fault.position);
  return {
    outcome: 'invalid',
    step,
    finding: { problem: `the fault never took effect: ${names}` },
  };
}

/** Where steps are not what counts, one that does not hold, or cannot be done, only ends there. */
async function runJudged(context: StepContext, step: Step, judgedBy: Judge): Promise<void> {
  try {
    await context.runStep(step);
  } catch (error) {
    const isOfStep = error instanceof Interruption && error.reason.kind === 'failed';
    if (judgedBy === 'invariants' && (isOfStep || error instanceof UsageError)) return;
    throw error;
  }
}

async function checkJudged(context: StepContext, judgedBy: Judge): Promise<Finding | undefined> {
  if (judgedBy === 'steps') return undefined;
  context.step = undefined;
  const { checkInvariants } = await import('./chance/invariants.ts');
  const { bench, phone } = context;
  const keys = [...phone.save().accounts.values()].map(({ secret }) => secret.base32);
  return checkInvariants(bench, [bench.board.defaultPassword, ...keys]);
}

function endingOf(error: unknown, context: StepContext, timeoutUs: number | undefined): Ending {
  const { step } = context;
  if (error instanceof Interruption) {
    if (error.reason.kind === 'failed') {
      return { outcome: 'failed', step: error.reason.step, finding: error.reason.failure };
    }
    const problem = `not done within the time limit of ${formatDuration(timeoutUs ?? 0)}`;
    return { outcome: 'time-limit', step, finding: { problem } };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof UsageError) {
    return { outcome: 'unusable', step, finding: { problem: message } };
  }
  return { outcome: 'broken', step, finding: { problem: message, stack } };
}

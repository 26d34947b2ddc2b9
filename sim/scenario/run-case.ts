import { createBench, type Bench } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import { benchOptionsOf } from './board-options.ts';
import { Interruption, StepContext } from './context.ts';
import { firstDifference } from './determinism.ts';
import { formatDuration } from './duration.ts';
import { reportFailure, type Finding } from './failure-report.ts';
import type { ScenarioCase } from './reader.ts';
import type { CaseResult, FailureReport, Outcome } from './result.ts';
import type { Step } from './step.ts';

/** How a case is run. */
export interface CaseOptions {
  readonly seed: number;
  /** True time after which a case that is not done has run into its limit. */
  readonly timeoutUs?: number | undefined;
  readonly keepTrace?: boolean | undefined;
  readonly keepSerialLog?: boolean | undefined;
  /** Runs twice and compares the traces. */
  readonly checkDeterminism?: boolean | undefined;
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
  if (!checkDeterminism) return (await runOnce(scenarioCase, options)).result;
  const first = await runOnce(scenarioCase, { ...options, keepTrace: true });
  const second = await runOnce(scenarioCase, { ...options, keepTrace: true });
  const difference = firstDifference(first.result.trace ?? '', second.result.trace ?? '');
  const result = keepTrace ? first.result : { ...first.result, trace: undefined };
  if (difference === undefined || first.report === undefined) return result;
  const problem = `two runs with one seed differ, first in line ${difference.line} of the trace`;
  const { first: expected, second: seen } = difference;
  return { ...result, outcome: 'broken', failure: { ...first.report, expected, seen, problem } };
}

async function runOnce(
  scenarioCase: ScenarioCase,
  options: CaseOptions,
): Promise<{ readonly result: CaseResult; readonly report: FailureReport | undefined }> {
  const startedMs = performance.now();
  const bench = createBench({
    ...benchOptionsOf(scenarioCase.board, options.seed),
    ...(options.keepTrace === true ? {} : { traceRecordsMax }),
  });
  let serialLog: string | undefined;
  if (options.keepSerialLog === true) {
    serialLog = '';
    bench.board.uart.onData((_bytes, _timeUs, text) => void (serialLog += text));
  }
  const { startUs } = bench.world;
  const { timeoutUs } = options;
  const context = new StepContext({
    bench,
    ...(timeoutUs !== undefined && { deadlineUs: startUs + timeoutUs }),
  });
  const ending = await runToEnd(bench, context, { scenarioCase, timeoutUs });
  context.close();
  const isReported = ending.finding !== undefined || options.checkDeterminism === true;
  const report = isReported ? reportFailure(bench, ending.step, ending.finding ?? {}) : undefined;
  const result: CaseResult = {
    variables: scenarioCase.variables,
    seed: options.seed,
    outcome: ending.outcome,
    failure: ending.finding === undefined ? undefined : report,
    results: context.results.named(scenarioCase.results),
    simulatedUs: bench.world.nowUs - startUs,
    elapsedMs: performance.now() - startedMs,
    trace: options.keepTrace === true ? bench.traceText() : undefined,
    serialLog,
  };
  return { result: stopped(bench, result), report };
}

/** Switches the board off; a bug that shows only then is one all the same. */
function stopped(bench: Bench, result: CaseResult): CaseResult {
  try {
    bench.stop();
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
    for (const step of scenarioCase.steps) await context.runStep(step);
    await bench.world.settle();
  } catch (error) {
    return endingOf(error, context, timeoutUs);
  }
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

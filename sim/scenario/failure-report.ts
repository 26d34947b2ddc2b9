import type { Bench } from '../bench.ts';
import { ShownRecorder } from '../parts/shown-secrets.ts';
import type { ClockReport, FailureReport, StepReport } from './result.ts';
import { pinHistory } from './pin-history.ts';
import type { Step } from './step.ts';

const linesMax = 6;
const charactersMax = 4_096;

/** What went wrong, in one of two ways: an expectation did not hold, or there is a problem. */
export interface Finding {
  readonly expected?: string;
  readonly seen?: string;
  readonly problem?: string;
  readonly stack?: string | undefined;
}

/** Puts together what a person needs to understand a failure, from the board as it stands. */
export function reportFailure(
  bench: Bench,
  step: Step | undefined,
  finding: Finding,
): FailureReport {
  return {
    step: step === undefined ? undefined : stepReport(step),
    expected: finding.expected,
    seen: finding.seen,
    problem: finding.problem,
    stack: finding.stack,
    console: lastLines(bench.board.uart.output),
    states: bench.states(),
    pins: pinHistory(bench),
    clocks: readClocks(bench),
    atUs: bench.world.nowUs - bench.world.startUs,
  };
}

function stepReport({ position, definition, value, source: written, name }: Step): StepReport {
  const source = definition.told?.(value) ?? written;
  const shown = source.length <= 100 ? source : `${source.slice(0, 99)}…`;
  return { ...position, source: shown, name };
}

/** The end of the console's output, without what only moves the cursor, and without secrets. */
function lastLines(output: string): readonly string[] {
  return new ShownRecorder()
    .take(output)
    .slice(-charactersMax)
    .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .split(/\r?\n|\r/)
    .map((line) => line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·').trimEnd())
    .filter((line) => line !== '')
    .slice(-linesMax);
}

function readClocks(bench: Bench): ClockReport {
  const { world, board, firmware } = bench;
  return {
    trueMs: world.nowUs / 1000,
    wallMs: firmware?.wallClockMs(),
    rtcMs: board.rtc.timeMs,
    isRtcValid: board.rtc.isValid,
    trust: bench.states()['clock.trust'],
  };
}

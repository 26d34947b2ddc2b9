import { invariant } from '../../kernel/invariant.ts';
import type { ScenarioCase } from '../reader.ts';
import { runCase } from '../run-case.ts';
import { readTimedFault, type TimedFault } from '../timed-fault.ts';
import { drawFaults, type FaultWeights } from './draw-faults.ts';

/** How long a case takes when nothing disturbs it. */
const spans = new WeakMap<ScenarioCase, Promise<number>>();

/** A case with faults that chance draws for a seed, in the place of its own. */
export async function withRandomFaults(
  scenarioCase: ScenarioCase,
  options: {
    readonly seed: number;
    readonly weights: FaultWeights;
    readonly timeoutUs?: number | undefined;
  },
): Promise<ScenarioCase> {
  const { seed, weights, timeoutUs } = options;
  let span = spans.get(scenarioCase);
  if (span === undefined) spans.set(scenarioCase, (span = spanOf(scenarioCase, timeoutUs)));
  const drawn = drawFaults({ seed, spanUs: await span, weights });
  const faults = drawn.map((raw): TimedFault => {
    const read = readTimedFault(raw, { line: 1, column: 1 });
    invariant(read.ok, 'a drawn fault can be read');
    return read.value;
  });
  return { ...scenarioCase, faults };
}

/** With the scenario's own seed, so that each seed alone gets the faults it gets in a row. */
async function spanOf(scenarioCase: ScenarioCase, timeoutUs: number | undefined): Promise<number> {
  const seed = scenarioCase.board.seed ?? 1;
  const calm: ScenarioCase = { ...scenarioCase, faults: [], judgedBy: 'steps' };
  return (await runCase(calm, { seed, timeoutUs })).simulatedUs;
}

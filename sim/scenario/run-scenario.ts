import type { Scenario } from './reader.ts';
import { worstOf, type CaseResult, type ScenarioResult } from './result.ts';
import { runCase, type CaseOptions } from './run-case.ts';

/** How a scenario is run. */
export interface ScenarioOptions extends Omit<CaseOptions, 'seed'> {
  /** Instead of the scenario's own. */
  readonly seed?: number | undefined;
  /** How many seeds, one after the other; 1 unless told otherwise. */
  readonly seeds?: number | undefined;
}

/** One run of one case of a scenario. */
export interface CasePlan {
  /** Place among the scenario's cases. */
  readonly index: number;
  readonly seed: number;
}

/** What there is to run: every case with every seed, seeds outermost. */
export function planCases(scenario: Scenario, options: ScenarioOptions): readonly CasePlan[] {
  const { seed = scenario.board.seed ?? 1, seeds = 1 } = options;
  return Array.from({ length: seeds }, (_, more) =>
    scenario.cases.map((_case, index) => ({ index, seed: seed + more })),
  ).flat();
}

/** Puts the results of a scenario's cases together. */
export function summarise(scenario: Scenario, cases: readonly CaseResult[]): ScenarioResult {
  const outcome = worstOf(cases.map((each) => each.outcome));
  return { name: scenario.name, file: scenario.file, outcome, cases };
}

/** Runs all cases of a scenario, each on a fresh board in virtual time. */
export async function runScenario(
  scenario: Scenario,
  options: ScenarioOptions = {},
): Promise<ScenarioResult> {
  const results: CaseResult[] = [];
  for (const { index, seed } of planCases(scenario, options)) {
    const scenarioCase = scenario.cases[index];
    if (scenarioCase === undefined) continue;
    results.push(await runCase(scenario.board, scenarioCase, { ...options, seed }));
  }
  return summarise(scenario, results);
}

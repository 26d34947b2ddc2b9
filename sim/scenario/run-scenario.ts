import type { Scenario } from './reader.ts';
import { worstOf, type CaseResult, type ScenarioResult } from './result.ts';
import { runCase, type CaseOptions } from './run-case.ts';
import { tabulate } from './sweep-table.ts';

/** How a scenario is run. */
export interface ScenarioOptions extends Omit<CaseOptions, 'seed'> {
  /** Instead of the scenario's own. */
  readonly seed?: number | undefined;
  /** How many seeds, one after the other; 1 unless told otherwise. */
  readonly seeds?: number | undefined;
  /** Only the cases in which these lists have these values, as the file writes them. */
  readonly chosen?: Readonly<Record<string, string>> | undefined;
}

/** One run of one case of a scenario. */
export interface CasePlan {
  /** Place among the scenario's cases. */
  readonly index: number;
  readonly seed: number;
}

/** What there is to run: every case with every seed, seeds outermost. */
export function planCases(scenario: Scenario, options: ScenarioOptions): readonly CasePlan[] {
  const { seeds = 1, chosen = {} } = options;
  const wanted = Object.entries(chosen);
  return Array.from({ length: seeds }, (_, more) =>
    scenario.cases.flatMap(({ board, variables }, index) => {
      const isWanted = wanted.every(([name, value]) => String(variables[name]) === value);
      const { seed = board.seed ?? 1 } = options;
      return isWanted ? [{ index, seed: seed + more }] : [];
    }),
  ).flat();
}

/** Puts the results of a scenario's cases together. */
export function summarise(scenario: Scenario, cases: readonly CaseResult[]): ScenarioResult {
  const outcome = worstOf(cases.map((each) => each.outcome));
  const { name, file, axes, table: layout } = scenario;
  const table = layout === undefined ? undefined : tabulate(layout, axes, cases);
  return { name, file, outcome, cases, table };
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
    results.push(await runCase(scenarioCase, { ...options, seed, scenario: scenario.name }));
  }
  return summarise(scenario, results);
}

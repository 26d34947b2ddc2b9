import type { CaseResult } from '#sim/scenario/result';
import { runScenario, type ScenarioOptions } from '#sim/scenario/run-scenario';
import { scenarioOf } from './read.ts';

/** Runs a scenario of one case. */
export async function runCase(
  steps: readonly string[],
  { header = '', ...options }: ScenarioOptions & { readonly header?: string } = {},
): Promise<CaseResult> {
  const list = steps.map((step) => `  - ${step}`).join('\n');
  const { cases } = await runScenario(scenarioOf(list, header), options);
  const [first] = cases;
  if (first === undefined) throw new Error('a scenario has a case');
  return first;
}

import { invariant } from '../kernel/invariant.ts';
import { readScenario, type Scenario } from '../scenario/reader.ts';
import type { CaseResult } from '../scenario/result.ts';
import { runCase } from '../scenario/run-case.ts';
import { caseOptionsOf } from './case-options.ts';
import type { PoolTask } from './pool.ts';

let last: { readonly file: string; readonly text: string; readonly scenario: Scenario } | undefined;

/** Runs part of a suite in a thread of its own. */
export async function runTask({ files, units, options }: PoolTask): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { of, index, seed } of units) {
    const { file, text } = files[of] as PoolTask['files'][number];
    if (last?.file !== file || last.text !== text) {
      last = { file, text, scenario: readScenario(text, file) };
    }
    const scenarioCase = last.scenario.cases[index];
    invariant(scenarioCase !== undefined, 'a plan names its case');
    results.push(await runCase(scenarioCase, caseOptionsOf(last, seed, options)));
  }
  return results;
}

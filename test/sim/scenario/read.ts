import { ScenarioError } from '#sim/scenario/problem';
import { readScenario, type Scenario } from '#sim/scenario/reader';

/** A scenario with these steps (YAML, a list), after a header. */
export function scenarioOf(steps: string, header = ''): Scenario {
  return readScenario(`name: test\nversion: 1\n${header}\nsteps:\n${steps}\n`, 'test.yaml');
}

/** The problems of a file, as they are shown; none where it is usable. */
export function problemsOf(text: string): readonly string[] {
  try {
    readScenario(text, 'f.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.split('\n');
  }
}

import { ScenarioError } from '../../scenario/problem.ts';
import { readScenario } from '../../scenario/reader.ts';
import type { Tree } from '../../scenario/yaml-tree.ts';
import { sortFindings, type Finding } from './finding.ts';
import { scenarioAdvice } from './scenario-advice.ts';

/** All that is wrong with a scenario, and advice; `yaml` is the same text, read. */
export function lintScenario(
  text: string,
  {
    file,
    yaml,
    limitUs,
  }: {
    readonly file: string;
    readonly yaml: Tree;
    readonly limitUs?: number | undefined;
  },
): readonly Finding[] {
  const advice = scenarioAdvice(yaml.value, limitUs).map(({ path, isAtKey, ...finding }) => ({
    file,
    ...(isAtKey === true ? yaml.keyPositionOf(path) : yaml.positionOf(path)),
    severity: 'warning' as const,
    ...finding,
  }));
  return sortFindings([...mistakes(text, file), ...advice]);
}

function mistakes(text: string, file: string): readonly Finding[] {
  try {
    readScenario(text, file);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map((problem) => ({
      ...problem,
      severity: 'error',
      rule: 'form',
      advice: helpWith.find(([pattern]) => pattern.test(problem.text))?.[1],
    }));
  }
  return [];
}

/** What is told beside some problems, by their text. */
const helpWith: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:set-control|expect-pin|wait-pin): there is no /,
    'parts of a Wokwi diagram have other names: its button is reset with pressed, its LED status ' +
      'with green or red; what the firmware prints, wait-serial sees',
  ],
  [
    /there is no step "touch/,
    'this board has no touch screen; RESET is pressed by press, or by set-control',
  ],
  [
    /there is no step "(?:expect-serial|expect-text)"/,
    'wait-serial waits for a text of the console',
  ],
  [/there is no step /, 'docs/reference/scenario-steps.md has all steps'],
  [/is no field here/, 'docs/reference/scenario-steps.md has the fields of each step'],
  [/the phone has no account/, 'phone: { scan: qr-of-console, as: NAME } gives it one'],
  [/no step before captures/, 'capture-serial, http and expect-mail keep a value under a name'],
];

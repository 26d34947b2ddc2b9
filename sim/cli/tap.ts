import { stringify } from 'yaml';
import type { CaseResult, ScenarioResult } from '../scenario/result.ts';
import { caseName, summaryOf } from './run-report.ts';

/** A report in the Test Anything Protocol, version 14: a line a case, below it why it failed. */
export function formatTap(scenarios: readonly ScenarioResult[]): string {
  const lines = ['TAP version 14'];
  let number = 0;
  for (const scenario of scenarios) {
    for (const each of scenario.cases) {
      number += 1;
      lines.push(...linesOf(scenario, each, number));
    }
  }
  lines.push(`1..${number}`, '');
  return lines.join('\n');
}

function linesOf(scenario: ScenarioResult, each: CaseResult, number: number): readonly string[] {
  const { name, cases, file } = scenario;
  const title = cases.length === 1 ? name : `${name} (${caseName(each)})`;
  const { outcome, failure, seed } = each;
  const verdict = outcome === 'passed' ? 'ok' : 'not ok';
  const line = `${verdict} ${number} - ${escape(title)}`;
  if (failure === undefined) return [line];
  const { step, expected, seen, console, states, pins, clocks, atUs } = failure;
  const diagnosis = stringify(
    {
      message: summaryOf(failure),
      outcome,
      at: { file, ...(step && { line: step.line, column: step.column }) },
      step: step?.source,
      expected,
      seen,
      seed,
      atUs,
      console,
      states,
      pins,
      clocks,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
  return [line, '  ---', ...indented(diagnosis), '  ...'];
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}

/** `#` begins a directive. */
function escape(text: string): string {
  return text.replaceAll(/[\\#]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}

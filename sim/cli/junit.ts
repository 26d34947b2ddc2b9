import type { CaseResult, Outcome, ScenarioResult } from '../scenario/result.ts';
import { againCommand } from './again.ts';
import { formatJunitXml, type JunitCase } from './junit-xml.ts';
import { pinLines, secondsText } from './pin-text.ts';
import { againOptionsOf, caseName, clocksText, statesText, summaryOf } from './run-report.ts';
import type { RunOptions } from './run-files.ts';

/** What JUnit calls a failed expectation, as against all that keeps a test from having one. */
const isFailure: ReadonlySet<Outcome> = new Set(['failed', 'time-limit']);

/** A report in JUnit's XML, a suite for each scenario and a test case for each of its cases. */
export function formatJunit(scenarios: readonly ScenarioResult[], options: RunOptions): string {
  return formatJunitXml(
    scenarios.map((scenario) => ({
      name: scenario.name,
      properties: { file: scenario.file },
      cases: scenario.cases.map((each) => junitCase(scenario, each, options)),
    })),
  );
}

function junitCase(scenario: ScenarioResult, each: CaseResult, options: RunOptions): JunitCase {
  const { name, file, cases } = scenario;
  const title = cases.length === 1 ? name : `${name} (${caseName(each)})`;
  const { failure, outcome, elapsedMs } = each;
  const about = { title, className: file, elapsedMs };
  if (failure === undefined) return about;
  const element = isFailure.has(outcome) ? 'failure' : 'error';
  const verdict = {
    element,
    type: outcome,
    message: summaryOf(failure),
    body: tellFailure(scenario, each, options),
  } as const;
  return { ...about, verdict, output: failure.console.join('\n') };
}

function tellFailure(scenario: ScenarioResult, each: CaseResult, options: RunOptions): string {
  const { failure, seed, faults } = each;
  if (failure === undefined) return '';
  const { file } = scenario;
  const { step } = failure;
  const place = step === undefined ? file : `${file}:${step.line}:${step.column}  ${step.source}`;
  return [
    place,
    summaryOf(failure),
    '',
    `states   ${statesText(failure)}`,
    ...pinLines(failure.pins).map((line) => `pins     ${line}`),
    `clocks   ${clocksText(failure.clocks)}`,
    ...faults.map(({ atUs, source }) => `fault    ${secondsText(atUs)}  ${source}`),
    `at       ${secondsText(failure.atUs)} after the start, seed ${seed}`,
    `again    ${againCommand(scenario, each, againOptionsOf(options))}`,
  ].join('\n');
}

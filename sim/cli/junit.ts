import type { CaseResult, Outcome, ScenarioResult } from '../scenario/result.ts';
import { caseName } from './run-report.ts';

/** What JUnit calls a failed expectation, as against all that keeps a test from having one. */
const isFailure: ReadonlySet<Outcome> = new Set(['failed', 'time-limit']);

/** A report in JUnit's XML, a suite for each scenario and a test case for each of its cases. */
export function formatJunit(scenarios: readonly ScenarioResult[]): string {
  const suites = scenarios.map(formatSuite);
  const attributes = countsOf(scenarios.flatMap(({ cases }) => cases));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nasboard"${attributes}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function formatSuite(scenario: ScenarioResult): string {
  const { name, file, cases } = scenario;
  return [
    `  <testsuite name="${escape(name)}" file="${escape(file)}"${countsOf(cases)}>`,
    ...cases.map((each) => formatCase(scenario, each)),
    '  </testsuite>',
  ].join('\n');
}

function formatCase({ name, file, cases }: ScenarioResult, each: CaseResult): string {
  const title = cases.length === 1 ? name : `${name} (${caseName(each)})`;
  const time = (each.elapsedMs / 1000).toFixed(6);
  const attributes = `name="${escape(title)}" classname="${escape(file)}" time="${time}"`;
  const { failure, outcome } = each;
  if (failure === undefined) return `    <testcase ${attributes}/>`;
  const { step, expected, seen, problem } = failure;
  const said =
    expected === undefined ? undefined : `expected ${expected}, seen ${seen ?? 'nothing'}`;
  const message = [problem, said].filter((part) => part !== undefined).join('; ');
  const element = isFailure.has(outcome) ? 'failure' : 'error';
  const place = step === undefined ? file : `${file}:${step.line}:${step.column}  ${step.source}`;
  const body = [place, message, '', ...failure.console].join('\n');
  return [
    `    <testcase ${attributes}>`,
    `      <${element} type="${outcome}" message="${escape(message)}">${escapeBody(body)}</${element}>`,
    '    </testcase>',
  ].join('\n');
}

function countsOf(cases: readonly CaseResult[]): string {
  const failures = cases.filter(({ outcome }) => isFailure.has(outcome)).length;
  const passed = cases.filter(({ outcome }) => outcome === 'passed').length;
  const elapsedMs = cases.reduce((sum, each) => sum + each.elapsedMs, 0);
  const errors = cases.length - passed - failures;
  const time = (elapsedMs / 1000).toFixed(6);
  return ` tests="${cases.length}" failures="${failures}" errors="${errors}" time="${time}"`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** For an attribute, where white space would be lost. */
function escape(text: string): string {
  return escapeBody(text).replaceAll(/["\n\r\t]/g, (character) => entities[character] ?? character);
}

/** What XML 1.0 cannot hold at all, not even as a reference, becomes U+FFFD. */
function escapeBody(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/[&<>]/g, (character) => entities[character] ?? character);
}

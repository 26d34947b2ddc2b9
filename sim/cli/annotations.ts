import type { CaseResult, ScenarioResult } from '../scenario/result.ts';
import { caseName, summaryOf } from './run-report.ts';

/** GitHub shows few of one step; the log has all. */
const annotationsMax = 10;

/** Commands by which GitHub Actions marks the lines of the files that failed. */
export function formatAnnotations(scenarios: readonly ScenarioResult[]): string {
  const failed = scenarios.flatMap((scenario) =>
    scenario.cases
      .filter(({ outcome }) => outcome !== 'passed')
      .map((each) => annotationOf(scenario, each)),
  );
  return failed.slice(0, annotationsMax).join('');
}

function annotationOf({ file, name, cases }: ScenarioResult, each: CaseResult): string {
  const { failure, outcome } = each;
  const { line = 1, column = 1 } = failure?.step ?? {};
  const title = cases.length === 1 ? name : `${name} (${caseName(each)})`;
  const properties = Object.entries({ file, line, col: column, title })
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
    .join(',');
  const message = failure === undefined ? outcome : summaryOf(failure);
  const step = failure?.step === undefined ? '' : `${failure.step.source}\n`;
  return `::error ${properties}::${escapeMessage(`${step}${message}`)}\n`;
}

/** As GitHub's own toolkit does it. */
function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

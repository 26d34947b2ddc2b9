import type { CaseResult, Outcome, ScenarioResult } from '../scenario/result.ts';
import { againCommand } from './again.ts';
import { version } from './version.ts';

/** Where the files of a case are; absent where none were asked for. */
export interface CaseFiles {
  readonly trace: string | undefined;
  readonly serialLog: string | undefined;
}

/** A report for programs. Times of the machine apart, the same runs give the same text. */
export function formatJsonReport(
  scenarios: readonly ScenarioResult[],
  options: {
    readonly timeoutUs?: number | undefined;
    readonly checkDeterminism?: boolean | undefined;
    readonly filesOf: (each: CaseResult) => CaseFiles;
    readonly elapsedMs: number;
  },
): string {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of scenarios) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const report = {
    report: 'nasboard',
    version: 1,
    nasboard: version,
    counts,
    elapsedMs: options.elapsedMs,
    scenarios: scenarios.map((scenario) => ({
      name: scenario.name,
      file: scenario.file,
      outcome: scenario.outcome,
      cases: scenario.cases.map((each) => {
        const { variables, seed, outcome, results, simulatedUs, elapsedMs, failure } = each;
        const again = failure === undefined ? undefined : againCommand(scenario, each, options);
        const files = options.filesOf(each);
        const found = { outcome, results, simulatedUs, elapsedMs };
        return { variables, seed, ...found, ...files, failure, again };
      }),
      table: scenario.table,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

import { createHash } from 'node:crypto';
import type { CaseResult, Outcome, ScenarioResult } from '../scenario/result.ts';
import { worstOf } from '../scenario/result.ts';
import { againCommand } from './again.ts';
import { exitCodeOf } from './outcome-exit.ts';
import { againOptionsOf } from './run-report.ts';
import type { RunOptions } from './run-files.ts';
import type { FinishedRun } from './run-reports.ts';
import { version } from './version.ts';

/** Where the files of a case are; absent where none were asked for. */
export interface CaseFiles {
  readonly trace: string | undefined;
  readonly traceSecrets?: string | undefined;
  readonly serialLog: string | undefined;
  readonly vcd: string | undefined;
}

/**
 * A report for programs; docs/reference/results.md has every field. Times of the machine apart, the
 * same runs give the same text.
 */
export function formatJsonReport(
  scenarios: readonly ScenarioResult[],
  options: RunOptions,
  run: FinishedRun,
): string {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of scenarios) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const { seed, seeds, timeout: timeoutUs, checkDeterminism, judgedBy } = options;
  const report = {
    report: 'nasboard',
    version: 1,
    nasboard: version,
    exitCode: exitCodeOf(worstOf(scenarios.map(({ outcome }) => outcome))),
    counts,
    options: { seed, seeds, timeoutUs, checkDeterminism, judgedBy, randomFaults: options.weights },
    elapsedMs: run.elapsedMs,
    scenarios: scenarios.map((scenario) => ({
      name: scenario.name,
      file: scenario.file,
      sha256: sha256Of(run, scenario.file),
      outcome: scenario.outcome,
      cases: scenario.cases.map((each) => reportCase(scenario, each, { options, run })),
      table: scenario.table,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function reportCase(
  scenario: ScenarioResult,
  each: CaseResult,
  { options, run }: { readonly options: RunOptions; readonly run: FinishedRun },
): object {
  const { variables, seed, outcome, results, simulatedUs, elapsedMs, failure } = each;
  const faults = each.faults.length === 0 ? undefined : each.faults;
  const again =
    failure === undefined ? undefined : againCommand(scenario, each, againOptionsOf(options));
  const found = { outcome, exitCode: exitCodeOf(outcome), results, faults };
  const files = run.writer.filesOf(each);
  return { variables, seed, ...found, simulatedUs, elapsedMs, ...files, failure, again };
}

function sha256Of({ entries }: FinishedRun, file: string): string {
  const text = entries.find(({ scenario }) => scenario.file === file)?.text ?? '';
  return createHash('sha256').update(text).digest('hex');
}

import { writeFileSync } from 'node:fs';
import type { ScenarioResult } from '../scenario/result.ts';
import type { CaseFileWriter } from './case-files.ts';
import type { RunIo, RunOptions } from './run-files.ts';
import type { SuiteEntry } from './suite.ts';

/** A run that is done. */
export interface FinishedRun {
  readonly entries: readonly SuiteEntry[];
  readonly writer: CaseFileWriter;
  readonly elapsedMs: number;
}

/** Writes the reports that were asked for, and marks lines where GitHub listens. */
export async function writeReports(
  scenarios: readonly ScenarioResult[],
  options: RunOptions,
  run: FinishedRun & { readonly io: RunIo },
): Promise<void> {
  const { io } = run;
  if (options.junit !== undefined) {
    const { formatJunit } = await import('./junit.ts');
    writeFileSync(options.junit, formatJunit(scenarios, options));
  }
  if (options.json !== undefined) {
    const { formatJsonReport } = await import('./json-report.ts');
    writeFileSync(options.json, formatJsonReport(scenarios, options, run));
  }
  if (options.tap !== undefined) {
    const { formatTap } = await import('./tap.ts');
    const text = formatTap(scenarios);
    if (options.tap === '-') io.tap(text);
    else writeFileSync(options.tap, text);
  }
  if (options.csv !== undefined || options.svg !== undefined) {
    const { writeTables } = await import('./table-files.ts');
    writeTables(scenarios, options);
  }
  if (io.isGithub && scenarios.some(({ outcome }) => outcome !== 'passed')) {
    const { formatAnnotations } = await import('./annotations.ts');
    io.out(formatAnnotations(scenarios));
  }
}

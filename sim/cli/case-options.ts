import { createHash } from 'node:crypto';
import type { CaseOptions } from '../scenario/run-case.ts';
import type { SuiteEntry, SuiteOptions } from './suite.ts';

/** How a case of a suite is run, the same in every thread. */
export function caseOptionsOf(
  { scenario, text }: SuiteEntry,
  seed: number,
  options: SuiteOptions,
): CaseOptions {
  const common = { ...options, seed, scenario: scenario.name };
  if (options.keepTrace !== true) return common;
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ...common, origin: { file: scenario.file.replace(/^.*[/\\]/, ''), sha256 } };
}

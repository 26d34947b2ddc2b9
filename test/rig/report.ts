import { writeFileSync } from 'node:fs';
import type { Finding } from './rig.ts';

/** What whoever started the rig is told, as JSON. */
export interface RigReport {
  readonly passed: number;
  readonly failed: number;
  /** Why the rig could not run at all. */
  readonly skipped?: string;
}

/** A starved machine must not look like a defect, nor hide one: both results are shown. */
export async function twiceIfNeeded(
  name: string,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  console.log(`\n${name}`);
  const first = await tried(name, check);
  const failed = failures(first);
  if (failed === 0) return first;
  console.log(`\n${name}, once more: the first time ${failed} failed`);
  return tried(name, check);
}

async function tried(
  name: string,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    console.log(` ✗ ${name}: ${problem}`);
    return [{ what: name, problem }];
  }
}

function failures(findings: readonly Finding[]): number {
  return findings.filter(({ problem }) => problem !== undefined).length;
}

/** What came of all parts. */
export function reportOf(findings: readonly Finding[]): RigReport {
  const failed = failures(findings);
  return { passed: findings.length - failed, failed };
}

/** Leaves the report where it is wanted. */
export function leaveReport(report: RigReport, path: string | undefined): void {
  if (path !== undefined) writeFileSync(path, `${JSON.stringify(report)}\n`);
}

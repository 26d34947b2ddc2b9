import type { GuestCheck } from './host.ts';
import type { Finding, Rig } from './rig.ts';

/** The longest that one machine may take: emulation on a busy host is slow. */
const limitMs = 240_000;

/** All drivers that the emulated hardware has something for, by their conformance suites. */
export async function checkDrivers(rig: Rig): Promise<readonly Finding[]> {
  const { machine, host } = await rig.boot('checks', rig.newDisk());
  try {
    await machine.untilPrinted(/@exit/, 0, limitMs);
  } finally {
    await machine.pull();
    showChecks(host.checks);
  }
  return findingsOf(host.checks);
}

/** Those that were made; what the hardware cannot show is none. */
export function findingsOf(checks: readonly GuestCheck[]): readonly Finding[] {
  return checks
    .filter(({ result }) => result !== 'unsupported')
    .map(({ driver, check, result, detail = '' }) => ({
      what: `${driver}: ${check}`,
      ...(result === 'failed' && { problem: detail }),
    }));
}

/** Prints a line a driver, and below it what failed. */
export function showChecks(checks: readonly GuestCheck[]): void {
  for (const driver of new Set(checks.map((check) => check.driver))) {
    const own = checks.filter((check) => check.driver === driver);
    const count = (result: GuestCheck['result']): number =>
      own.filter((check) => check.result === result).length;
    const sign = count('failed') === 0 ? '✓' : '✗';
    const counts = `${count('passed')} passed, ${count('unsupported')} not possible here`;
    console.log(` ${sign} ${driver.padEnd(18)} ${counts}`);
    for (const { check, detail } of own.filter(({ result }) => result === 'failed')) {
      console.log(`     ✗ ${check}: ${detail ?? ''}`);
    }
  }
}

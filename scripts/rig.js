import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages } from './debian.js';
import { capture } from './run.js';

/** What boots Debian's kernel, and the packages that hold it. */
const wanted = [
  { program: '/usr/bin/qemu-system-aarch64', package: 'qemu-system-arm' },
  { program: '/usr/bin/dtc', package: 'device-tree-compiler' },
  { program: '/usr/bin/cpio', package: 'cpio' },
  { program: '/usr/sbin/mkfs.ext4', package: 'e2fsprogs' },
];

/** Set to `off`, nothing is booted. */
const isLeftOut = process.env.NASBOARD_RIG === 'off';

/** Installs what the rig needs, where it can be. */
export function prepareRig() {
  if (!isLeftOut) installDebianPackages(wanted);
}

/**
 * The short part of the rig, beside whatever else runs: counts, notes for the summary, and all that
 * it said. Needs the package to be built. A machine that cannot run it is said aloud, not counted.
 */
export async function runShortRig() {
  if (isLeftOut) return { ...nothing, notes: ['THE RIG DID NOT RUN: NASBOARD_RIG is off'] };
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-rig-report-'));
  const reportFile = join(folder, 'report.json');
  try {
    const source = ['--conditions=source', '--import', 'tsx'];
    const words = [...source, 'test/rig/main.ts', 'short', '--report', reportFile];
    const { code, output } = await capture(process.execPath, words);
    return { ...count(reportFile, code), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const nothing = { passed: 0, failed: 0, output: '' };

function count(reportFile, code) {
  let report;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch (error) {
    return { passed: 0, failed: 1, notes: [`the rig left no report: ${error.message}`] };
  }
  const { passed, failed, skipped } = report;
  if (skipped !== undefined) return { passed, failed, notes: [`THE RIG DID NOT RUN: ${skipped}`] };
  const isSilent = failed === 0 && (code !== 0 || passed === 0);
  return isSilent ? { passed, failed: 1, notes: ['the rig broke'] } : { passed, failed, notes: [] };
}

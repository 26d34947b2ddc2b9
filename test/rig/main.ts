import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkAppliance } from './appliance-run.ts';
import { benchFirmware } from './bench-run.ts';
import { expectPrograms, Unavailable } from './cache.ts';
import { checkDrivers } from './drivers-run.ts';
import { TimeServer } from './host.ts';
import { buildImage } from './image.ts';
import { leaveReport, reportOf, type RigReport, twiceIfNeeded } from './report.ts';
import { type Finding, Rig } from './rig.ts';
import { checkShort } from './short-run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What can be named on the command line; without a name, the first two. */
const parts: Readonly<Record<string, (rig: Rig) => Promise<readonly Finding[]>>> = {
  drivers: checkDrivers,
  appliance: checkAppliance,
  short: checkShort,
  bench: benchFirmware,
};

/** `npm run rig`: the drivers and the firmware on Debian's own arm64 kernel, in QEMU. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { report: { type: 'string' } },
    allowPositionals: true,
  });
  const names = positionals.length === 0 ? ['drivers', 'appliance'] : positionals;
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-rig-'));
  try {
    const report = await runParts(names, folder);
    leaveReport(report, values.report);
    process.exitCode = report.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runParts(names: readonly string[], folder: string): Promise<RigReport> {
  const timeServer = await TimeServer.start();
  try {
    expectPrograms(['qemu-system-aarch64', 'dtc', 'cpio', '/usr/sbin/mkfs.ext4', 'apt-get']);
    mkdirSync(join(folder, 'image'));
    console.log('building what the guest boots from');
    const image = buildImage(root, join(folder, 'image'));
    console.log(`Debian's kernel ${image.release}, Node 20, the package as it is published`);
    const rig = new Rig(image, folder, timeServer);
    const findings: Finding[] = [];
    for (const name of names) {
      const check = parts[name];
      if (check === undefined) {
        throw new Error(`no part «${name}» among ${Object.keys(parts).join(', ')}`);
      }
      findings.push(...(await twiceIfNeeded(name, () => check(rig))));
    }
    return reportOf(findings);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`THE RIG DID NOT RUN: ${error.message}`);
    return { passed: 0, failed: 0, skipped: error.message };
  } finally {
    timeServer.stop();
  }
}

await main();

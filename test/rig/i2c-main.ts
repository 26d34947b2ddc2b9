import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectPrograms } from './cache.ts';
import { findingsOf, showChecks } from './drivers-run.ts';
import type { GuestCheck } from './host.ts';
import { buildI2cImage } from './i2c-image.ts';
import type { GuestImage } from './image.ts';
import { Qemu } from './qemu.ts';
import { reportOf, twiceIfNeeded } from './report.ts';
import type { Finding } from './rig.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** This board boots four times slower than the other one. */
const limitMs = 400_000;

/**
 * `npm run rig:i2c`: an i.MX6 board with a DS1338 on its first I2C bus, both of QEMU's making,
 * under Debian's own armhf kernel: a clock chip and a driver of one that nobody here wrote.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-rig-i2c-'));
  try {
    expectPrograms(['qemu-system-arm', 'cpio', 'apt-get']);
    console.log('building what the guest boots from');
    const image = buildI2cImage(root, folder);
    console.log(`Debian's kernel ${image.release}, Node 20, the package as it is published`);
    const findings = await twiceIfNeeded('clock chip on I2C', () => checkI2c(image));
    process.exitCode = reportOf(findings).failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkI2c(image: GuestImage): Promise<readonly Finding[]> {
  // By the host's clock: with the guest's, this chip of QEMU's loses time at each register written.
  const words = `
    -M sabrelite -m 1024 -display none -no-reboot -kernel ${image.kernel}
    -initrd ${image.initramfs} -dtb ${image.deviceTree} -rtc base=utc,clock=host
    -device ds1338,bus=i2c-bus.0,address=0x68 -serial null -serial stdio -monitor none`;
  const append = 'console=ttymxc1,115200 quiet panic=-1 task=i2c';
  const machine = new Qemu('qemu-system-arm', ['-append', append, ...words.trim().split(/\s+/)]);
  const checks: GuestCheck[] = [];
  machine.onLine((line) => {
    const text = /^@check (.*)$/.exec(line)?.[1];
    if (text !== undefined) checks.push(JSON.parse(text) as GuestCheck);
  });
  try {
    await machine.untilPrinted(/@exit/, 0, limitMs);
  } finally {
    await machine.pull();
    showChecks(checks);
  }
  return findingsOf(checks);
}

await main();

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './cache.ts';
import { Host, TimeServer, type GuestCheck } from './host.ts';
import { checkAppliance } from './appliance-run.ts';
import { buildImage, type GuestImage } from './image.ts';
import { Machine } from './machine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The longest that one machine may take: emulation on a busy host is slow. */
const limitMs = 240_000;

const disks = { megabytes: 64 } as const;

/** `npm run rig`: the drivers and the firmware on Debian's own arm64 kernel, in QEMU. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-rig-'));
  const timeServer = await TimeServer.start();
  try {
    mkdirSync(join(folder, 'image'));
    console.log('building what the guest boots from');
    const image = buildImage(root, join(folder, 'image'));
    console.log(`Debian's kernel ${image.release}, Node 20, the package as it is published`);
    const part = process.argv[2];
    const parts = {
      drivers: () => checkDrivers(image, folder, timeServer),
      appliance: () => checkAppliance({ image, folder, timeServer, newDisk, freePort }),
    };
    let failed = 0;
    for (const [name, check] of Object.entries(parts)) {
      if (part === undefined || part === name) failed += await twiceIfNeeded(name, check);
    }
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    timeServer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A starved machine must not look like a defect, nor hide one: both results are shown. */
async function twiceIfNeeded(name: string, check: () => Promise<number>): Promise<number> {
  console.log(`\n${name}`);
  const first = await check();
  if (first === 0) return 0;
  console.log(`\n${name}, once more: the first time ${first} failed`);
  return check();
}

async function checkDrivers(
  image: GuestImage,
  folder: string,
  timeServer: TimeServer,
): Promise<number> {
  const machine = await Machine.start({
    image,
    folder,
    task: 'checks',
    disk: newDisk(folder),
    webPort: await freePort(),
    rtcBase: new Date().toISOString().slice(0, 19),
  });
  if (process.env['RIG_VERBOSE'] !== undefined) machine.onLine((line) => console.log(`  ${line}`));
  const host = new Host(machine, timeServer);
  try {
    await machine.untilPrinted(/@exit/, 0, limitMs);
  } finally {
    await machine.pull();
    report(host.checks);
  }
  return host.checks.filter(({ result }) => result === 'failed').length;
}

function report(checks: readonly GuestCheck[]): void {
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

function newDisk(folder: string): string {
  const path = join(folder, 'disk.img');
  run('truncate', ['-s', `${disks.megabytes}M`, path]);
  run('/usr/sbin/mkfs.ext4', ['-q', '-F', path]);
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

await main();

import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultResetProfile } from '#firmware/reset/profile';
import { watchResetButton } from '#firmware/reset/wiring';
import type { Button } from '#hal/button';
import { createButton } from '#hal/linux/button';
import { createClock, type LinuxClock } from '#hal/linux/clock';
import { type Figure, median } from './measure.ts';

const presses = 60;
const idleMs = 5_000;

/**
 * A key on a named pipe, in real time: from the edge to who hears it and to the hold as the
 * firmware judges it, and what it costs to wait for the next one.
 */
export async function measureLinuxButton(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-bench-'));
  const device = join(folder, 'event0');
  execFileSync('mkfifo', [device]);
  const fd = openSync(device, constants.O_RDWR);
  const clock = createClock();
  const idleBefore = await busyShare(clock);
  const button = await createButton({ driver: 'evdev', device, eventBytes: 24 }, { clock });
  try {
    const idle = await busyShare(clock);
    const times = await press(fd, clock, button);
    return [
      latency('from an edge to its being heard, some having come before', times.heardMs, 30),
      latency(
        `from a release to its hold as judged, ${defaultResetProfile.debounceMs} ms debouncing within`,
        times.judgedMs,
        30 + defaultResetProfile.debounceMs,
      ),
      {
        what: 'waiting for a button: share of one core',
        seen: `${(Math.max(0, idle - idleBefore) * 100).toFixed(2)} %`,
        beside: `${(idleBefore * 100).toFixed(2)} % of a process that waits for nothing`,
        wanted: 'under 0.5 %',
        isMet: idle - idleBefore < 0.005,
      },
    ];
  } finally {
    button.close();
    clock.close();
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

/** How much of a core this process takes while it waits. */
async function busyShare(clock: LinuxClock): Promise<number> {
  const startedMs = clock.now();
  const before = process.cpuUsage();
  await passed(clock, idleMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (clock.now() - startedMs);
}

async function press(fd: number, clock: LinuxClock, button: Button) {
  const heardMs: number[] = [];
  const judgedMs: number[] = [];
  let saidMs = 0;
  let onJudged: () => void = () => undefined;
  button.onEdge(() => void heardMs.push(clock.now() - saidMs));
  const watch = watchResetButton({
    button,
    clock,
    profile: defaultResetProfile,
    isListening: () => true,
    onFact: ({ type }) => {
      if (type !== 'press.ended') return;
      judgedMs.push(clock.now() - saidMs);
      onJudged();
    },
    onBug: (error) => console.error(error),
  });
  for (let count = 0; count < presses; count += 1) {
    saidMs = clock.now();
    writeSync(fd, keyEvent(true));
    // Not in step with the driver's looks at the device.
    await passed(clock, 60 + ((count * 7.3) % 25));
    const isJudged = new Promise<void>((done) => (onJudged = done));
    saidMs = clock.now();
    writeSync(fd, keyEvent(false));
    await isJudged;
  }
  watch.stop();
  return { heardMs, judgedMs };
}

function passed(clock: LinuxClock, ms: number): Promise<void> {
  return new Promise((done) => clock.setTimeout(done, ms));
}

function latency(what: string, timesMs: readonly number[], wantedMs: number): Figure {
  const worst = Math.max(...timesMs);
  const middle = median(timesMs);
  return {
    what,
    seen: `${middle.toFixed(1)} ms`,
    beside: `${worst.toFixed(1)} ms at worst of ${timesMs.length}`,
    wanted: `under ${wantedMs} ms`,
    isMet: middle < wantedMs,
  };
}

/** The record of KEY_RESTART, stamped by the wall clock as of now, with 8-byte words of time. */
function keyEvent(isPressed: boolean): Buffer {
  const bytes = Buffer.alloc(24);
  const nowUs = Math.round((performance.timeOrigin + performance.now()) * 1000);
  bytes.writeBigInt64LE(BigInt(Math.floor(nowUs / 1e6)), 0);
  bytes.writeBigInt64LE(BigInt(nowUs % 1e6), 8);
  bytes.writeUInt16LE(1, 16);
  bytes.writeUInt16LE(0x198, 18);
  bytes.writeInt32LE(isPressed ? 1 : 0, 20);
  return bytes;
}

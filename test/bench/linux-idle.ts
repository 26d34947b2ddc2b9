import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HardwareBench } from '../sim/cli/hardware-bench.ts';
import type { Figure } from './measure.ts';

const program = fileURLToPath(new URL('../../bin/nasboard.js', import.meta.url));
const settleMs = 10_000;
const measureMs = 60_000;

/** What a NAS may be asked for by an appliance at rest. */
const idleWanted = { cpuShare: 0.01, residentMb: 120 } as const;

/** What a process takes at rest. */
export interface IdleCost {
  /** Of one core. */
  readonly cpuShare: number;
  readonly residentMb: number;
  readonly peakMb: number;
}

/**
 * The whole firmware as it is published, at rest on Linux drivers, with files, a named pipe and a
 * terminal in place of hardware.
 */
export async function measureLinuxIdle(): Promise<readonly Figure[]> {
  const bench = new HardwareBench();
  const words = [program, 'firmware', '--board', 'board.yaml'];
  const child = spawn(process.execPath, words, { cwd: bench.folder.path, stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    while (!bench.pty.text().includes('login: ')) await Promise.race([bench.pty.more(), ended]);
    await passed(settleMs);
    return idleFigures(await costOf(child.pid ?? 0));
  } finally {
    child.kill('SIGTERM');
    await ended;
    await bench.close();
  }
}

/** The two figures of an appliance at rest. */
export function idleFigures({ cpuShare, residentMb, peakMb }: IdleCost): readonly Figure[] {
  return [
    {
      what: 'firmware at rest: share of one core',
      seen: `${(cpuShare * 100).toFixed(2)} %`,
      beside: `over ${measureMs / 1_000} s`,
      wanted: `under ${idleWanted.cpuShare * 100} %`,
      isMet: cpuShare < idleWanted.cpuShare,
    },
    {
      what: 'firmware at rest: resident memory',
      seen: `${residentMb.toFixed(0)} MB`,
      beside: `${peakMb.toFixed(0)} MB at most since its start`,
      wanted: `under ${idleWanted.residentMb} MB`,
      isMet: residentMb < idleWanted.residentMb,
    },
  ];
}

/** The kernel counts the time of a process in hundredths of a second. */
async function costOf(pid: number): Promise<IdleCost> {
  const usedMs = (): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const [beganMs, beforeMs] = [performance.now(), usedMs()];
  await passed(measureMs);
  const cpuShare = (usedMs() - beforeMs) / (performance.now() - beganMs);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1]) / 1024;
  return { cpuShare, residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}

function passed(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

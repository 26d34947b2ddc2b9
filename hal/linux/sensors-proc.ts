import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HalError, isHalError } from '../errors.ts';
import type { MemoryReading } from '../sensors.ts';
import { sensorFailure } from './sensors-sysfs.ts';

/** Ticks of all processors since the machine started. */
interface Ticks {
  readonly busy: number;
  readonly all: number;
}

/** The load between the last look but one and now, so over 2.5 to 5 s if looked at every 2.5 s. */
export class CpuLoad {
  readonly #path: string;
  #before: Ticks;
  #last: Ticks;
  #usedPercent = 0;

  constructor(proc: string) {
    this.#path = join(proc, 'stat');
    this.#last = ticksOf(this.#path);
    this.#before = this.#last;
  }

  /** To be called regularly. One that fails is left to the reader to meet. */
  look(): void {
    try {
      const now = ticksOf(this.#path);
      this.#before = this.#last;
      this.#last = now;
    } catch (error) {
      if (!isHalError(error)) throw error;
    }
  }

  /** Between two ticks: what it was. */
  usedPercent(): number {
    const now = ticksOf(this.#path);
    const all = now.all - this.#before.all;
    const busy = now.busy - this.#before.busy;
    // Some counters of the kernel step back a little on their own.
    if (all > 0) this.#usedPercent = Math.min(100, Math.max(0, (busy / all) * 100));
    return this.#usedPercent;
  }
}

/** proc(5): user, nice, system, idle, iowait, irq, softirq, steal; guests count as user already. */
function ticksOf(path: string): Ticks {
  const line = /^cpu +([\d ]+)$/m.exec(textOf(path))?.[1];
  const ticks = (line ?? '').split(' ').map(Number).slice(0, 8);
  const [user = Number.NaN, nice = 0, system = 0, idle = Number.NaN, wait = 0, ...others] = ticks;
  const busy = [user, nice, system, ...others].reduce((sum, one) => sum + one, 0);
  const all = busy + idle + wait;
  if (Number.isNaN(all)) throw new HalError('io', 'sensors', `${path} tells no ticks`);
  return { busy, all };
}

/** The memory of the machine; what the kernel would give up for the asking counts as free. */
export function memoryOf(proc: string): MemoryReading {
  const path = join(proc, 'meminfo');
  const text = textOf(path);
  const bytes = (key: string): number =>
    Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
  const totalBytes = bytes('MemTotal');
  const freeBytes = Math.min(bytes('MemAvailable'), totalBytes);
  if (Number.isNaN(freeBytes)) throw new HalError('io', 'sensors', `${path} tells no memory`);
  return { totalBytes, freeBytes };
}

/** As the kernel has it from the processor; boards of other makes name themselves instead. */
export function cpuModel(proc: string): string {
  const text = textOf(join(proc, 'cpuinfo'));
  const named = /^(?:model name|Model|Hardware|cpu model|uarch)\s*: *(.+)$/m.exec(text)?.[1];
  const printable = (named ?? '').replaceAll(/[^\x21-\x7e]+/g, ' ').trim();
  return printable === '' ? `${process.arch} processor` : printable;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw sensorFailure(error, path);
  }
}

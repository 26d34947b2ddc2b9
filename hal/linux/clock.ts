import type { Clock, TimerId } from '../clock.ts';
import { HalError } from '../errors.ts';
import type { Closable } from './closable.ts';
import { clockIds, type Libc, libcIfAny } from './libc.ts';

/**
 * The monotonic clock of this host; 0 is when it was made. Once closed it tells the time still, but
 * calls nobody back.
 *
 * Through the optional package `koffi` it counts on while the machine is suspended
 * (CLOCK_BOOTTIME): a time-out that falls due in that time runs within two seconds of waking.
 * Without it the clock stands still meanwhile (CLOCK_MONOTONIC), and time-outs with it.
 */
export interface LinuxClock extends Clock, Closable {
  /**
   * Milliseconds of this clock for a CLOCK_MONOTONIC time of the kernel, as of now: what was
   * stamped before the machine was last suspended comes out late by the length of that.
   */
  fromMonotonicNs(ns: bigint): number;
}

/** What stands in for this machine in tests. */
export interface ClockOptions {
  /** Nothing: as if the package were not there. */
  readonly libc: Pick<Libc, 'clockNs'> | undefined;
}

/** Makes the clock of a life. */
export function createClock(options?: ClockOptions): LinuxClock {
  return new HostClock(options === undefined ? libcIfAny('clock') : options.libc);
}

/** Node fires longer ones at once. */
const nodeDelayMaxMs = 2 ** 31 - 1;
/** Node's timers stand still in suspend: a sleep is cut into parts, to look at the clock after. */
const suspendLookMs = 2_000;

/** 20.1 ms are 20,100.000000000004 µs of doubles. */
const roundingUs = 1e-6;

interface Pending {
  readonly dueUs: number;
  readonly callback: () => void;
}

class HostClock implements LinuxClock {
  readonly #libc: Pick<Libc, 'clockNs'> | undefined;
  readonly #startNs: bigint;
  readonly #sleepMaxMs: number;
  /** Sorted: the next one last. */
  readonly #pending: Pending[] = [];
  /** How far CLOCK_BOOTTIME is ahead of CLOCK_MONOTONIC. */
  #suspendedNs = 0n;
  #cancelSleep: (() => void) | undefined;
  #isOpen = true;

  constructor(libc: Pick<Libc, 'clockNs'> | undefined) {
    this.#libc = libc;
    this.#sleepMaxMs = libc === undefined ? nodeDelayMaxMs : suspendLookMs;
    for (let look = 0; look < 10; look += 1) this.#lookAtSuspended();
    this.#startNs = this.#readNs();
  }

  now(): number {
    return this.#nowUs() / 1000;
  }

  fromMonotonicNs(ns: bigint): number {
    this.#lookAtSuspended();
    return toUs(ns + this.#suspendedNs - this.#startNs) / 1000;
  }

  setTimeout(callback: () => void, delayMs: number): TimerId {
    if (!Number.isFinite(delayMs)) {
      throw new HalError('bad-argument', 'clock', `a delay of ${delayMs} ms never ends`);
    }
    const dueUs = this.#nowUs() + Math.max(0, Math.ceil(delayMs * 1000 - roundingUs));
    const pending: Pending = { dueUs, callback };
    if (!this.#isOpen) return pending;
    const later = this.#pending.findLastIndex((other) => other.dueUs > dueUs);
    this.#pending.splice(later + 1, 0, pending);
    if (later + 1 === this.#pending.length - 1) this.#sleep();
    return pending;
  }

  clearTimeout(id: TimerId): void {
    const place = this.#pending.findIndex((pending) => pending === id);
    if (place === -1) return;
    this.#pending.splice(place, 1);
    if (place === this.#pending.length) this.#sleep();
  }

  close(): void {
    this.#isOpen = false;
    this.#pending.length = 0;
    this.#sleep();
  }

  /** Waits for the next time-out, or less. */
  #sleep(): void {
    this.#cancelSleep?.();
    this.#cancelSleep = undefined;
    const next = this.#pending.at(-1);
    if (next === undefined) return;
    const leftMs = Math.ceil((next.dueUs - this.#nowUs()) / 1000);
    if (leftMs <= 0) {
      const turn = setImmediate(() => this.#wake());
      this.#cancelSleep = () => clearImmediate(turn);
    } else {
      const timer = setTimeout(() => this.#wake(), Math.min(leftMs, this.#sleepMaxMs));
      this.#cancelSleep = () => clearTimeout(timer);
    }
  }

  /** One callback a turn: what it set going with promises is done before the next one runs. */
  #wake(): void {
    const next = this.#pending.at(-1);
    // Node's timers may come up to a millisecond early.
    const isDue = next !== undefined && next.dueUs <= this.#nowUs();
    if (isDue) this.#pending.pop();
    this.#sleep();
    if (isDue) next.callback();
  }

  #nowUs(): number {
    return toUs(this.#readNs() - this.#startNs);
  }

  #readNs(): bigint {
    return this.#libc?.clockNs(clockIds.boottime) ?? process.hrtime.bigint();
  }

  /** The difference lies between those to a reading before and one after; outside: it is new. */
  #lookAtSuspended(): void {
    if (this.#libc === undefined) return;
    const beforeNs = process.hrtime.bigint();
    const boottimeNs = this.#readNs();
    const afterNs = process.hrtime.bigint();
    const isKnown =
      this.#suspendedNs >= boottimeNs - afterNs && this.#suspendedNs <= boottimeNs - beforeNs;
    if (!isKnown) this.#suspendedNs = boottimeNs - afterNs;
  }
}

function toUs(ns: bigint): number {
  return Number(ns / 1000n);
}

import type { HostClock } from '#sim/kernel/host-clock';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A host clock that stands still until the test moves it. */
export class FakeHostClock implements HostClock {
  /** Every delay that was asked for, in order. */
  readonly delays: number[] = [];
  readonly #timers = new Set<Timer>();
  #nowMs = 5_000.25;

  nowMs(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    this.delays.push(delayMs);
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(id: unknown): void {
    this.#timers.delete(id as Timer);
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.size;
  }

  /** Moves to each due timer in turn, and lets what it set going come to rest. */
  async advance(spanMs: number): Promise<void> {
    const endMs = this.#nowMs + spanMs;
    await rest();
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.dueMs <= endMs);
      const next = due.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.callback();
      await rest();
    }
    this.#nowMs = endMs;
    await rest();
  }
}

/** Enough turns of the event loop for some dozens of events of a world. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

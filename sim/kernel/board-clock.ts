import type { Clock, TimerId } from '#hal/clock';
import type { Crystal } from './crystal.ts';
import type { WorldEvent } from './event-queue.ts';
import { SimulatorBug } from './invariant.ts';
import type { World } from './world.ts';

interface BoardTimer {
  readonly dueCountUs: number;
  readonly callback: () => void;
  event: WorldEvent | undefined;
}

/**
 * The monotonic clock of one power-on, derived from true time through the board's crystal.
 * World face: `stop` at power loss, `crystalChanged` after a
 * change of its error.
 */
export class BoardClock implements Clock {
  readonly #world: World;
  readonly #crystal: Crystal;
  readonly #owner: string;
  readonly #timers = new Set<BoardTimer>();
  #isStopped = false;

  /** `crystal` counts µs from the power-on of this clock's life. */
  constructor(world: World, crystal: Crystal, owner: string) {
    this.#world = world;
    this.#crystal = crystal;
    this.#owner = owner;
  }

  now(): number {
    return this.#crystal.countAt(this.#world.nowUs) / 1000;
  }

  setTimeout(callback: () => void, delayMs: number): TimerId {
    if (!Number.isFinite(delayMs)) {
      throw new SimulatorBug(`${this.#owner}: time-out of ${delayMs} ms`);
    }
    const nowCountUs = this.#crystal.countAt(this.#world.nowUs);
    const delayUs = Math.max(0, Math.ceil(delayMs * 1000 - 1e-6));
    const timer: BoardTimer = { dueCountUs: nowCountUs + delayUs, callback, event: undefined };
    if (this.#isStopped) return timer;
    this.#timers.add(timer);
    this.#arm(timer);
    return timer;
  }

  clearTimeout(id: TimerId): void {
    const timer = id as BoardTimer | undefined;
    if (timer === undefined || !this.#timers.delete(timer)) return;
    if (timer.event !== undefined) this.#world.cancel(timer.event);
  }

  /** How many time-outs are pending. */
  get pending(): number {
    return this.#timers.size;
  }

  /** No time-out of this life will fire any more. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) {
      if (timer.event !== undefined) this.#world.cancel(timer.event);
    }
    this.#timers.clear();
  }

  /** Counts the pending time-outs anew after the crystal changed. */
  crystalChanged(): void {
    for (const timer of this.#timers) {
      if (timer.event !== undefined) this.#world.cancel(timer.event);
      this.#arm(timer);
    }
  }

  #arm(timer: BoardTimer): void {
    const name = timer.callback.name === '' ? 'a time-out' : timer.callback.name;
    const dueUs = this.#crystal.trueAt(timer.dueCountUs);
    timer.event = this.#world.at(dueUs, `${this.#owner}: ${name}`, () => {
      this.#timers.delete(timer);
      timer.callback();
    });
  }
}

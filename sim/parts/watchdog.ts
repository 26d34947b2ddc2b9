import { HalError } from '#hal/errors';
import type { Watchdog } from '#hal/watchdog';
import type { WorldEvent } from '../kernel/event-queue.ts';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';

const timeoutLeastMs = 1_000;
const timeoutMostMs = 600_000;

/** The count at one instant. */
export interface WatchdogState {
  readonly timeoutMs: number;
  /** By the life's crystal. */
  readonly dueCountUs: number;
}

interface Count {
  readonly life: Life;
  timeoutMs: number;
  /** By the life's crystal. */
  dueCountUs: number;
  event: WorldEvent;
}

/** The hardware timer that restarts the board: it counts by the board's crystal, CPU or no CPU. */
export class WatchdogPart {
  readonly #site: BoardSite;
  readonly #bite: () => void;
  #count: Count | undefined;

  constructor(site: BoardSite, bite: () => void) {
    this.#site = site;
    this.#bite = bite;
  }

  /** The time-out in force; undefined where it is not armed. */
  get timeoutMs(): number | undefined {
    return this.#count?.timeoutMs;
  }

  connect(life: Life): Watchdog {
    life.onEnd(() => this.reset());
    return {
      arm: (timeoutMs) => this.#arm(life, timeoutMs),
      kick: () => {
        if (life.isAlive) this.#kick();
      },
    };
  }

  /** What it counts, as plain data; undefined where it is not armed. */
  save(): WatchdogState | undefined {
    const count = this.#count;
    return count && { timeoutMs: count.timeoutMs, dueCountUs: count.dueCountUs };
  }

  /** Counts on, in the life given, where it stood. */
  restore(life: Life, state: WatchdogState): void {
    this.reset();
    this.#count = { ...state, life, event: this.#await(life, state.dueCountUs) };
  }

  /** Disarms it, as a restart of the board does. */
  reset(): void {
    if (this.#count !== undefined) this.#site.world.cancel(this.#count.event);
    this.#count = undefined;
  }

  /** Looks at the clock anew after the board's crystal changed. */
  crystalChanged(): void {
    const count = this.#count;
    if (count === undefined) return;
    this.#site.world.cancel(count.event);
    count.event = this.#await(count.life, count.dueCountUs);
  }

  #arm(life: Life, askedMs: number): number {
    if (!(askedMs >= timeoutLeastMs && askedMs <= timeoutMostMs)) {
      throw new HalError('bad-argument', 'watchdog', `${askedMs} ms is not 1,000 to 600,000 ms`);
    }
    const timeoutMs = Math.ceil(askedMs);
    if (!life.isAlive) return timeoutMs;
    this.reset();
    const dueCountUs = life.crystal.countAt(this.#site.world.nowUs) + timeoutMs * 1000;
    this.#count = { life, timeoutMs, dueCountUs, event: this.#await(life, dueCountUs) };
    return timeoutMs;
  }

  #kick(): void {
    const count = this.#count;
    if (count === undefined) return;
    count.dueCountUs = count.life.crystal.countAt(this.#site.world.nowUs) + count.timeoutMs * 1000;
  }

  #await(life: Life, dueCountUs: number): WorldEvent {
    const { world, boardName } = this.#site;
    return world.at(life.crystal.trueAt(dueCountUs), `${boardName}: watchdog`, () => this.#due());
  }

  /** A kick only moves the due time (it is frequent), so the event may find itself early. */
  #due(): void {
    const count = this.#count;
    if (count === undefined) return;
    if (count.life.crystal.countAt(this.#site.world.nowUs) >= count.dueCountUs) {
      this.#count = undefined;
      this.#bite();
    } else {
      count.event = this.#await(count.life, count.dueCountUs);
    }
  }
}

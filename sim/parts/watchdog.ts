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

interface Count extends WatchdogState {
  readonly life: Life;
  readonly event: WorldEvent;
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
        if (life.isAlive && this.#count !== undefined) {
          this.#countFrom(life, this.#count.timeoutMs);
        }
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
    this.#await(life, state);
  }

  /** Disarms it, as a restart of the board does. */
  reset(): void {
    if (this.#count !== undefined) this.#site.world.cancel(this.#count.event);
    this.#count = undefined;
  }

  /** Looks at the clock anew after the board's crystal changed. */
  crystalChanged(): void {
    const count = this.#count;
    if (count !== undefined) this.restore(count.life, count);
  }

  #arm(life: Life, askedMs: number): number {
    if (!(askedMs >= timeoutLeastMs && askedMs <= timeoutMostMs)) {
      throw new HalError('bad-argument', 'watchdog', `${askedMs} ms is not 1,000 to 600,000 ms`);
    }
    const timeoutMs = Math.ceil(askedMs);
    if (life.isAlive) this.#countFrom(life, timeoutMs);
    return timeoutMs;
  }

  #countFrom(life: Life, timeoutMs: number): void {
    const dueCountUs = life.crystal.countAt(this.#site.world.nowUs) + timeoutMs * 1000;
    this.restore(life, { timeoutMs, dueCountUs });
  }

  #await(life: Life, { timeoutMs, dueCountUs }: WatchdogState): void {
    const { world, boardName } = this.#site;
    const event = world.at(life.crystal.trueAt(dueCountUs), `${boardName}: watchdog`, () => {
      this.#count = undefined;
      this.#bite();
    });
    this.#count = { life, timeoutMs, dueCountUs, event };
  }
}

import type { Clock, TimerId } from '#hal/clock';
import type { NtpLeap } from '#hal/ntp';
import type { WallClock } from './wall-clock.ts';

/** A leap second that is to come. */
export interface ComingLeap {
  readonly kind: 'insert' | 'delete';
  /** The end of the month, UTC, that it stands before. */
  readonly atMs: number;
}

const secondMs = 1_000;

/**
 * Waits for the leap second that servers announce. The wall clock has none: UTC's 23:59:60 is
 * 23:59:59 once more, so it steps back by a second at midnight; where one is left out it steps
 * forward at 23:59:59.
 */
export class LeapSecond {
  readonly #clock: Clock;
  readonly #wallClock: Pick<WallClock, 'nowMs'>;
  readonly #onDue: (byMs: number) => void;
  #coming: ComingLeap | undefined;
  /** The last one that came: servers may announce it a little longer. */
  #doneAtMs: number | undefined;
  #timer: TimerId;

  /** `onDue` steps the clock. */
  constructor(options: {
    readonly clock: Clock;
    readonly wallClock: Pick<WallClock, 'nowMs' | 'onStep'>;
    readonly onDue: (byMs: number) => void;
  }) {
    this.#clock = options.clock;
    this.#wallClock = options.wallClock;
    this.#onDue = options.onDue;
    options.wallClock.onStep(() => this.#follow());
  }

  get coming(): ComingLeap | undefined {
    return this.#coming;
  }

  /** What the servers announce now, for the end of the month; answers whether that is news. */
  announce(leap: NtpLeap): boolean {
    const before = this.#coming;
    const atMs = endOfMonth(this.#wallClock.nowMs());
    const isPast = leap === 'none' || atMs === this.#doneAtMs;
    this.#coming = isPast ? undefined : { kind: leap, atMs };
    this.#arm();
    return before?.kind !== this.#coming?.kind || before?.atMs !== this.#coming?.atMs;
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  /** Whoever has set the clock over it knows of it, or is not of this time at all. */
  #follow(): void {
    if (this.#leftMs() <= 0) this.#coming = undefined;
    this.#arm();
  }

  #leftMs(): number {
    if (this.#coming === undefined) return Number.POSITIVE_INFINITY;
    const { kind, atMs } = this.#coming;
    return atMs - (kind === 'delete' ? secondMs : 0) - this.#wallClock.nowMs();
  }

  #arm(): void {
    this.stop();
    if (this.#coming === undefined) return;
    this.#timer = this.#clock.setTimeout(() => this.#wake(), Math.max(0, this.#leftMs()));
  }

  #wake(): void {
    const coming = this.#coming;
    if (coming === undefined) return;
    // The rate of the wall clock is not quite that of the clock behind the timer.
    if (this.#leftMs() > 0) return this.#arm();
    this.#coming = undefined;
    this.#doneAtMs = coming.atMs;
    return this.#onDue(coming.kind === 'insert' ? -secondMs : secondMs);
  }
}

function endOfMonth(timeMs: number): number {
  const time = new Date(timeMs);
  return Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1);
}

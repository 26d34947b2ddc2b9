import type { Clock, TimerId } from '#hal/clock';
import { elapsedMs } from '../time/elapsed.ts';

/**
 * Notices when nobody has typed for so long. One timer, set anew only when it fires: a byte costs
 * a reading of the clock and no timer.
 */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  #limitMs: () => number = () => Number.POSITIVE_INFINITY;
  #lastMs = 0;
  #timer: TimerId;
  #isWatching = false;

  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** Begins to watch; no effect while it watches. `limitMs` is asked anew when the timer fires. */
  start(limitMs: () => number): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#limitMs = limitMs;
    this.touch();
    this.#arm(limitMs());
  }

  /** Somebody typed. */
  touch(): void {
    if (this.#isWatching) this.#lastMs = this.#clock.now();
  }

  /** No timer is pending afterwards. */
  stop(): void {
    this.#isWatching = false;
    this.#clock.clearTimeout(this.#timer);
  }

  #arm(delayMs: number): void {
    const lookForIdleness = (): void => this.#look();
    this.#timer = this.#clock.setTimeout(lookForIdleness, delayMs);
  }

  #look(): void {
    const leftMs = this.#limitMs() - elapsedMs(this.#lastMs, this.#clock.now());
    if (leftMs > 0) return this.#arm(leftMs);
    this.#isWatching = false;
    this.#onIdle();
  }
}

import type { Clock, TimerId } from '#hal/clock';
import type { SteerableClock } from './wall-clock.ts';

/** What setting the RTC after a sync takes. */
export interface RtcSetterOptions {
  readonly clock: Clock;
  readonly wallClock: Pick<SteerableClock, 'nowMs' | 'writeRtc'>;
  /** As it was in the life before a snapshot. */
  readonly isFailing: boolean;
  /** Hears when it begins to fail, and when it works again. */
  readonly onChange: (isFailing: boolean) => void;
}

const secondMs = 1_000;

/** The wall clock may be slower than the clock behind the timer by this share. */
const rateMargin = 1.001;

/** Copies the wall clock to the RTC when a second begins: the chip takes whole ones. */
export class RtcSetter {
  readonly #options: RtcSetterOptions;
  #timer: TimerId;
  #isDue = false;
  #isFailing: boolean;

  constructor(options: RtcSetterOptions) {
    this.#options = options;
    this.#isFailing = options.isFailing;
  }

  /** A second is being waited for. */
  get isDue(): boolean {
    return this.#isDue;
  }

  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Within a second, if the board lives so long. */
  setSoon(): void {
    const { clock, wallClock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#isDue = true;
    const leftMs = secondMs - (wallClock.nowMs() % secondMs);
    this.#timer = clock.setTimeout(() => this.#set(), leftMs * rateMargin);
  }

  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
  }

  #set(): void {
    this.#isDue = false;
    const isFailing = this.#options.wallClock.writeRtc() === 'rtc-failed';
    const isNews = isFailing !== this.#isFailing;
    this.#isFailing = isFailing;
    if (isNews) this.#options.onChange(isFailing);
  }
}

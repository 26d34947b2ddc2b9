import { fromTimeRegisters, maskedTime, type Showing, toTimeRegisters } from './calendar.ts';
import type { Oscillator } from './oscillator.ts';
import { register } from './registers.ts';

const secondUs = 1_000_000;

/** The time registers at one instant, beside the oscillator. */
export interface TimeCounterState {
  readonly offsetUs: number;
  readonly showing: Showing;
  readonly illogical: Uint8Array | undefined;
}

/** A chip that lost everything begins with day 1; one set by a calendar has Sunday as 1. */
const forgotten: Showing = { isTwelveHour: false, firstDay: 0 };
const saturday = 6;

/**
 * The registers 00 to 06 and the countdown chain below them, as a function of the oscillator's
 * count: nothing has to happen for them to move.
 */
export class TimeCounter {
  readonly #oscillator: Oscillator;
  /** What is to be added to the oscillator's count for µs since the year 00. */
  #offsetUs = 0;
  #showing = forgotten;
  /**
   * Registers that hold no time, as they were written. The datasheet leaves open what comes of
   * them; here they stand still until they are written again.
   */
  #illogical: Uint8Array | undefined;

  constructor(oscillator: Oscillator) {
    this.#oscillator = oscillator;
  }

  /** µs since 1 January of 00 by the calendar of the chip, its chain included. */
  get timeUs(): number {
    return this.#oscillator.countUs + this.#offsetUs;
  }

  /** Whole seconds of that. */
  get seconds(): number {
    return Math.floor(this.timeUs / secondUs);
  }

  /** Where the countdown chain is in its second, µs. */
  get phaseUs(): number {
    return this.timeUs - this.seconds * secondUs;
  }

  /** False while the registers hold no time. */
  get isLogical(): boolean {
    return this.#illogical === undefined;
  }

  /** Registers 00 to 06 as they are now. */
  registers(): Uint8Array {
    return this.#illogical?.slice() ?? this.show(this.seconds);
  }

  /** Registers 00 to 06 as they would be at a count of seconds. */
  show(seconds: number): Uint8Array {
    return toTimeRegisters(seconds, this.#showing);
  }

  /** The oscillator's count at the beginning of a second. */
  countUsAt(seconds: number): number {
    return seconds * secondUs - this.#offsetUs;
  }

  /** Writes one register; that of the seconds begins the countdown chain anew. */
  write(address: number, byte: number): void {
    const registers = this.registers();
    registers[address] = maskedTime(address, byte);
    const phaseUs = address === register.seconds ? 0 : this.phaseUs;
    const time = fromTimeRegisters(registers);
    this.#illogical = time === undefined ? registers : undefined;
    const { isTwelveHour, firstDay, seconds } = time ?? { ...this.#showing, seconds: this.seconds };
    this.#showing = { isTwelveHour, firstDay };
    this.#offsetUs = seconds * secondUs + phaseUs - this.#oscillator.countUs;
  }

  /** Sets it from outside, chain and all, with Sunday as day 1. */
  set(timeUs: number): void {
    this.#illogical = undefined;
    this.#showing = { ...this.#showing, firstDay: saturday };
    this.#offsetUs = timeUs - this.#oscillator.countUs;
  }

  /** All as after the first supply: 01/01/00, day 1, 00:00:00. */
  forget(): void {
    this.#illogical = undefined;
    this.#showing = forgotten;
    this.#offsetUs = -this.#oscillator.countUs;
  }

  save(): TimeCounterState {
    return {
      offsetUs: this.#offsetUs,
      showing: this.#showing,
      illogical: this.#illogical?.slice(),
    };
  }

  restore(state: TimeCounterState): void {
    this.#offsetUs = state.offsetUs;
    this.#showing = state.showing;
    this.#illogical = state.illogical?.slice();
  }
}

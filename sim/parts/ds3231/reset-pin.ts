/** How long the pin stays low after a push ended, and after the supply came. */
const recoveryUs = 250_000;

/** The pin at one instant. */
export interface ResetPinState {
  readonly isPushed: boolean;
  readonly lowUntilUs: number;
}

/**
 * The RST pin: low without the board's supply, and debounces a push button that may hang on it:
 * however its contact bounces, it is low from the first touch until it was left alone for long
 * enough. Boards whose RESET button is read by the firmware leave it open.
 */
export class ResetPin {
  readonly #nowUs: () => number;
  #isPushed = false;
  #lowUntilUs = 0;

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** The contact closes. */
  push(): void {
    this.#isPushed = true;
    this.#keepLow();
  }

  /** The contact opens. */
  release(): void {
    this.#isPushed = false;
    this.#keepLow();
  }

  /** The supply came; a chip whose oscillator stands cannot time the wait, and leaves it out. */
  supplyCame(isOscillatorRunning: boolean): void {
    if (isOscillatorRunning) this.#keepLow();
  }

  level(hasVcc: boolean): 0 | 1 {
    return hasVcc && !this.#isPushed && this.#nowUs() >= this.#lowUntilUs ? 1 : 0;
  }

  save(): ResetPinState {
    return { isPushed: this.#isPushed, lowUntilUs: this.#lowUntilUs };
  }

  restore(state: ResetPinState): void {
    this.#isPushed = state.isPushed;
    this.#lowUntilUs = state.lowUntilUs;
  }

  #keepLow(): void {
    this.#lowUntilUs = this.#nowUs() + recoveryUs;
  }
}

/** A crystal as plain data. */
export interface CrystalState {
  readonly trueUs: number;
  readonly countUs: number;
  readonly ratePerUs: number;
}

/**
 * A crystal oscillator that is off by some parts per million: it turns true time into counted time
 * and back. Its error may change while it runs (age, temperature); what was counted stays counted.
 */
export class Crystal {
  #ratePerUs: number;
  #baseTrueUs: number;
  #baseCountUs: number;

  /** Starts to count at `trueUs`, from `countUs`; a positive error runs fast. */
  constructor(options: { trueUs: number; countUs: number; ppm: number }) {
    this.#baseTrueUs = options.trueUs;
    this.#baseCountUs = options.countUs;
    this.#ratePerUs = 1 + options.ppm * 1e-6;
  }

  /** A crystal that goes on exactly where `saved` stood. */
  static restore(saved: CrystalState): Crystal {
    const crystal = new Crystal({ trueUs: saved.trueUs, countUs: saved.countUs, ppm: 0 });
    crystal.#ratePerUs = saved.ratePerUs;
    return crystal;
  }

  /** All there is to know of it, as plain data. */
  save(): CrystalState {
    return {
      trueUs: this.#baseTrueUs,
      countUs: this.#baseCountUs,
      ratePerUs: this.#ratePerUs,
    };
  }

  get ppm(): number {
    return (this.#ratePerUs - 1) * 1e6;
  }

  /** Counted µs, an integer, at a true time. */
  countAt(trueUs: number): number {
    return this.#baseCountUs + Math.round((trueUs - this.#baseTrueUs) * this.#ratePerUs);
  }

  /** The first true µs, an integer, at which at least `countUs` are counted. */
  trueAt(countUs: number): number {
    const guess = Math.ceil((countUs - this.#baseCountUs - 0.5) / this.#ratePerUs);
    let trueUs = this.#baseTrueUs + guess;
    while (this.countAt(trueUs) < countUs) trueUs += 1;
    while (this.countAt(trueUs - 1) >= countUs) trueUs -= 1;
    return trueUs;
  }

  /** From `trueUs` on the error is `ppm`. */
  setPpm(trueUs: number, ppm: number): void {
    this.#baseCountUs = this.countAt(trueUs);
    this.#baseTrueUs = trueUs;
    this.#ratePerUs = 1 + ppm * 1e-6;
  }

  /** From `trueUs` on counting goes on from `countUs`. */
  setCount(trueUs: number, countUs: number): void {
    this.#baseTrueUs = trueUs;
    this.#baseCountUs = countUs;
  }
}

import { Crystal, type CrystalState } from '../../kernel/crystal.ts';
import { checkedPpm } from '../ppm.ts';
import { type Compensation, measured, temperaturePpm } from './temperature.ts';

/** The thermometer measures so often by itself, by the chip's own count. */
const periodUs = 64_000_000;

/** How long one conversion takes; the datasheet's typical value. */
const conversionUs = 125_000;

/** A conversion under way. */
interface Conversion {
  readonly endCountUs: number;
  /** Ordered through CONV, which reads 1 until the end. */
  readonly isForced: boolean;
}

/** The oscillator at one instant. */
export interface OscillatorState {
  readonly crystal: CrystalState;
  readonly heldCountUs: number | undefined;
  readonly driftPpm: number;
  readonly celsius: number;
  readonly compensation: Compensation;
  readonly aging: number;
  readonly nextCountUs: number;
  readonly conversion: Conversion | undefined;
}

/**
 * The oscillator with its thermometer. It counts µs from its own 0 while it runs; what the time
 * is, others make of that. Conversions are caught up with by `settle`, without events of their own:
 * call it before anything that depends on them, and before anything changes.
 */
export class Oscillator {
  readonly #nowUs: () => number;
  #crystal: Crystal;
  /** The count it stands at, while it does not run. */
  #heldCountUs: number | undefined;
  #driftPpm = 0;
  #celsius = 25;
  #compensation: Compensation = { celsius: 25, aging: 0 };
  #aging = 0;
  /** At this count the next measurement begins. */
  #nextCountUs = periodUs;
  #conversion: Conversion | undefined;

  /** Runs, and has been measuring. */
  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
    this.#crystal = new Crystal({ trueUs: nowUs(), countUs: 0, ppm: 0 });
  }

  get countUs(): number {
    return this.#heldCountUs ?? this.#crystal.countAt(this.#nowUs());
  }

  get isRunning(): boolean {
    return this.#heldCountUs === undefined;
  }

  get driftPpm(): number {
    return this.#driftPpm;
  }

  /** The error it has at this moment, all told. */
  get ppm(): number {
    return this.#crystal.ppm;
  }

  get celsius(): number {
    return this.#celsius;
  }

  /** What the thermometer measured last; undefined before it did. */
  get measuredCelsius(): number | undefined {
    return this.#compensation.celsius;
  }

  get isConverting(): boolean {
    return this.#conversion !== undefined;
  }

  get isConversionForced(): boolean {
    return this.#conversion?.isForced === true;
  }

  /** The first true time at which that count is reached, if nothing changes; it must run. */
  trueAt(countUs: number): number {
    return this.#crystal.trueAt(countUs);
  }

  /** The count at which its rate may change by itself; undefined where it will not. */
  get rateChangeCountUs(): number | undefined {
    if (this.#isSettled()) return undefined;
    return this.#conversion?.endCountUs ?? this.#nextCountUs + conversionUs;
  }

  /** Catches up with what conversions have changed by now. */
  settle(): void {
    if (this.#heldCountUs !== undefined) return;
    const nowCountUs = this.#crystal.countAt(this.#nowUs());
    for (;;) {
      const endUs = this.#conversion?.endCountUs;
      if (endUs !== undefined && endUs <= nowCountUs) this.#endConversion(endUs);
      else if (this.#nextCountUs <= nowCountUs) this.#beginPeriodic(nowCountUs);
      else return;
    }
  }

  /** Orders a measurement; where one is under way, that is it. */
  convert(): void {
    if (this.#heldCountUs !== undefined) return;
    const endCountUs = this.#conversion?.endCountUs ?? this.countUs + conversionUs;
    this.#conversion = { endCountUs, isForced: true };
  }

  /** Error of the piece at 25 °C, without aging. */
  setDriftPpm(ppm: number): void {
    this.#driftPpm = checkedPpm(ppm);
    this.#rateMayHaveChanged(this.#nowUs());
  }

  setCelsius(celsius: number): void {
    this.#celsius = celsius;
    this.#rateMayHaveChanged(this.#nowUs());
  }

  /** Takes effect with the next conversion. */
  setAging(aging: number): void {
    this.#aging = aging;
  }

  stop(): void {
    this.#heldCountUs ??= this.#crystal.countAt(this.#nowUs());
  }

  /** Goes on from where it stood. */
  start(): void {
    if (this.#heldCountUs === undefined) return;
    this.#crystal.setCount(this.#nowUs(), this.#heldCountUs);
    this.#heldCountUs = undefined;
  }

  /** Stands, and has measured nothing: it measures as soon as it runs. */
  forget(): void {
    this.stop();
    this.#aging = 0;
    this.#compensation = { celsius: undefined, aging: 0 };
    this.#conversion = undefined;
    this.#nextCountUs = this.countUs;
    this.#rateMayHaveChanged(this.#nowUs());
  }

  save(): OscillatorState {
    return {
      crystal: this.#crystal.save(),
      heldCountUs: this.#heldCountUs,
      driftPpm: this.#driftPpm,
      celsius: this.#celsius,
      compensation: this.#compensation,
      aging: this.#aging,
      nextCountUs: this.#nextCountUs,
      conversion: this.#conversion,
    };
  }

  restore(state: OscillatorState): void {
    this.#crystal = Crystal.restore(state.crystal);
    this.#heldCountUs = state.heldCountUs;
    this.#driftPpm = state.driftPpm;
    this.#celsius = state.celsius;
    this.#compensation = state.compensation;
    this.#aging = state.aging;
    this.#nextCountUs = state.nextCountUs;
    this.#conversion = state.conversion;
  }

  #beginPeriodic(nowCountUs: number): void {
    let beginUs = this.#nextCountUs;
    // Measurements that find nothing new leave no trace: only the last one can be under way.
    if (this.#isSettled()) beginUs += Math.floor((nowCountUs - beginUs) / periodUs) * periodUs;
    this.#nextCountUs = beginUs + periodUs;
    this.#conversion ??= { endCountUs: beginUs + conversionUs, isForced: false };
  }

  #endConversion(endCountUs: number): void {
    this.#conversion = undefined;
    if (this.#isSettled()) return;
    this.#compensation = { celsius: measured(this.#celsius), aging: this.#aging };
    this.#rateMayHaveChanged(this.#crystal.trueAt(endCountUs));
  }

  /** Whether a conversion would change nothing. */
  #isSettled(): boolean {
    const { celsius, aging } = this.#compensation;
    return celsius === measured(this.#celsius) && aging === this.#aging;
  }

  #rateMayHaveChanged(trueUs: number): void {
    const temperature = temperaturePpm(this.#celsius, this.#compensation);
    // Even absurd errors do not make a crystal run backward.
    const ppm = Math.max(this.#driftPpm + temperature, -999_999);
    this.#crystal.setPpm(trueUs, ppm);
  }
}

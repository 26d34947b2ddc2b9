import { HalError } from '#hal/errors';
import type { Rtc, RtcReading } from '#hal/rtc';
import { Crystal, type CrystalState } from '../kernel/crystal.ts';
import { UsageError } from '../kernel/invariant.ts';
import type { Life } from './life.ts';
import { checkedPpm } from './ppm.ts';
import type { BoardSite } from './site.ts';

/** The chip as it is delivered. */
export interface RtcOptions {
  /** How far it is ahead of true time at first. */
  readonly offsetMs?: number;
  readonly driftPpm?: number;
  readonly battery?: 'good' | 'dead';
}

/** The chip at one instant. */
export interface RtcState {
  readonly crystal: CrystalState;
  readonly heldCountUs: number | undefined;
  readonly isValid: boolean;
  readonly isBatteryGood: boolean;
  readonly isBoardPowered: boolean;
  readonly isOscillatorStopped: boolean;
}

/** What the registers hold after the chip has been without any supply. */
const lostTimeUs = Date.UTC(2000, 0, 1) * 1000;
const firstWritableMs = Date.UTC(2000, 0, 1);
const firstBeyondMs = Date.UTC(2100, 0, 1);

/**
 * The battery-backed clock chip, after the DS3231: it counts while it has a supply (the board's or
 * its battery's) and its oscillator runs; once it did not, its time is invalid until it is set.
 * It resolves whole seconds.
 */
export class RtcPart {
  readonly #site: BoardSite;
  readonly #options: RtcOptions;
  /** Counts µs since 1970. */
  #crystal: Crystal;
  /** The count it stands at, while it does not run. */
  #heldCountUs: number | undefined;
  #isValid = true;
  #isBatteryGood = true;
  #isBoardPowered = false;
  #isOscillatorStopped = false;

  constructor(site: BoardSite, options: RtcOptions = {}) {
    this.#site = site;
    this.#options = options;
    const { nowUs } = site.world;
    this.#crystal = new Crystal({ trueUs: nowUs, countUs: nowUs, ppm: 0 });
    this.reset();
  }

  /** The time in the chip with all its fraction, ms since 1970. */
  get timeMs(): number {
    return this.#countUs() / 1000;
  }

  /** Whether the chip vouches for its time. */
  get isValid(): boolean {
    return this.#isValid;
  }

  /** Error of the chip's crystal; positive runs fast. */
  get driftPpm(): number {
    return this.#crystal.ppm;
  }

  get isBatteryGood(): boolean {
    return this.#isBatteryGood;
  }

  get isOscillatorRunning(): boolean {
    return !this.#isOscillatorStopped;
  }

  /** Sets the chip from outside, fraction and all; its time is valid if it runs. */
  setTime(timeMs: number): void {
    if (!isWritable(timeMs)) throw new UsageError(`RTC time ${timeMs} ms is not in 2000 to 2099`);
    this.#site.stimulus('rtc', 'time', { timeMs });
    this.#set(Math.round(timeMs * 1000));
  }

  /** Changes the coin cell for a good or a dead one. */
  setBattery(isGood: boolean): void {
    this.#site.stimulus('rtc', 'battery', { good: isGood });
    this.#isBatteryGood = isGood;
    this.#supplyMayHaveChanged();
  }

  /** From now on the chip's crystal is off by so much; positive runs fast. */
  setDriftPpm(ppm: number): void {
    checkedPpm(ppm);
    this.#site.stimulus('rtc', 'drift', { ppm });
    this.#crystal.setPpm(this.#site.world.nowUs, ppm);
  }

  /** The oscillator stops: the time stands and is invalid. */
  stopOscillator(): void {
    this.#site.stimulus('rtc', 'oscillator', { running: false });
    this.#isOscillatorStopped = true;
    this.#runMayHaveChanged();
  }

  /** The oscillator runs again, from where it stood; the time stays invalid until it is set. */
  startOscillator(): void {
    this.#site.stimulus('rtc', 'oscillator', { running: true });
    this.#isOscillatorStopped = false;
    this.#runMayHaveChanged();
  }

  /** The board's supply came or went. */
  setBoardPower(isPowered: boolean): void {
    this.#isBoardPowered = isPowered;
    this.#supplyMayHaveChanged();
  }

  /** The firmware's face for one life. */
  connect(life: Life): Rtc {
    return {
      read: () => this.#read(),
      write: (timeMs) => this.#write(life, timeMs),
    };
  }

  /** The chip as plain data. */
  save(): RtcState {
    return {
      crystal: this.#crystal.save(),
      heldCountUs: this.#heldCountUs,
      isValid: this.#isValid,
      isBatteryGood: this.#isBatteryGood,
      isBoardPowered: this.#isBoardPowered,
      isOscillatorStopped: this.#isOscillatorStopped,
    };
  }

  /** Goes on where `state` stood. */
  restore(state: RtcState): void {
    this.#crystal = Crystal.restore(state.crystal);
    this.#heldCountUs = state.heldCountUs;
    this.#isValid = state.isValid;
    this.#isBatteryGood = state.isBatteryGood;
    this.#isBoardPowered = state.isBoardPowered;
    this.#isOscillatorStopped = state.isOscillatorStopped;
  }

  /** The chip as delivered; the board's supply stays as it is. */
  reset(): void {
    const { offsetMs = 0, driftPpm = 0, battery = 'good' } = this.#options;
    const { nowUs } = this.#site.world;
    this.#isBatteryGood = true;
    this.#isOscillatorStopped = false;
    this.#heldCountUs = undefined;
    this.#isValid = true;
    this.#crystal.setPpm(nowUs, checkedPpm(driftPpm));
    this.#crystal.setCount(nowUs, nowUs + Math.round(offsetMs * 1000));
    this.#isBatteryGood = battery === 'good';
    if (!this.#isBatteryGood) this.#loseTime();
    this.#runMayHaveChanged();
  }

  #read(): RtcReading {
    const timeMs = Math.floor(this.#countUs() / 1_000_000) * 1000;
    return { timeMs, valid: this.#isValid };
  }

  #write(life: Life, timeMs: number): void {
    if (!isWritable(timeMs)) {
      throw new HalError('bad-argument', 'rtc', `${timeMs} ms is not in 2000 to 2099`);
    }
    if (!life.isAlive) return;
    const wholeMs = Math.floor(timeMs / 1000) * 1000;
    this.#set(wholeMs * 1000);
    this.#site.output('rtc', 'write', { timeMs: wholeMs });
  }

  #set(countUs: number): void {
    this.#isValid = this.#isRunning();
    if (this.#heldCountUs === undefined) this.#crystal.setCount(this.#site.world.nowUs, countUs);
    else this.#heldCountUs = countUs;
  }

  #countUs(): number {
    return this.#heldCountUs ?? this.#crystal.countAt(this.#site.world.nowUs);
  }

  #hasSupply(): boolean {
    return this.#isBoardPowered || this.#isBatteryGood;
  }

  #isRunning(): boolean {
    return this.#hasSupply() && !this.#isOscillatorStopped;
  }

  #supplyMayHaveChanged(): void {
    if (!this.#hasSupply()) this.#loseTime();
    this.#runMayHaveChanged();
  }

  #loseTime(): void {
    this.#heldCountUs = lostTimeUs;
    this.#isValid = false;
  }

  #runMayHaveChanged(): void {
    if (!this.#isRunning()) {
      this.#heldCountUs = this.#countUs();
      this.#isValid = false;
    } else if (this.#heldCountUs !== undefined) {
      this.#crystal.setCount(this.#site.world.nowUs, this.#heldCountUs);
      this.#heldCountUs = undefined;
    }
  }
}

function isWritable(timeMs: number): boolean {
  return timeMs >= firstWritableMs && timeMs < firstBeyondMs;
}

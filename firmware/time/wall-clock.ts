import type { Clock } from '#hal/clock';
import { isHalError } from '#hal/errors';
import type { Rtc } from '#hal/rtc';
import { firmwareBuildMs } from '../version.ts';
import { slewPpm } from './discipline.ts';

/** Every degree of trust, the least first. */
export const clockTrusts = ['unset', 'rtc', 'manual', 'holdover', 'synchronised'] as const;

/**
 * How far the wall clock can be believed.
 * - `unset`: the RTC lost its time or is missing; the clock started at the firmware's build date.
 * - `rtc`: it is what the RTC said at boot, counted on.
 * - `manual`: a person set it since boot, and no sync followed.
 * - `synchronised`: time servers agree with it, and did so within the last three intervals.
 * - `holdover`: they did once, but sync has failed for longer than three intervals.
 */
export type ClockTrust = (typeof clockTrusts)[number];

/** Why the wall clock stepped. `outside`: somebody else than this firmware set it. */
export type StepCause = 'manual' | 'sync' | 'leap-second' | 'outside';

/** A discontinuity of the wall clock, forward or backward. */
export interface ClockStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: StepCause;
}

/** How the clock moves from now on, until it is told otherwise. */
export interface ClockMotion {
  readonly wallMs: number;
  /** What is added to the rate of the monotonic clock. */
  readonly ratePpm: number;
  /** What is slewed away from now on. */
  readonly slewMs: number;
}

/** What became of a time that a person set. */
export type SettingOutcome = 'rtc-set' | 'rtc-failed' | 'before-build';

/** What the firmware believes the time is: UTC, counted on by the monotonic clock. */
export interface WallClock {
  /**
   * Milliseconds since the Unix epoch, UTC without leap seconds; never before the build date.
   * Continuous, and never backward, but for the steps that `onStep` tells of.
   */
  nowMs(): number;
  readonly trust: ClockTrust;
  /** A person sets the time; the RTC is set with it. Not to a time before the build date. */
  setManually(timeMs: number): SettingOutcome;
  /** What the chip says now, for `hwclock`. */
  readRtc(): { timeMs: number; isValid: boolean } | undefined;
  /** Hears of every discontinuity right after it, never of a slew; the answer ends that. */
  onStep(listener: (step: ClockStep) => void): () => void;
  motion(): ClockMotion;
  /** Hears of each change of the motion, right after it. */
  onMotion(listener: () => void): void;
  record(): WallClockRecord;
}

/** The wall clock as the timekeeper has it in hand. */
export interface SteerableClock extends WallClock {
  /** What `nowMs` says at an instant of the monotonic clock, by the steps and rates of now. */
  atMs(monotonicMs: number): number;
  /** What is not slewed away yet; negative where the clock is ahead. */
  readonly slewLeftMs: number;
  /** Moves the clock at once; a slew that is under way ends. */
  step(byMs: number, cause: StepCause): void;
  /** Moves the clock by and by; a slew that is under way is replaced. */
  slew(byMs: number): void;
  /** What is added to the rate of the monotonic clock. */
  setRate(ppm: number): void;
  believe(trust: ClockTrust): void;
  /** Copies the time to the RTC. */
  writeRtc(): 'rtc-set' | 'rtc-failed';
  /** Hears of each change of the trust. */
  onTrust(listener: (trust: ClockTrust) => void): void;
}

/** The wall clock's state as plain data, to go on from. */
export interface WallClockRecord {
  readonly trust: ClockTrust;
  /** An instant of the monotonic clock, and what the wall clock said then. */
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly ratePpm: number;
  /** What was left to slew then. */
  readonly slewMs: number;
}

/** Loads the wall clock from the RTC (kernels of such appliances leave that to user space). */
export function loadWallClock(clock: Clock, rtc: Rtc, resume?: WallClockRecord): SteerableClock {
  return new RtcBackedClock(clock, rtc, resume ?? firstReading(clock, rtc));
}

/** Piecewise linear: a rate, and on top of it a slew that ends. */
class RtcBackedClock implements SteerableClock {
  readonly #clock: Clock;
  readonly #rtc: Rtc;
  readonly #stepListeners = new Set<(step: ClockStep) => void>();
  readonly #trustListeners: ((trust: ClockTrust) => void)[] = [];
  readonly #motionListeners: (() => void)[] = [];
  #piece: WallClockRecord;

  constructor(clock: Clock, rtc: Rtc, piece: WallClockRecord) {
    this.#clock = clock;
    this.#rtc = rtc;
    this.#piece = piece;
  }

  get trust(): ClockTrust {
    return this.#piece.trust;
  }

  get slewLeftMs(): number {
    const { slewMs, monotonicMs } = this.#piece;
    return slewMs - slewedMs(slewMs, this.#clock.now() - monotonicMs);
  }

  nowMs(): number {
    return this.atMs(this.#clock.now());
  }

  atMs(monotonicMs: number): number {
    const { monotonicMs: fromMs, wallMs, ratePpm, slewMs } = this.#piece;
    const spanMs = monotonicMs - fromMs;
    return wallMs + spanMs + (spanMs * ratePpm) / 1e6 + slewedMs(slewMs, spanMs);
  }

  setManually(timeMs: number): SettingOutcome {
    if (timeMs < firmwareBuildMs) return 'before-build';
    this.believe('manual');
    this.#stepTo(timeMs, 'manual');
    return this.writeRtc();
  }

  step(byMs: number, cause: StepCause): void {
    this.#stepTo(Math.max(firmwareBuildMs, this.nowMs() + byMs), cause);
  }

  slew(byMs: number): void {
    this.#begin({ slewMs: byMs });
  }

  setRate(ppm: number): void {
    this.#begin({ slewMs: this.slewLeftMs, ratePpm: ppm });
  }

  believe(trust: ClockTrust): void {
    if (trust === this.trust) return;
    this.#piece = { ...this.#piece, trust };
    for (const listener of this.#trustListeners) listener(trust);
  }

  writeRtc(): 'rtc-set' | 'rtc-failed' {
    try {
      this.#rtc.write(this.nowMs());
      return 'rtc-set';
    } catch (error) {
      if (!isHalError(error)) throw error;
      return 'rtc-failed';
    }
  }

  readRtc(): { timeMs: number; isValid: boolean } | undefined {
    return readRtc(this.#rtc);
  }

  onStep(listener: (step: ClockStep) => void): () => void {
    this.#stepListeners.add(listener);
    return () => void this.#stepListeners.delete(listener);
  }

  onTrust(listener: (trust: ClockTrust) => void): void {
    this.#trustListeners.push(listener);
  }

  motion(): ClockMotion {
    return { wallMs: this.nowMs(), ratePpm: this.#piece.ratePpm, slewMs: this.slewLeftMs };
  }

  onMotion(listener: () => void): void {
    this.#motionListeners.push(listener);
  }

  record(): WallClockRecord {
    return this.#piece;
  }

  #stepTo(toMs: number, cause: StepCause): void {
    const fromMs = this.nowMs();
    this.#piece = { ...this.#piece, monotonicMs: this.#clock.now(), wallMs: toMs, slewMs: 0 };
    for (const listener of this.#motionListeners) listener();
    for (const listener of this.#stepListeners) listener({ fromMs, toMs, cause });
  }

  /** A new piece begins where the present one stands. */
  #begin(change: Partial<WallClockRecord>): void {
    const monotonicMs = this.#clock.now();
    this.#piece = { ...this.#piece, monotonicMs, wallMs: this.atMs(monotonicMs), ...change };
    for (const listener of this.#motionListeners) listener();
  }
}

/** How much of a slew is done after so long. */
function slewedMs(slewMs: number, spanMs: number): number {
  if (slewMs === 0) return 0;
  const doneMs = Math.min(Math.abs(slewMs), (Math.max(0, spanMs) * slewPpm) / 1e6);
  return slewMs < 0 ? -doneMs : doneMs;
}

function firstReading(clock: Clock, rtc: Rtc): WallClockRecord {
  const reading = readRtc(rtc);
  const isGood = reading?.isValid === true && reading.timeMs >= firmwareBuildMs;
  return {
    trust: isGood ? 'rtc' : 'unset',
    wallMs: isGood ? reading.timeMs : firmwareBuildMs,
    monotonicMs: clock.now(),
    ratePpm: 0,
    slewMs: 0,
  };
}

function readRtc(rtc: Rtc): { timeMs: number; isValid: boolean } | undefined {
  try {
    const { timeMs, valid } = rtc.read();
    return { timeMs, isValid: valid };
  } catch (error) {
    if (!isHalError(error)) throw error;
    return undefined;
  }
}

import type { Clock } from '#hal/clock';
import { isHalError } from '#hal/errors';
import type { Rtc } from '#hal/rtc';
import { firmwareBuildMs } from '../version.ts';

/**
 * How far the wall clock can be believed.
 * - `unset`: the RTC lost its time or is missing; the clock started at the firmware's build date.
 * - `rtc`: it is what the RTC said at boot, counted on.
 * - `manual`: a person set it since boot.
 */
export type ClockTrust = 'unset' | 'rtc' | 'manual';

/** What the firmware believes the time is: UTC, counted on by the monotonic clock. */
export interface WallClock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  readonly trust: ClockTrust;
  /** A person sets the time; the RTC is set with it. Answers what became of the RTC. */
  setManually(timeMs: number): 'rtc-set' | 'rtc-failed';
  /** What the chip says now, for `hwclock`. */
  readRtc(): { timeMs: number; isValid: boolean } | undefined;
  record(): WallClockRecord;
}

/** The wall clock's state as plain data, to go on from. */
export interface WallClockRecord {
  readonly trust: ClockTrust;
  /** Wall time less monotonic time, ms. */
  readonly offsetMs: number;
}

/** Loads the wall clock from the RTC (kernels of such appliances leave that to user space). */
export function loadWallClock(clock: Clock, rtc: Rtc, resume?: WallClockRecord): WallClock {
  let { trust, offsetMs } = resume ?? firstReading(clock, rtc);
  return {
    nowMs: () => clock.now() + offsetMs,
    get trust() {
      return trust;
    },
    setManually(timeMs) {
      offsetMs = timeMs - clock.now();
      trust = 'manual';
      try {
        rtc.write(timeMs);
        return 'rtc-set';
      } catch (error) {
        if (!isHalError(error)) throw error;
        return 'rtc-failed';
      }
    },
    readRtc: () => readRtc(rtc),
    record: () => ({ trust, offsetMs }),
  };
}

function firstReading(clock: Clock, rtc: Rtc): WallClockRecord {
  const reading = readRtc(rtc);
  if (reading?.isValid === true && reading.timeMs >= firmwareBuildMs) {
    return { trust: 'rtc', offsetMs: reading.timeMs - clock.now() };
  }
  return { trust: 'unset', offsetMs: firmwareBuildMs - clock.now() };
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

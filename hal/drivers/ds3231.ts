import { HalError, isHalError } from '../errors.ts';
import type { I2cBus } from '../i2c.ts';
import type { Rtc, RtcReading } from '../rtc.ts';

/** What this chip offers beyond the time. */
export interface Ds3231 extends Rtc {
  /** As the chip measured it last, at most 64 s ago, in quarters of a degree Celsius. */
  temperatureC(): number;
  /** Steps of about 0.1 ppm at 25 °C, -128 to 127; a positive one makes the chip slower. */
  aging(): number;
  /** Sets the steps and has the chip apply them. Errors: `bad-argument`. */
  setAging(steps: number): void;
}

/**
 * What the century bit means, in which drivers differ: a board that changes from one convention to
 * the other is off by a hundred years.
 */
export type CenturyConvention =
  /** Linux's rtc-ds1307: set from 2100 on. A new chip shows 2000. */
  | 'set-from-2100'
  /** Linux's rtc-ds3232: set from 2000 to 2099. A new chip shows 1900. */
  | 'set-from-2000';

/** How a board uses the chip. */
export interface Ds3231Options {
  /** The pins of the chip leave no choice: 0x68. */
  readonly address?: number;
  /** Written and expected; `set-from-2100` unless told otherwise. */
  readonly century?: CenturyConvention;
  /**
   * 2099 unless told otherwise: later times are refused, and read as invalid, which notices a chip
   * that was set by the other convention. Up to 2199 with `set-from-2100`; but the chip makes 2100
   * a leap year, so that it is a day behind if it ran over that February.
   */
  readonly lastYear?: number;
}

const register = { seconds: 0x00, control: 0x0e, aging: 0x10, temperature: 0x11 } as const;
const statusRegister = 0x0f;
const registersToStatus = 0x10;

const stopsOnBattery = 0x80;
const convert = 0x20;
const oscillatorStopped = 0x80;
const busy = 0x04;
/** Written as 1, the flags of the alarms stay as they are. */
const alarmFlags = 0x03;
const centuryBit = 0x80;

const firstYear = 2000;

/**
 * A DS3231 on an I2C bus. It takes time in 12 and in 24 hours and writes 24; day 1 is Sunday.
 * The chip's own word that it stopped (OSF) is read with every reading and cleared by nothing but
 * `write`, after the time is in the chip: a time that is worth nothing is never served as valid.
 * Registers that hold no date are read as invalid, too. `write` also sees to it that the oscillator
 * goes on when the chip lives on its battery.
 */
export function createDs3231(bus: I2cBus, options: Ds3231Options = {}): Ds3231 {
  const { address = 0x68, century = 'set-from-2100', lastYear = 2099 } = options;
  const isLater = century === 'set-from-2100';
  const read = (first: number, count: number): Uint8Array =>
    onBus(() => bus.writeRead(address, Uint8Array.of(first), count));
  const write = (first: number, ...bytes: number[]): void =>
    onBus(() => bus.write(address, Uint8Array.of(first, ...bytes)));
  const readByte = (at: number): number => read(at, 1)[0] ?? 0;

  return {
    read() {
      // One transfer: the chip holds the time still for it, and a stop before it ends is seen.
      const bytes = read(register.seconds, registersToStatus);
      const hasStopped = ((bytes[statusRegister] ?? 0) & oscillatorStopped) !== 0;
      const { timeMs, valid } = decodeTime(bytes, isLater ? 2000 : 1900);
      const isInRange = timeMs >= Date.UTC(firstYear, 0) && timeMs < Date.UTC(lastYear + 1, 0);
      return { timeMs, valid: valid && isInRange && !hasStopped };
    },

    write(timeMs) {
      if (!(timeMs >= Date.UTC(firstYear, 0) && timeMs < Date.UTC(lastYear + 1, 0))) {
        throw new HalError('bad-argument', 'rtc', `${timeMs} ms is not in 2000 to ${lastYear}`);
      }
      const [control = 0, status = 0] = read(register.control, 2);
      if ((control & stopsOnBattery) !== 0) write(register.control, control & ~stopsOnBattery);
      write(register.seconds, ...encodeTime(timeMs, isLater ? 2100 : 2000));
      write(statusRegister, (status | alarmFlags) & ~oscillatorStopped);
    },

    temperatureC() {
      const [high = 0, low = 0] = read(register.temperature, 2);
      return ((high << 24) >> 24) + (low >> 6) / 4;
    },

    aging: () => (readByte(register.aging) << 24) >> 24,

    setAging(steps) {
      if (!Number.isInteger(steps) || steps < -128 || steps > 127) {
        throw new HalError('bad-argument', 'rtc', `${steps} is no integer from -128 to 127`);
      }
      write(register.aging, steps & 0xff);
      const [control = 0, status = 0] = read(register.control, 2);
      // One that is under way ends after the register was written, and applies it.
      if ((status & busy) === 0) write(register.control, control | convert);
    },
  };
}

/** Registers 00 to 06; the century bit is set from the year `centuryFrom` on. */
function encodeTime(timeMs: number, centuryFrom: number): number[] {
  const time = new Date(Math.floor(timeMs / 1000) * 1000);
  const year = time.getUTCFullYear();
  return [
    toBcd(time.getUTCSeconds()),
    toBcd(time.getUTCMinutes()),
    toBcd(time.getUTCHours()),
    time.getUTCDay() + 1,
    toBcd(time.getUTCDate()),
    toBcd(time.getUTCMonth() + 1) | (year >= centuryFrom ? centuryBit : 0),
    toBcd(year % 100),
  ];
}

/** What registers 00 to 06 hold, carried over into a date where they hold none. */
function decodeTime(registers: Uint8Array, baseYear: number): RtcReading {
  const [seconds = 0, minutes = 0, hours = 0, , date = 0, month = 0, years = 0] = registers;
  const year = baseYear + ((month & centuryBit) === 0 ? 0 : 100) + fromBcd(years);
  const place = fromBcd(month & 0x1f) - 1;
  const { hour, isHour } = decodeHour(hours);
  const timeMs = Date.UTC(year, place, fromBcd(date), hour, fromBcd(minutes), fromBcd(seconds));
  const back = new Date(timeMs);
  const valid =
    isHour &&
    [seconds, minutes, date, month & 0x1f, years].every(isBcd) &&
    back.getUTCSeconds() === fromBcd(seconds) &&
    back.getUTCMinutes() === fromBcd(minutes) &&
    back.getUTCDate() === fromBcd(date) &&
    back.getUTCMonth() === place;
  return { timeMs, valid };
}

function decodeHour(byte: number): { readonly hour: number; readonly isHour: boolean } {
  if ((byte & 0x40) === 0) {
    const hour = fromBcd(byte & 0x3f);
    return { hour, isHour: isBcd(byte & 0x3f) && hour < 24 };
  }
  const hour = fromBcd(byte & 0x1f);
  const isAfternoon = (byte & 0x20) !== 0;
  const isHour = isBcd(byte & 0x1f) && hour >= 1 && hour <= 12;
  return { hour: (hour % 12) + (isAfternoon ? 12 : 0), isHour };
}

function toBcd(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10);
}

function fromBcd(byte: number): number {
  return (byte >> 4) * 10 + (byte & 0x0f);
}

function isBcd(byte: number): boolean {
  return (byte & 0x0f) <= 9 && byte >> 4 <= 9;
}

/** What fails on the bus fails of the clock. */
function onBus<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!isHalError(error) || error.port !== 'i2c') throw error;
    const { code } = error;
    const isSame = code === 'closed' || code === 'not-present' || code === 'power-lost';
    throw new HalError(isSame ? code : 'io', 'rtc', error.message, { cause: error });
  }
}

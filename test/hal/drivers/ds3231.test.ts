import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createDs3231, type Ds3231 } from '#hal/drivers/ds3231';
import { HalError } from '#hal/errors';
import {
  type ChipBench,
  createChipBench,
  hex,
  timeBytes,
} from '../../sim/parts/ds3231/chip-bench.ts';

const controlAt = 0x0e;
const statusAt = 0x0f;
const osf = 0x80;
const someMs = Date.UTC(2027, 4, 6, 7, 8, 9);

let bench: ChipBench;
let rtc: Ds3231;

beforeEach(() => {
  bench = createChipBench();
  rtc = createDs3231(bench.bus);
});

/** The bytes of each transfer that writes some, as the chip takes them. */
function writtenDuring(run: () => void): string[] {
  const transfers: number[][] = [];
  const start = bench.chip.start.bind(bench.chip);
  const write = bench.chip.write.bind(bench.chip);
  bench.chip.start = (direction) => {
    if (direction === 'write') transfers.push([]);
    return start(direction);
  };
  bench.chip.write = (byte) => {
    transfers.at(-1)?.push(byte);
    return write(byte);
  };
  run();
  return transfers.filter(({ length }) => length > 1).map(hex);
}

describe('writing', () => {
  test('puts the time into the chip, 24 hours, Sunday as day 1, the century bit from 2100', () => {
    rtc.write(someMs + 999);
    expect(hex(bench.readAll(0x00, 7))).toBe(hex(timeBytes('2027-05-06 07:08:09', 5)));
  });

  test('writes the time in one transfer, and clears OSF after it', () => {
    bench.chip.setOscillatorBroken(true);
    bench.chip.setOscillatorBroken(false);
    expect(writtenDuring(() => rtc.write(someMs))).toEqual(['00 09 08 07 05 06 05 27', '0f 0b']);
    expect(rtc.read()).toEqual({ timeMs: someMs, valid: true });
  });

  test('leaves a chip that it could not set invalid', () => {
    bench.chip.setOscillatorBroken(true);
    bench.chip.setOscillatorBroken(false);
    bench.wires.failTransfers('nack-byte', 2);
    expect(() => rtc.write(someMs)).toThrow(HalError);
    expect(() => rtc.write(someMs)).toThrow(HalError);
    expect(rtc.read().valid).toBe(false);
  });

  test('keeps the oscillator running on battery', async () => {
    bench.write(controlAt, 0x9f);
    rtc.write(someMs);
    expect(bench.read(controlAt)).toBe(0x1f);
    bench.chip.setVcc(false);
    await bench.pass(60);
    bench.chip.setVcc(true);
    expect(rtc.read()).toEqual({ timeMs: someMs + 60_000, valid: true });
  });

  test('leaves the alarms, their flags and the 32 kHz output as they are', async () => {
    bench.write(0x07, 0x00, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
    await bench.pass(61);
    bench.write(statusAt, 0x03);
    rtc.write(someMs);
    expect(hex(bench.readAll(0x07, 9))).toBe('00 80 80 80 80 80 80 1c 03');
  });

  test.each([
    ['a millisecond before 2000', Date.UTC(2000, 0, 1) - 1],
    ['2100', Date.UTC(2100, 0, 1)],
    ['no number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
  ])('refuses %s', (_, timeMs) => {
    rtc.write(someMs);
    expect(() => rtc.write(timeMs)).toThrow(/bad-argument/);
    expect(rtc.read().timeMs).toBe(someMs);
  });

  test('reads any time back, in the range of the chip', () => {
    const whole = createDs3231(bench.bus, { lastYear: 2199 });
    const least = Date.UTC(2000, 0, 1);
    const most = Date.UTC(2200, 0, 1) - 1;
    const property = fc.property(fc.integer({ min: least, max: most }), (timeMs) => {
      whole.write(timeMs);
      expect(whole.read()).toEqual({ timeMs: Math.floor(timeMs / 1000) * 1000, valid: true });
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  test('reads any day of the two centuries back', () => {
    const whole = createDs3231(bench.bus, { lastYear: 2199 });
    const wrong: string[] = [];
    const oneDay = 86_400_000;
    for (let at = Date.UTC(2000, 0, 1); at < Date.UTC(2200, 0, 1); at += oneDay) {
      whole.write(at);
      const { timeMs, valid } = whole.read();
      if (timeMs !== at || !valid) wrong.push(new Date(at).toISOString());
    }
    expect(wrong).toEqual([]);
  });
});

describe('reading', () => {
  test.each([
    { hours: 0x00, hour: 0 },
    { hours: 0x09, hour: 9 },
    { hours: 0x12, hour: 12 },
    { hours: 0x23, hour: 23 },
    { hours: 0x52, hour: 0 },
    { hours: 0x41, hour: 1 },
    { hours: 0x51, hour: 11 },
    { hours: 0x72, hour: 12 },
    { hours: 0x61, hour: 13 },
    { hours: 0x71, hour: 23 },
  ])('takes $hours for hour $hour', ({ hours, hour }) => {
    rtc.write(Date.UTC(2027, 4, 6));
    bench.write(0x02, hours);
    expect(rtc.read()).toEqual({ timeMs: Date.UTC(2027, 4, 6, hour), valid: true });
  });

  test('sees that the oscillator stopped until the chip is set, however often it looks', () => {
    rtc.write(someMs);
    bench.chip.setOscillatorBroken(true);
    bench.chip.setOscillatorBroken(false);
    for (const look of [1, 2]) expect(rtc.read().valid, `look ${look}`).toBe(false);
    expect(bench.read(statusAt) & osf).toBe(osf);
    expect(writtenDuring(() => rtc.read())).toEqual([]);
  });

  test('never serves the first time of a new chip as valid', () => {
    bench.chip.setBattery(false);
    bench.chip.setVcc(false);
    bench.chip.setVcc(true);
    expect(rtc.read()).toEqual({ timeMs: Date.UTC(2000, 0, 1), valid: false });
  });

  test.each([
    { what: 'a second 60', at: 0x00, byte: 0x60 },
    { what: 'a second with a digit A', at: 0x00, byte: 0x0a },
    { what: 'a minute 75', at: 0x01, byte: 0x75 },
    { what: 'an hour 24', at: 0x02, byte: 0x24 },
    { what: 'an hour with a digit F', at: 0x02, byte: 0x1f },
    { what: 'an hour 0 AM', at: 0x02, byte: 0x40 },
    { what: 'an hour 13 PM', at: 0x02, byte: 0x73 },
    { what: 'a date 0', at: 0x04, byte: 0x00 },
    { what: '31 April', at: 0x04, byte: 0x31 },
    { what: 'a month 0', at: 0x05, byte: 0x00 },
    { what: 'a month 13', at: 0x05, byte: 0x13 },
    { what: 'a year with a digit A', at: 0x06, byte: 0xa0 },
  ])('takes $what for no time', ({ at, byte }) => {
    rtc.write(Date.UTC(2027, 3, 15, 10));
    bench.write(at, byte);
    const { timeMs, valid } = rtc.read();
    expect(valid).toBe(false);
    expect(Number.isInteger(timeMs)).toBe(true);
  });

  test('takes whatever bytes for something, and never throws', () => {
    const registers = fc.array(fc.nat(255), { minLength: 7, maxLength: 7 });
    const property = fc.property(registers, (bytes) => {
      bench.write(0x00, ...bytes);
      const { timeMs, valid } = rtc.read();
      expect(Number.isInteger(timeMs)).toBe(true);
      if (!valid) return;
      const shown = new Date(timeMs).toISOString();
      rtc.write(timeMs);
      expect(new Date(rtc.read().timeMs).toISOString()).toBe(shown);
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  test('is one transfer', () => {
    let starts = 0;
    const start = bench.chip.start.bind(bench.chip);
    bench.chip.start = (direction) => {
      starts += direction === 'write' ? 1 : 0;
      return start(direction);
    };
    rtc.read();
    expect(starts).toBe(1);
  });

  test('crosses the century on a chip that runs, and is right up to February', async () => {
    const whole = createDs3231(bench.bus, { lastYear: 2199 });
    whole.write(Date.UTC(2099, 11, 31, 23, 59, 58));
    await bench.pass(3);
    expect(whole.read()).toEqual({ timeMs: Date.UTC(2100, 0, 1, 0, 0, 1), valid: true });
    expect(rtc.read().valid).toBe(false);
    await bench.pass(59 * 86_400 - 2);
    expect(whole.read()).toEqual({ timeMs: Date.UTC(2100, 1, 28, 23, 59, 59), valid: true });
    // The chip goes on to 29 February, which is no date.
    await bench.pass(1);
    expect(whole.read().valid).toBe(false);
  });

  test('for years on a chip that runs is the calendar', async () => {
    const stepS = 86_400 * 17 + 4_321;
    rtc.write(someMs);
    const wrong: string[] = [];
    for (let at = someMs; at < Date.UTC(2100, 0, 1); at += stepS * 1000) {
      const { timeMs, valid } = rtc.read();
      if (timeMs !== at || !valid) wrong.push(new Date(at).toISOString());
      await bench.pass(stepS);
    }
    expect(wrong).toEqual([]);
  });
});

describe('the century', () => {
  test.each([
    { convention: 'set-from-2100' as const, lastYear: 2199, year: 2027, month: '05' },
    { convention: 'set-from-2100' as const, lastYear: 2199, year: 2127, month: '85' },
    { convention: 'set-from-2000' as const, lastYear: 2099, year: 2027, month: '85' },
  ])('$convention writes May $year as $month', ({ convention, lastYear, year, month }) => {
    const driver = createDs3231(bench.bus, { century: convention, lastYear });
    const timeMs = Date.UTC(year, 4, 6, 7, 8, 9);
    driver.write(timeMs);
    expect(hex([bench.read(0x05)])).toBe(month);
    expect(driver.read()).toEqual({ timeMs, valid: true });
  });

  test('of the other convention is a hundred years off, and noticed', () => {
    const other = createDs3231(bench.bus, { century: 'set-from-2000' });
    other.write(someMs);
    expect(rtc.read()).toEqual({ timeMs: Date.UTC(2127, 4, 6, 7, 8, 9), valid: false });
    rtc.write(someMs);
    expect(other.read()).toEqual({ timeMs: Date.UTC(1927, 4, 6, 7, 8, 9), valid: false });
  });
});

describe('temperature and aging', () => {
  test.each([25.25, 0, -0.25, -10.5, 84.75, -40])('reads %d °C', async (celsius) => {
    bench.chip.setCelsius(celsius);
    await bench.pass(65);
    expect(rtc.temperatureC()).toBe(celsius);
  });

  test.each([0, 1, 127, -1, -128])(
    'keeps %d steps of aging, and has them applied',
    async (steps) => {
      rtc.setAging(steps);
      expect(rtc.aging()).toBe(steps);
      await bench.pass(0.2);
      expect(bench.chip.ppm).toBeCloseTo(-0.1 * steps, 6);
    },
  );

  test('leaves a conversion under way to apply it', async () => {
    await bench.pass(64.05);
    rtc.setAging(10);
    expect(bench.read(controlAt) & 0x20).toBe(0);
    await bench.pass(0.1);
    expect(bench.chip.ppm).toBeCloseTo(-1, 6);
  });

  test.each([128, -129, 0.5, Number.NaN])('refuses %d steps', (steps) => {
    expect(() => rtc.setAging(steps)).toThrow(/bad-argument/);
  });
});

describe('a bus that fails', () => {
  test.each([
    { fault: 'nack-address' as const, code: 'not-present' },
    { fault: 'nack-byte' as const, code: 'io' },
    { fault: 'disturb' as const, code: 'io' },
  ])('with $fault is `$code` of the clock, and its cause is kept', ({ fault, code }) => {
    bench.wires.failTransfers(fault);
    let seen: unknown;
    try {
      rtc.read();
    } catch (error) {
      seen = error;
    }
    expect(seen).toMatchObject({ name: 'HalError', code, port: 'rtc', cause: { port: 'i2c' } });
    expect(() => rtc.read()).not.toThrow();
  });

  test('with a line held low is `io`', () => {
    bench.wires.holdLow(true);
    expect(() => rtc.read()).toThrow(/rtc: i2c: a line is held low.*\(io\)/);
  });
});

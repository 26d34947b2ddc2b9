import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ChipBench, createChipBench, hex, timeBytes } from './chip-bench.ts';

let bench: ChipBench;

beforeEach(() => {
  bench = createChipBench();
});

function shown(): string {
  return hex(bench.readAll(0x00, 7));
}

/** What the chip is to show at a time of our calendar, with Sunday as day 1. */
function calendarBytes(timeMs: number): string {
  const text = new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
  return hex(timeBytes(text, new Date(timeMs).getUTCDay() + 1));
}

describe('counting', () => {
  test.each([
    { from: '2026-06-01 10:00:09', to: '2026-06-01 10:00:10', what: 'a second' },
    { from: '2026-06-01 10:00:59', to: '2026-06-01 10:01:00', what: 'a minute' },
    { from: '2026-06-01 09:59:59', to: '2026-06-01 10:00:00', what: 'an hour' },
    { from: '2026-06-01 19:59:59', to: '2026-06-01 20:00:00', what: 'an hour of the twenties' },
    { from: '2026-06-30 23:59:59', to: '2026-07-01 00:00:00', what: 'a short month' },
    { from: '2026-07-31 23:59:59', to: '2026-08-01 00:00:00', what: 'a long month' },
    { from: '2026-12-31 23:59:59', to: '2027-01-01 00:00:00', what: 'a year' },
    { from: '2027-02-28 23:59:59', to: '2027-03-01 00:00:00', what: 'February of a common year' },
    { from: '2028-02-28 23:59:59', to: '2028-02-29 00:00:00', what: 'the eve of a leap day' },
    { from: '2028-02-29 23:59:59', to: '2028-03-01 00:00:00', what: 'a leap day' },
    { from: '2000-02-29 23:59:59', to: '2000-03-01 00:00:00', what: 'the leap day of 2000' },
    { from: '2096-02-29 23:59:59', to: '2096-03-01 00:00:00', what: 'the last leap day' },
    { from: '2099-12-31 23:59:59', to: '2100-01-01 00:00:00', what: 'the century: its bit is set' },
    // The datasheet: valid up to 2100. The year 2100 has no such day.
    { from: '2100-02-28 23:59:59', to: '2100-02-29 00:00:00', what: 'a leap day of its own' },
    { from: '2199-12-31 23:59:59', to: '2000-01-01 00:00:00', what: 'two: its bit is cleared' },
  ])('crosses $what', async ({ from, to }) => {
    bench.write(0x00, ...timeBytes(from, 3));
    await bench.pass(1);
    const isNextDay = to.endsWith('00:00:00') ? 4 : 3;
    expect(shown()).toBe(hex(timeBytes(to, isNextDay)));
  });

  test('has seven days, whichever is the first', async () => {
    const days: number[] = [];
    bench.write(0x00, ...timeBytes('2026-06-01 00:00:00', 6));
    for (let day = 0; day < 8; day += 1) {
      days.push(bench.read(0x03));
      await bench.pass(86_400);
    }
    expect(days).toEqual([6, 7, 1, 2, 3, 4, 5, 6]);
  });

  test('goes on with the days of the week where its calendar begins again', async () => {
    bench.write(0x00, ...timeBytes('2199-12-31 23:59:59', 7));
    await bench.pass(1);
    expect(bench.read(0x03)).toBe(1);
    await bench.pass(86_400);
    expect(bench.read(0x03)).toBe(2);
  });

  test.each([
    { hour: 0, byte: 0x52 },
    { hour: 1, byte: 0x41 },
    { hour: 9, byte: 0x49 },
    { hour: 10, byte: 0x50 },
    { hour: 11, byte: 0x51 },
    { hour: 12, byte: 0x72 },
    { hour: 13, byte: 0x61 },
    { hour: 22, byte: 0x70 },
    { hour: 23, byte: 0x71 },
  ])('shows hour $hour in 12 hours, with AM and PM', async ({ hour, byte }) => {
    bench.write(0x00, ...timeBytes('2026-06-01 00:59:59'));
    bench.write(0x02, 0x52);
    await bench.pass(1 + ((hour + 23) % 24) * 3600);
    expect(hex([bench.read(0x02)])).toBe(hex([byte]));
    bench.write(0x02, byte);
    expect(hex([bench.read(0x02)])).toBe(hex([byte]));
  });

  test('goes from 11:59:59 PM to 12 AM of the next day', async () => {
    bench.write(0x00, 0x59, 0x59, 0x71, 2, 0x01, 0x06, 0x26);
    await bench.pass(1);
    expect(shown()).toBe('00 00 52 03 02 06 26');
  });

  test('for years is the calendar, up to February 2100', async () => {
    // Steps that meet all hours, dates and days of the week, and are no multiple of anything.
    const stepS = 2_345_678;
    const startMs = Date.UTC(2024, 1, 27, 3, 4, 5);
    bench.write(0x00, ...timeBytes('2024-02-27 03:04:05', 3));
    const wrong: string[] = [];
    for (let timeMs = startMs; timeMs < Date.UTC(2100, 1, 29); timeMs += stepS * 1000) {
      if (shown() !== calendarBytes(timeMs)) wrong.push(`${calendarBytes(timeMs)}: ${shown()}`);
      await bench.pass(stepS);
    }
    expect(wrong).toEqual([]);
  });

  test('for any time is the calendar', async () => {
    const instant = fc.integer({
      min: 0,
      max: (Date.UTC(2099, 0, 1) - Date.UTC(2000, 0, 1)) / 1e3,
    });
    const property = fc.asyncProperty(instant, fc.nat(400 * 86_400), async (second, passS) => {
      const timeMs = Date.UTC(2000, 0, 1) + second * 1000;
      bench.write(
        0x00,
        ...calendarBytes(timeMs)
          .split(' ')
          .map((byte) => Number(`0x${byte}`)),
      );
      await bench.pass(passS);
      expect(shown()).toBe(calendarBytes(timeMs + passS * 1000));
    });
    await fc.assert(property);
  });
});

describe('writing', () => {
  test('the seconds begins the countdown chain anew', async () => {
    await bench.pass(0.9);
    bench.write(0x00, 0x10);
    await bench.pass(0.999_999);
    expect(hex([bench.read(0x00)])).toBe('10');
    await bench.pass(0.000_001);
    expect(hex([bench.read(0x00)])).toBe('11');
  });

  test('another register leaves the chain alone', async () => {
    bench.write(0x00, 0x10);
    await bench.pass(0.9);
    bench.write(0x01, 0x33, 0x07, 2, 0x06, 0x05, 0x27);
    await bench.pass(0.1);
    expect(shown()).toBe('11 33 07 02 06 05 27');
  });

  test('nonsense stands still, is read back, and counts once it is a time', async () => {
    bench.write(0x00, ...timeBytes('2027-02-10 23:59:58'));
    bench.write(0x04, 0x31);
    await bench.pass(100);
    expect(shown()).toBe('58 59 23 01 31 02 27');
    bench.write(0x05, 0x03);
    expect(shown()).toBe('58 59 23 01 31 03 27');
    await bench.pass(2);
    expect(shown()).toBe('00 00 00 02 01 04 27');
  });

  test.each([
    { what: 'a second 60', at: 0x00, byte: 0x60 },
    { what: 'a second that is no number', at: 0x00, byte: 0x0a },
    { what: 'a minute 60', at: 0x01, byte: 0x60 },
    { what: 'an hour 24', at: 0x02, byte: 0x24 },
    { what: 'an hour 13 PM', at: 0x02, byte: 0x73 },
    { what: 'an hour 0 AM', at: 0x02, byte: 0x40 },
    { what: 'a day 0', at: 0x03, byte: 0x00 },
    { what: 'a date 0', at: 0x04, byte: 0x00 },
    { what: '31 June', at: 0x04, byte: 0x31 },
    { what: 'a date that is no number', at: 0x04, byte: 0x1f },
    { what: 'a month 0', at: 0x05, byte: 0x00 },
    { what: 'a month 13', at: 0x05, byte: 0x13 },
    { what: 'a year that is no number', at: 0x06, byte: 0xa0 },
  ])('$what is held as it is', async ({ at, byte }) => {
    bench.write(0x00, ...timeBytes('2026-06-15 10:00:00'));
    bench.write(at, byte);
    const before = shown();
    await bench.pass(3_600);
    expect(bench.read(at)).toBe(byte);
    expect(shown()).toBe(before);
  });

  test.each(['2027-02-29', '2026-04-31'])('%s is no date, one day less is', async (date) => {
    bench.write(0x00, ...timeBytes(`${date} 10:00:00`));
    await bench.pass(1);
    expect(shown()).toBe(hex(timeBytes(`${date} 10:00:00`)));
    bench.write(0x04, bench.read(0x04) - 1);
    await bench.pass(1);
    expect(hex([bench.read(0x00)])).toBe('01');
  });
});

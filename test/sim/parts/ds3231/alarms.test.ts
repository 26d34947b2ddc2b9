import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type AlarmRegisters, nextMatch } from '#sim/parts/ds3231/alarms';
import { toTimeRegisters } from '#sim/parts/ds3231/calendar';
import { type ChipBench, createChipBench, timeBytes } from './chip-bench.ts';

let bench: ChipBench;

beforeEach(() => {
  bench = createChipBench();
});

const a1 = 0x07;
const a2 = 0x0b;
const statusAt = 0x0f;

/** In how many seconds the flag comes up, looking each second; undefined: not within `upToS`. */
async function secondsUntil(flag: 1 | 2, upToS: number): Promise<number | undefined> {
  for (let second = 1; second <= upToS; second += 1) {
    await bench.pass(1);
    if ((bench.read(statusAt) & flag) !== 0) return second;
  }
  return undefined;
}

function begin(at: string, day = 1): void {
  bench.write(statusAt, 0);
  bench.write(0x00, ...timeBytes(at, day));
}

describe('alarm 1', () => {
  test.each([
    { mask: '1111', what: 'every second', alarm: [0x80, 0x80, 0x80, 0x80], inS: 1 },
    { mask: '1110', what: 'the second', alarm: [0x05, 0x80, 0x80, 0x80], inS: 7 },
    { mask: '1100', what: 'minute and second', alarm: [0x05, 0x02, 0x80, 0x80], inS: 127 },
    { mask: '1000', what: 'hour, minute, second', alarm: [0x05, 0x02, 0x00, 0x80], inS: 127 },
    { mask: '0000', what: 'all and the date', alarm: [0x05, 0x02, 0x00, 0x01], inS: 127 },
    { mask: '0000', what: 'all and another date', alarm: [0x05, 0x02, 0x00, 0x02], inS: 86_527 },
    { mask: '0000 DY', what: 'all and the weekday', alarm: [0x05, 0x02, 0x00, 0x44], inS: 127 },
    { mask: '0000 DY', what: 'all and the next', alarm: [0x05, 0x02, 0x00, 0x45], inS: 86_527 },
  ])('with the mask $mask goes off at $what', async ({ alarm, inS }) => {
    begin('2026-05-31 23:59:58', 3);
    bench.write(a1, ...alarm);
    await bench.pass(inS - 1);
    expect(bench.read(statusAt) & 3).toBe(0);
    await bench.pass(1);
    expect(bench.read(statusAt) & 3).toBe(1);
  });

  test.each([
    { what: 'of another kind of hours', alarm: [0x05, 0x02, 0x52, 0x80] },
    { what: 'of a second that is none', alarm: [0x60, 0x80, 0x80, 0x80] },
    { what: 'of a minute that is none', alarm: [0x05, 0x7f, 0x80, 0x80] },
    { what: 'of an hour that is none', alarm: [0x05, 0x02, 0x24, 0x80] },
    { what: 'of a date that is none', alarm: [0x05, 0x02, 0x00, 0x32] },
    { what: 'of day 0', alarm: [0x05, 0x02, 0x00, 0x40] },
  ])('$what never goes off', async ({ alarm }) => {
    begin('2026-05-31 23:59:58');
    bench.write(a1, ...alarm);
    await bench.pass(70 * 86_400);
    expect(bench.read(statusAt) & 1).toBe(0);
  });

  test('in 12 hours is compared in 12 hours', async () => {
    bench.write(statusAt, 0);
    bench.write(0x00, 0x59, 0x59, 0x52, 1, 0x01, 0x06, 0x26);
    bench.write(a1, 0x00, 0x00, 0x61, 0x80);
    expect(await secondsUntil(1, 2)).toBe(undefined);
    await bench.pass(12 * 3600);
    expect(bench.read(statusAt) & 1).toBe(1);
  });
});

describe('alarm 2', () => {
  test.each([
    { mask: '111', what: 'every minute', alarm: [0x80, 0x80, 0x80], inS: 2 },
    { mask: '110', what: 'the minute', alarm: [0x02, 0x80, 0x80], inS: 122 },
    { mask: '100', what: 'hour and minute', alarm: [0x02, 0x01, 0x80], inS: 3_722 },
    { mask: '000', what: 'all and the date', alarm: [0x02, 0x00, 0x02], inS: 86_522 },
    { mask: '000 DY', what: 'all and the weekday', alarm: [0x02, 0x00, 0x44], inS: 122 },
  ])('with the mask $mask goes off at second 00 of $what', async ({ alarm, inS }) => {
    begin('2026-05-31 23:59:58', 3);
    bench.write(a2, ...alarm);
    await bench.pass(inS - 1);
    expect(bench.read(statusAt) & 3).toBe(0);
    await bench.pass(1);
    expect(bench.read(statusAt) & 3).toBe(2);
  });
});

describe('the flags', () => {
  test('stay until they are written 0, each for itself', async () => {
    begin('2026-05-31 23:59:58');
    bench.write(a1, 0x00, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
    await bench.pass(10);
    expect(bench.read(statusAt) & 3).toBe(3);
    bench.write(statusAt, 0x02);
    expect(bench.read(statusAt) & 3).toBe(2);
    bench.write(statusAt, 0x01);
    expect(bench.read(statusAt) & 3).toBe(0);
    await bench.pass(60);
    expect(bench.read(statusAt) & 3).toBe(3);
  });

  test('come up on battery, too', async () => {
    begin('2026-05-31 23:59:58');
    bench.write(a1, 0x00, 0x80, 0x80, 0x80);
    bench.chip.setVcc(false);
    await bench.pass(10);
    expect(bench.read(statusAt) & 1).toBe(1);
  });

  test('do not come up while the oscillator stands', async () => {
    begin('2026-05-31 23:59:58');
    bench.write(a1, 0x00, 0x80, 0x80, 0x80);
    bench.chip.setOscillatorBroken(true);
    await bench.pass(100);
    expect(bench.read(statusAt) & 1).toBe(0);
  });

  test('do not come up for a time that is written, only for one that comes', async () => {
    bench.write(a1, 0x05, 0x80, 0x80, 0x80);
    begin('2026-05-31 23:59:05');
    expect(bench.read(statusAt) & 1).toBe(0);
    expect(await secondsUntil(1, 60)).toBe(60);
  });

  test('stay down where the time stepped over the alarm', async () => {
    begin('2026-05-31 23:59:04');
    bench.write(a1, 0x05, 0x80, 0x80, 0x80);
    await bench.pass(0.5);
    bench.write(0x00, 0x06);
    await bench.pass(10);
    expect(bench.read(statusAt) & 1).toBe(0);
  });
});

describe('the next match', () => {
  const showing = { isTwelveHour: false, firstDay: 6 };
  const show = (seconds: number): Uint8Array => toTimeRegisters(seconds, showing);

  /** What the datasheet says, second by second: every field that is not masked is the same. */
  function matches(alarm: AlarmRegisters, shown: Uint8Array): boolean {
    const day = (alarm[3] ?? 0) & 0x40 ? shown[3] : shown[4];
    const clock = [0, 1, 2].every(
      (place) => (alarm[place] ?? 0) >= 0x80 || alarm[place] === shown[place],
    );
    return clock && ((alarm[3] ?? 0) >= 0x80 || ((alarm[3] ?? 0) & 0x3f) === day);
  }

  function nextBySearch(alarm: AlarmRegisters, after: number, upTo: number): number | undefined {
    for (let second = after + 1; second <= upTo; second += 1) {
      if (matches(alarm, show(second))) return second;
    }
    return undefined;
  }

  const field = (most: number): fc.Arbitrary<number> =>
    fc.oneof(
      fc.constant(0x80),
      fc.nat(most).map((value) => (Math.floor(value / 10) << 4) | (value % 10)),
    );
  const alarm = fc
    .tuple(
      field(59),
      field(59),
      field(23),
      fc.oneof(field(31), fc.integer({ min: 0x41, max: 0x47 })),
    )
    .map((bytes) => Uint8Array.from(bytes));

  test('is that of a search second by second', () => {
    const span = fc.record({ after: fc.nat(400 * 86_400), length: fc.nat(10_000) });
    const property = fc.property(alarm, span, (registers, { after, length }) => {
      const upTo = after + length;
      const wanted = nextBySearch(registers, after, upTo);
      expect(nextMatch(registers, show, { after, upTo })).toBe(wanted);
    });
    fc.assert(property, { numRuns: 200 });
  });

  test.each(['2026-01-31', '2027-01-30', '2026-07-31'])('after %s is not too far', (date) => {
    const after = (Date.parse(`${date}T12:00:00Z`) - Date.UTC(2000, 0, 1)) / 1000;
    for (const byte of [0x29, 0x30, 0x31]) {
      const registers = Uint8Array.of(0, 0, 0, byte);
      const match = nextMatch(registers, show, { after, upTo: Number.POSITIVE_INFINITY });
      expect(match).toBeGreaterThan(after);
      expect([...show(match ?? 0).subarray(0, 5)]).toEqual([0, 0, 0, expect.any(Number), byte]);
    }
  });
});

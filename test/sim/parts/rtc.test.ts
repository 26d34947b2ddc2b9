import { beforeEach, describe, expect, test } from 'vitest';
import { HalError } from '#hal/errors';
import { UsageError } from '#sim/kernel/invariant';
import { RtcPart, type RtcOptions } from '#sim/parts/rtc';
import { createPartBench, type PartBench } from './part-bench.ts';

const secondUs = 1_000_000;
const dayUs = 86_400 * secondUs;
const lostMs = Date.UTC(2000, 0, 1);

let bench: PartBench;
let startMs: number;

beforeEach(() => {
  bench = createPartBench();
  startMs = bench.world.nowUs / 1000;
});

function createRtc(options?: RtcOptions): RtcPart {
  return new RtcPart(bench.site, options);
}

/** What the firmware reads, in ms after the start of the world. */
function reading(rtc: RtcPart): { readonly sinceStartMs: number; readonly valid: boolean } {
  const { timeMs, valid } = rtc.connect(bench.begin()).read();
  return { sinceStartMs: timeMs - startMs, valid };
}

describe('reading', () => {
  test('answers whole seconds, rounded down', async () => {
    const rtc = createRtc();
    await bench.world.runFor(1_999_999);
    expect(reading(rtc)).toEqual({ sinceStartMs: 1_000, valid: true });
    await bench.world.runFor(1);
    expect(reading(rtc)).toEqual({ sinceStartMs: 2_000, valid: true });
    expect(rtc.timeMs).toBe(startMs + 2_000);
  });

  test('a chip that is ahead reads ahead', () => {
    expect(reading(createRtc({ offsetMs: 90_000 })).sinceStartMs).toBe(90_000);
    expect(reading(createRtc({ offsetMs: -500 })).sinceStartMs).toBe(-1_000);
  });

  test.each([
    { driftPpm: 0, sinceStartMs: 86_400_000 },
    { driftPpm: 20, sinceStartMs: 86_401_000 },
    { driftPpm: -20, sinceStartMs: 86_398_000 },
  ])('its own crystal at $driftPpm ppm reads $sinceStartMs ms after a day', async (row) => {
    const rtc = createRtc({ driftPpm: row.driftPpm });
    await bench.world.runFor(dayUs);
    expect(reading(rtc).sinceStartMs).toBe(row.sinceStartMs);
  });

  test.each([Number.NaN, -1_000_000])('a crystal off by %d ppm is refused', (ppm) => {
    expect(() => createRtc().setDriftPpm(ppm)).toThrow(UsageError);
    expect(() => createRtc({ driftPpm: ppm })).toThrow(UsageError);
  });

  test('a change of its crystal counts from then on', async () => {
    const rtc = createRtc();
    await bench.world.runFor(dayUs);
    rtc.setDriftPpm(1_000);
    await bench.world.runFor(1_000 * secondUs);
    expect(reading(rtc).sinceStartMs).toBe(86_400_000 + 1_001_000);
  });
});

describe('setting', () => {
  test('by the firmware takes effect at once and rounds down to the second', async () => {
    const rtc = createRtc();
    const port = rtc.connect(bench.begin());
    await bench.world.runFor(700_000);
    port.write(startMs + 10_999);
    expect(port.read()).toEqual({ timeMs: startMs + 10_000, valid: true });
    await bench.world.runFor(999_999);
    expect(port.read().timeMs).toBe(startMs + 10_000);
    await bench.world.runFor(1);
    expect(port.read().timeMs).toBe(startMs + 11_000);
  });

  test.each([
    ['a millisecond before 2000', Date.UTC(2000, 0, 1) - 1],
    ['the year 2100', Date.UTC(2100, 0, 1)],
    ['no number', Number.NaN],
  ])('to %s is refused', (_, timeMs) => {
    const rtc = createRtc();
    const port = rtc.connect(bench.begin());
    expect(() => port.write(timeMs)).toThrow(HalError);
    expect(() => rtc.setTime(timeMs)).toThrow(UsageError);
    expect(port.read().timeMs).toBe(startMs);
  });

  test.each([Date.UTC(2000, 0, 1), Date.UTC(2099, 11, 31, 23, 59, 59), 2 ** 31 * 1000])(
    'to %d ms works',
    (timeMs) => {
      const port = createRtc().connect(bench.begin());
      port.write(timeMs);
      expect(port.read()).toEqual({ timeMs, valid: true });
    },
  );

  test('from outside keeps the fraction of the second', async () => {
    const rtc = createRtc();
    rtc.setTime(startMs + 600);
    await bench.world.runFor(400_000);
    expect(reading(rtc).sinceStartMs).toBe(1_000);
  });

  test('by a firmware whose life is over does nothing', () => {
    const rtc = createRtc();
    const dead = rtc.connect(bench.begin());
    bench.begin();
    dead.write(startMs + 99_000);
    expect(rtc.timeMs).toBe(startMs);
  });
});

describe('battery', () => {
  test('a good one keeps the chip counting while the board is off', async () => {
    const rtc = createRtc();
    rtc.setBoardPower(true);
    rtc.setBoardPower(false);
    await bench.world.runFor(dayUs);
    rtc.setBoardPower(true);
    expect(reading(rtc)).toEqual({ sinceStartMs: 86_400_000, valid: true });
  });

  test('a dead one does no harm while the board is on', async () => {
    const rtc = createRtc();
    rtc.setBoardPower(true);
    rtc.setBattery(false);
    await bench.world.runFor(dayUs);
    expect(reading(rtc)).toEqual({ sinceStartMs: 86_400_000, valid: true });
  });

  test.each(['before', 'while'])(
    'one that is dead %s the board goes off loses time',
    async (when) => {
      const rtc = createRtc();
      rtc.setBoardPower(true);
      if (when === 'before') rtc.setBattery(false);
      rtc.setBoardPower(false);
      if (when === 'while') rtc.setBattery(false);
      await bench.world.runFor(dayUs);
      rtc.setBoardPower(true);
      await bench.world.runFor(5 * secondUs);
      const port = rtc.connect(bench.begin());
      expect(port.read()).toEqual({ timeMs: lostMs + 5_000, valid: false });
      port.write(startMs);
      expect(port.read()).toEqual({ timeMs: startMs, valid: true });
    },
  );

  test('a new one while the board is off does not bring the time back', async () => {
    const rtc = createRtc();
    rtc.setBattery(false);
    rtc.setBattery(true);
    await bench.world.runFor(secondUs);
    expect(reading(rtc).valid).toBe(false);
  });

  test('a board delivered with a dead one starts with a lost time', () => {
    const rtc = createRtc({ battery: 'dead' });
    expect(rtc.isBatteryGood).toBe(false);
    rtc.setBoardPower(true);
    expect(rtc.connect(bench.begin()).read()).toEqual({ timeMs: lostMs, valid: false });
  });
});

describe('oscillator', () => {
  test('one that stops leaves the time standing and invalid, until it runs and is set', async () => {
    const rtc = createRtc();
    rtc.setBoardPower(true);
    await bench.world.runFor(10 * secondUs);
    rtc.stopOscillator();
    expect(rtc.isOscillatorRunning).toBe(false);
    await bench.world.runFor(dayUs);
    expect(reading(rtc)).toEqual({ sinceStartMs: 10_000, valid: false });
    rtc.startOscillator();
    await bench.world.runFor(secondUs);
    expect(reading(rtc)).toEqual({ sinceStartMs: 11_000, valid: false });
    rtc.connect(bench.begin()).write(startMs);
    expect(reading(rtc)).toEqual({ sinceStartMs: 0, valid: true });
  });

  test('setting the time while it stands does not make it valid', async () => {
    const rtc = createRtc();
    rtc.stopOscillator();
    rtc.connect(bench.begin()).write(startMs + 50_000);
    await bench.world.runFor(dayUs);
    expect(reading(rtc)).toEqual({ sinceStartMs: 50_000, valid: false });
  });
});

test('reset brings back the chip as delivered', async () => {
  const rtc = createRtc({ offsetMs: 5_000, driftPpm: 20 });
  rtc.setBattery(false);
  rtc.stopOscillator();
  await bench.world.runFor(secondUs);
  rtc.reset();
  expect([rtc.isBatteryGood, rtc.isOscillatorRunning, rtc.isValid]).toEqual([true, true, true]);
  expect(rtc.timeMs).toBe(startMs + 6_000);
});

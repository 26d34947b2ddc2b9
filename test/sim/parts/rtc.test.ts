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

describe('the coin cell', () => {
  const christmasUs = Date.UTC(2026, 11, 25, 12) * 1000;

  test('that dies over Christmas takes the time along', async () => {
    const rtc = createRtc();
    rtc.setBoardPower(true);
    rtc.endBatteryAt(christmasUs);
    rtc.setBoardPower(false);
    await bench.world.runUntil(christmasUs - 1);
    expect([rtc.isBatteryGood, rtc.isValid, rtc.pendingFaults]).toEqual([
      true,
      true,
      ['battery-dies'],
    ]);
    await bench.world.runUntil(christmasUs);
    expect([rtc.isBatteryGood, rtc.isValid, rtc.pendingFaults]).toEqual([false, false, []]);
  });

  test('that dies while the board is on is noticed at the next night', async () => {
    const rtc = createRtc();
    rtc.setBoardPower(true);
    rtc.endBatteryAt(christmasUs);
    await bench.world.runUntil(christmasUs + dayUs);
    expect([rtc.isBatteryGood, rtc.isValid]).toEqual([false, true]);
    rtc.setBoardPower(false);
    expect(rtc.isValid).toBe(false);
  });

  test('that was changed before does not die', async () => {
    const rtc = createRtc();
    rtc.endBatteryAt(christmasUs);
    rtc.setBattery('good');
    await bench.world.runUntil(christmasUs + dayUs);
    expect(rtc.isBatteryGood).toBe(true);
  });

  test('cannot have died before', () => {
    expect(() => createRtc().endBatteryAt(bench.world.nowUs - 1)).toThrow(UsageError);
  });

  test('taken out is none, and put back waits for the board', async () => {
    const rtc = createRtc();
    rtc.setBattery('removed');
    rtc.setBattery('good');
    await bench.world.runFor(dayUs);
    expect([rtc.isOscillatorRunning, rtc.timeMs]).toEqual([false, lostMs]);
    rtc.setBoardPower(true);
    expect(rtc.isOscillatorRunning).toBe(true);
  });

  test('whose contacts bounce leaves no time, and no flag', () => {
    const rtc = createRtc();
    expect(rtc.bounceBattery()).toBe(true);
    rtc.setBoardPower(true);
    expect(rtc.isValid).toBe(true);
    expect(rtc.connect(bench.begin()).read().valid).toBe(false);
  });

  test.each(['the board is on', 'there is no good cell'])(
    'whose contacts bounce does no harm where %s',
    (why) => {
      const rtc = createRtc();
      rtc.setBoardPower(true);
      if (why !== 'the board is on') rtc.setBattery('dead');
      expect(rtc.bounceBattery()).toBe(false);
      expect(reading(rtc)).toEqual({ sinceStartMs: 0, valid: true });
    },
  );
});

describe('temperature', () => {
  test('takes the crystal along, and the chip compensates most of it', async () => {
    const rtc = createRtc();
    rtc.setTemperature(60);
    expect(rtc.temperatureC).toBe(60);
    await bench.world.runFor(dayUs);
    const aheadMs = rtc.timeMs - bench.world.nowUs / 1000;
    expect(aheadMs).toBeGreaterThan(-75);
    expect(aheadMs).toBeLessThan(-55);
    expect(rtc.driftPpm).toBe(0);
  });

  test.each([-40.5, 85.5, Number.NaN])('of %d °C is none that it stands', (celsius) => {
    expect(() => createRtc().setTemperature(celsius)).toThrow(UsageError);
  });
});

describe('the bus', () => {
  test('is that of the board’s one chip', () => {
    const rtc = createRtc();
    const bus = rtc.bus.connect(bench.begin());
    expect(bus.writeRead(0x68, Uint8Array.of(0x05), 2)).toEqual(Uint8Array.of(0x11, 0x26));
    expect(rtc.chip.registers()[0x06]).toBe(0x26);
  });

  test('that fails is an error of the clock, and an order of the board', () => {
    const rtc = createRtc();
    const port = rtc.connect(bench.begin());
    rtc.bus.failTransfers('nack-address');
    expect(rtc.pendingFaults).toEqual(['nack-address']);
    expect(() => port.read()).toThrow(/rtc: .*nobody answers.*not-present/);
    expect(port.read().valid).toBe(true);
  });

  test('carries nothing of a firmware whose life is over', () => {
    const port = createRtc().connect(bench.begin());
    bench.begin();
    expect(() => port.read()).toThrow(/closed/);
  });
});

test('in a world beyond the years it can tell, it does not vouch for them', () => {
  const yearMs = 366 * 86_400_000;
  const rtc = createRtc({ offsetMs: Date.UTC(2100, 2, 1) - startMs });
  expect(new Date(rtc.timeMs).toISOString()).toBe('2100-03-01T00:00:00.000Z');
  expect(rtc.connect(bench.begin()).read()).toEqual({ timeMs: rtc.timeMs, valid: false });
  const early = createRtc({ offsetMs: Date.UTC(2000, 0, 1) - startMs - yearMs });
  expect(early.connect(bench.begin()).read().valid).toBe(false);
});

test('it goes on from what was saved', async () => {
  const rtc = createRtc({ driftPpm: 30 });
  rtc.setBoardPower(true);
  rtc.setTemperature(48);
  rtc.setBattery('removed');
  await bench.world.runFor(100 * secondUs);
  const other = createRtc();
  other.restore(structuredClone(rtc.save()));
  await bench.world.runFor(dayUs);
  expect(other.timeMs).toBe(rtc.timeMs);
  expect(other.save()).toEqual(rtc.save());
  other.setBoardPower(false);
  expect(other.isValid).toBe(false);
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

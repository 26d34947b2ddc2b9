import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadWallClock, type ClockStep, type SteerableClock } from '#firmware/time/wall-clock';
import type { Clock } from '#hal/clock';
import { HalError } from '#hal/errors';
import type { Rtc } from '#hal/rtc';
import { SimBoard } from '#sim/board';
import { World } from '#sim/kernel/world';

const second = 1_000_000;
const buildDateMs = Date.UTC(2026, 10, 1);
const plausibleMs = Date.UTC(2027, 4, 6, 7, 8, 9);

/** A board whose firmware is nothing but a wall clock, loaded `afterUs` after power-on. */
async function loaded(
  prepare: (board: SimBoard) => void,
  afterUs = 0,
): Promise<{ world: World; board: SimBoard; wallClock: SteerableClock; clock: Clock }> {
  const world = new World();
  const board = new SimBoard(world);
  let ports: { readonly clock: Clock; readonly rtc: Rtc } | undefined;
  board.install((port) => {
    ports = port;
    return { stop: () => undefined };
  });
  board.powerOn();
  prepare(board);
  await world.runFor(afterUs);
  if (ports === undefined) throw new Error('the board did not start');
  return { world, board, clock: ports.clock, wallClock: loadWallClock(ports.clock, ports.rtc) };
}

describe('the wall clock at boot', () => {
  it.each([
    ['what the RTC says', plausibleMs, true, 'rtc', plausibleMs],
    ['what the RTC says, from the build date on', buildDateMs, true, 'rtc', buildDateMs],
    ['the build date where the RTC is before it', buildDateMs - 1000, true, 'unset', buildDateMs],
    ['the build date where the RTC stood still', plausibleMs, false, 'unset', buildDateMs],
  ] as const)('is %s', async (_what, rtcMs, isRunning, trust, expectedMs) => {
    const { wallClock } = await loaded(({ rtc }) => {
      rtc.setTime(rtcMs);
      if (!isRunning) rtc.stopOscillator();
    });
    expect(wallClock.trust).toBe(trust);
    expect(wallClock.nowMs()).toBe(expectedMs);
    expect(wallClock.readRtc()?.isValid).toBe(isRunning);
  });

  it('is the build date where the RTC does not answer', async () => {
    const { clock } = await loaded(() => undefined);
    const fail = (): never => {
      throw new HalError('io', 'rtc', 'no answer on the bus');
    };
    const wallClock = loadWallClock(clock, { read: fail, write: fail });
    expect([wallClock.trust, wallClock.nowMs()]).toEqual(['unset', buildDateMs]);
    expect(wallClock.readRtc()).toBeUndefined();
    expect(wallClock.setManually(plausibleMs)).toBe('rtc-failed');
    expect([wallClock.trust, wallClock.nowMs()]).toEqual(['manual', plausibleMs]);
  });

  it('is not set to a time before the build date', async () => {
    const { wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs));
    expect(wallClock.setManually(buildDateMs - 1)).toBe('before-build');
    expect([wallClock.trust, wallClock.nowMs()]).toEqual(['rtc', plausibleMs]);
    expect(wallClock.setManually(buildDateMs)).toBe('rtc-set');
    wallClock.step(-1, 'outside');
    expect(wallClock.nowMs()).toBe(buildDateMs);
  });

  it('takes the time since power-on into account, however late it is loaded', async () => {
    const { world, wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs), 7 * second);
    expect(wallClock.nowMs()).toBe(plausibleMs + 7_000);
    await world.runFor(3 * second);
    expect(wallClock.nowMs()).toBe(plausibleMs + 10_000);
  });
});

describe('the wall clock while it runs', () => {
  it('counts by the monotonic clock, whatever becomes of the RTC', async () => {
    const { world, board, wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs));
    board.rtc.setTime(plausibleMs + 3_600_000);
    await world.runFor(60 * second);
    expect(wallClock.nowMs()).toBe(plausibleMs + 60_000);
  });

  it('is set by a person, and the RTC with it, for the next boot too', async () => {
    const { world, wallClock, clock, board } = await loaded(({ rtc }) => rtc.stopOscillator());
    board.rtc.startOscillator();
    expect(wallClock.setManually(plausibleMs)).toBe('rtc-set');
    await world.runFor(5 * second);
    expect([wallClock.trust, wallClock.nowMs()]).toEqual(['manual', plausibleMs + 5_000]);
    expect(wallClock.readRtc()).toEqual({ timeMs: plausibleMs + 5_000, isValid: true });
    expect(board.rtc.timeMs).toBe(plausibleMs + 5_000);
    const next = loadWallClock(
      clock,
      { read: () => expect.unreachable(), write: () => undefined },
      wallClock.record(),
    );
    expect([next.trust, next.nowMs()]).toEqual(['manual', plausibleMs + 5_000]);
  });
});

describe('the wall clock in hand', () => {
  it.each([
    // 500 ppm: half a millisecond a second.
    { slewMs: 100, afterS: 1, gainMs: 0.5, leftMs: 99.5 },
    { slewMs: 100, afterS: 199, gainMs: 99.5, leftMs: 0.5 },
    { slewMs: 100, afterS: 200, gainMs: 100, leftMs: 0 },
    { slewMs: 100, afterS: 3600, gainMs: 100, leftMs: 0 },
    { slewMs: -100, afterS: 100, gainMs: -50, leftMs: -50 },
    { slewMs: -100, afterS: 400, gainMs: -100, leftMs: 0 },
  ])('has slewed $gainMs of $slewMs ms after $afterS s', async ({ ...row }) => {
    const { world, wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs));
    wallClock.slew(row.slewMs);
    expect(wallClock.nowMs()).toBe(plausibleMs);
    await world.runFor(row.afterS * second);
    expect(wallClock.nowMs()).toBeCloseTo(plausibleMs + row.afterS * 1000 + row.gainMs, 2);
    expect(wallClock.slewLeftMs).toBeCloseTo(row.leftMs, 6);
  });

  it('goes on slewing where its rate is set, and stops where it steps', async () => {
    const { world, wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs));
    wallClock.slew(100);
    await world.runFor(100 * second);
    wallClock.setRate(-50);
    await world.runFor(50 * second);
    expect(wallClock.nowMs()).toBeCloseTo(plausibleMs + 150_000 + 75 - 2.5, 2);
    wallClock.step(1_000, 'sync');
    await world.runFor(100 * second);
    expect(wallClock.slewLeftMs).toBe(0);
    expect(wallClock.nowMs()).toBeCloseTo(plausibleMs + 251_000 + 75 - 7.5, 2);
  });

  it('tells of each step, right after it, and of no slew', async () => {
    const { wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs));
    const steps: (ClockStep & { readonly nowMs: number })[] = [];
    const end = wallClock.onStep((step) => steps.push({ ...step, nowMs: wallClock.nowMs() }));
    wallClock.slew(100);
    wallClock.setRate(10);
    wallClock.step(-500, 'sync');
    wallClock.setManually(plausibleMs + 9_000);
    end();
    wallClock.step(500, 'outside');
    const [first, then] = [plausibleMs - 500, plausibleMs + 9_000];
    expect(steps).toEqual([
      { fromMs: plausibleMs, toMs: first, cause: 'sync', nowMs: first },
      { fromMs: first, toMs: then, cause: 'manual', nowMs: then },
    ]);
  });

  it('tells of each change of trust', async () => {
    const { wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs));
    const told: string[] = [];
    wallClock.onTrust((trust) => told.push(trust));
    wallClock.believe('rtc');
    wallClock.believe('synchronised');
    wallClock.setManually(plausibleMs);
    expect(told).toEqual(['synchronised', 'manual']);
  });

  const act = fc.oneof(
    fc.record({ kind: fc.constant('slew'), by: fc.double({ min: -128, max: 128, noNaN: true }) }),
    fc.record({ kind: fc.constant('rate'), by: fc.double({ min: -500, max: 500, noNaN: true }) }),
    fc.record({ kind: fc.constant('step'), by: fc.double({ min: -9e6, max: 9e6, noNaN: true }) }),
  );

  it('never runs backward but for the steps it tells of, and never before the build date', async () => {
    const span = fc.integer({ min: 1, max: 4_000_000_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(span, act), { maxLength: 20 }), async (acts) => {
        const { world, wallClock } = await loaded(({ rtc }) => rtc.setTime(buildDateMs));
        let beforeMs = wallClock.nowMs();
        wallClock.onStep(({ fromMs, toMs }) => {
          expect(fromMs).toBeGreaterThanOrEqual(beforeMs);
          beforeMs = toMs;
        });
        const look = (): void => {
          expect(wallClock.nowMs()).toBeGreaterThanOrEqual(beforeMs);
          beforeMs = wallClock.nowMs();
          expect(beforeMs).toBeGreaterThanOrEqual(buildDateMs);
        };
        for (const [spanUs, { kind, by }] of acts) {
          await world.runFor(Math.floor(spanUs / 2));
          look();
          await world.runFor(Math.ceil(spanUs / 2));
          look();
          if (kind === 'slew') wallClock.slew(by);
          else if (kind === 'rate') wallClock.setRate(by);
          else wallClock.step(by, 'outside');
          look();
        }
      }),
    );
  });

  it('goes on from a record in the middle of a slew', async () => {
    const { world, clock, wallClock } = await loaded(({ rtc }) => rtc.setTime(plausibleMs));
    wallClock.setRate(20);
    wallClock.slew(-100);
    await world.runFor(60 * second);
    const never = { read: () => expect.unreachable(), write: () => undefined };
    const next = loadWallClock(clock, never, wallClock.record());
    expect([next.nowMs(), next.slewLeftMs]).toEqual([wallClock.nowMs(), wallClock.slewLeftMs]);
    await world.runFor(600 * second);
    expect(next.nowMs()).toBe(wallClock.nowMs());
  });
});

import { describe, expect, it } from 'vitest';
import { loadWallClock, type WallClock } from '#firmware/time/wall-clock';
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
): Promise<{ world: World; board: SimBoard; wallClock: WallClock; clock: Clock }> {
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
    const { record } = wallClock;
    const next = loadWallClock(
      clock,
      { read: () => expect.unreachable(), write: () => undefined },
      record(),
    );
    expect([next.trust, next.nowMs()]).toEqual(['manual', plausibleMs + 5_000]);
  });
});

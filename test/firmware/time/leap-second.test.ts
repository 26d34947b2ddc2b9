import { describe, expect, it } from 'vitest';

import { timeStepOf } from '#firmware/two-step/totp';
import { TimeRig } from './time-rig.ts';

const newYearMs = Date.UTC(2027, 0, 1);

/** A board that was synchronised three hours before the year ends; its servers announce. */
async function beforeNewYear(leap: 'insert' | 'delete'): Promise<TimeRig> {
  const rig = new TimeRig({ startUs: (newYearMs - 3 * 3_600_000) * 1000 });
  for (const server of rig.timeServers.all) server.set({ leap });
  await rig.boots();
  return rig;
}

/** The servers count the second themselves, and announce no more. */
function serversLeap(rig: TimeRig, offsetMs: number): void {
  for (const server of rig.timeServers.all) server.set({ leap: 'none', offsetMs });
}

describe('a leap second', () => {
  it.each([
    { leap: 'insert', byMs: -1_000, dueMs: newYearMs, text: 'one second more', sign: '-' },
    { leap: 'delete', byMs: 1_000, dueMs: newYearMs - 1_000, text: 'one second less', sign: '+' },
  ] as const)('to $leap is a step at its time', async ({ leap, byMs, dueMs, text, sign }) => {
    const rig = await beforeNewYear(leap);
    const { wallClock } = rig.services;
    const steps: unknown[] = [];
    wallClock.onStep(({ fromMs, toMs, cause }) => {
      steps.push({ cause, byMs: Math.round(toMs - fromMs), lateMs: Math.round(fromMs - dueMs) });
    });
    expect(rig.status.leap).toEqual({ kind: leap, atMs: newYearMs });
    await rig.board.world.runUntil((dueMs - 500) * 1000);
    expect(steps).toEqual([]);
    await rig.board.world.runUntil(dueMs * 1000);
    serversLeap(rig, byMs);
    await rig.passHours(30);
    expect(steps).toEqual([{ cause: 'leap-second', byMs, lateMs: 0 }]);
    expect(rig.errorMs - byMs).toBeCloseTo(0, 0);
    expect(rig.status.crystalPpm ?? 0).toBeCloseTo(0, 0);
    expect(rig.log.slice(1)).toEqual([
      `the time servers announce a leap second at 2027-01-01 00:00:00 UTC: ${text}`,
      `clock stepped by ${sign}1.0 s: a leap second`,
    ]);
  });

  it('comes once, however often midnight does, and however long it is announced', async () => {
    const rig = await beforeNewYear('insert');
    const steps: unknown[] = [];
    rig.services.wallClock.onStep((step) => steps.push(step));
    await rig.board.world.runUntil(newYearMs * 1000 + 1);
    for (const server of rig.timeServers.all) server.set({ offsetMs: -1_000 });
    void rig.services.timekeeper.syncNow();
    await rig.pass(10);
    expect(steps).toHaveLength(1);
    // They announce it still: for the end of the next month, as far as anybody can tell.
    await rig.passHours(2);
    expect(rig.status.leap?.atMs).toBe(Date.UTC(2027, 1, 1));
    serversLeap(rig, -1_000);
    await rig.passHours(1);
    expect(rig.status.leap).toBeUndefined();
    expect(rig.log.at(-1)).toBe('the time servers announce no leap second any more');
  });

  it('leaves codes usable: the phone is off by a second at most', async () => {
    const rig = await beforeNewYear('insert');
    await rig.board.world.runUntil(newYearMs * 1000);
    serversLeap(rig, -1_000);
    for (let seconds = 0; seconds < 4; seconds += 1) {
      await rig.pass(1);
      const phone = timeStepOf(rig.trueMs - 1_000);
      expect(Math.abs(timeStepOf(rig.services.wallClock.nowMs()) - phone)).toBeLessThanOrEqual(1);
    }
  });

  it('that one of three announces is not believed', async () => {
    const rig = new TimeRig({ startUs: (newYearMs - 3_600_000) * 1000 });
    rig.server(1).set({ leap: 'insert' });
    await rig.boots();
    expect(rig.status.leap).toBeUndefined();
  });

  it('is forgotten where a person sets the clock over it', async () => {
    const rig = await beforeNewYear('insert');
    rig.services.wallClock.setManually(newYearMs + 5_000);
    expect(rig.status.leap).toBeUndefined();
    rig.services.wallClock.setManually(newYearMs - 5_000);
    await rig.pass(10);
    expect(rig.log.some((text) => text.includes('stepped'))).toBe(false);
  });
});

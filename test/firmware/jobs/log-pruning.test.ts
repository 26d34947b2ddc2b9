import { describe, expect, it } from 'vitest';
import { firmwareBuildMs } from '#firmware/version';
import { TwoStepRig } from '../two-step/two-step-rig.ts';

const day = 86_400;

/** A log with so many entries of now, and the job at work. */
function rigWithEntries(count: number, atMs?: number) {
  const rig = new TwoStepRig();
  if (atMs !== undefined) rig.setClock(atMs);
  const { log, store, scheduler } = rig.services;
  store.transaction(() => {
    for (let made = 0; made < count; made += 1) {
      log.append({ severity: 'info', category: 'test', text: `entry ${made}` });
    }
  });
  scheduler.start();
  const entries = (): number => log.page({ category: 'test', limit: 10_000 }).length;
  return { rig, entries };
}

describe('entries of the event log', () => {
  it('older than the setting are removed, once a day, and that is noted', async () => {
    const { rig, entries } = rigWithEntries(3_000);
    rig.services.settings.set('log.keepDays', 30);
    await rig.pass(30 * day);
    expect(entries()).toBe(3_000);
    await rig.pass(1 * day);
    expect(rig.logTexts()[0]).toBe('2000 entries older than 30 days removed from the event log');
    expect(entries()).toBe(1_000);
    await rig.pass(1 * day);
    // The note itself is one of the newest thousand.
    expect(entries()).toBe(999);
  });

  it('stay for as long as there is room, where the setting says so', async () => {
    const { rig, entries } = rigWithEntries(3_000);
    rig.services.settings.set('log.keepDays', 0);
    await rig.pass(400 * day);
    expect(entries()).toBe(3_000);
  });

  it('stay while nobody knows the time', async () => {
    // Where an unset clock begins: three days later they are old by it.
    const { rig } = rigWithEntries(3_000, firmwareBuildMs);
    rig.services.settings.set('log.keepDays', 1);
    rig.board.rtc.stopOscillator();
    const { scheduler, wallClock } = rig.bootWell();
    scheduler.start();
    await rig.pass(3 * day);
    expect(wallClock.trust).toBe('unset');
    expect(rig.services.log.page({ category: 'test', limit: 10_000 })).toHaveLength(3_000);
  });

  it('the newest thousand stay, whatever the clock says', () => {
    const { rig, entries } = rigWithEntries(1_500);
    expect(rig.services.log.prune(rig.nowMs + 1e12)).toBe(500);
    expect(entries()).toBe(1_000);
    rig.services.log.append({ severity: 'info', category: 'test', text: 'the next one' });
    expect(rig.services.log.page({ limit: 1 })).toMatchObject([{ id: 1_501 }]);
  });

  it('of an hour of a wrong clock do not save older ones, nor are younger ones lost', () => {
    const { rig, entries } = rigWithEntries(500);
    const { log, wallClock } = rig.services;
    const beforeMs = rig.nowMs + 1000;
    wallClock.setManually(rig.nowMs + 40 * day * 1000);
    for (let made = 0; made < 1_200; made += 1) {
      log.append({ severity: 'info', category: 'test', text: 'young' });
    }
    expect(log.prune(beforeMs)).toBe(500);
    expect(entries()).toBe(1_200);
    expect(log.prune(beforeMs)).toBe(0);
  });
});

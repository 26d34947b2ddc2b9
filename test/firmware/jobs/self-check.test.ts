import { describe, expect, it } from 'vitest';
import { createSelfCheckJob } from '#firmware/jobs/self-check';
import { DataVolumePart } from '#sim/parts/data-volume';
import { BoardLife } from '#sim/parts/life';
import { TwoStepRig } from '../two-step/two-step-rig.ts';

const day = 86_400;

/** What the check says, day by day. */
async function checked(
  prepare: (rig: TwoStepRig) => void = () => undefined,
  repair: (rig: TwoStepRig) => void = () => undefined,
): Promise<readonly string[]> {
  const rig = new TwoStepRig();
  rig.services.scheduler.start();
  await rig.pass(1 * day);
  prepare(rig);
  await rig.pass(2 * day);
  repair(rig);
  await rig.pass(2 * day);
  return rig.services.log
    .page({ category: 'self-check' })
    .map(({ severity, text }) => `${severity}: ${text}`);
}

describe('the daily self-check', () => {
  it('says nothing of an appliance that is well', async () => {
    expect(await checked()).toEqual([]);
  });

  it.each([
    ['a fan that stands', (rig: TwoStepRig) => rig.board.sensors.setFan(0, 0), /^sensors: error/],
    [
      'a case that is hot',
      (rig: TwoStepRig) => rig.board.sensors.setSystemTemperature(65),
      /^sensors: warning/,
    ],
    [
      'an RTC that is off',
      (rig: TwoStepRig) => rig.board.rtc.setTime(rig.nowMs + 91_000),
      /^RTC: 9[01] s ahead of the clock$/,
    ],
    [
      'an RTC that lost its time',
      (rig: TwoStepRig) => rig.board.rtc.stopOscillator(),
      /^RTC: it lost its time$/,
    ],
    [
      'an RTC that does not answer',
      (rig: TwoStepRig) => rig.board.rtc.bus.failTransfers('nack-address', 1_000_000),
      /^RTC: failed \(not-present\)$/,
    ],
    [
      'bits of the store that turned over',
      (rig: TwoStepRig) => rig.board.flash.flipBit('store.db', 5_000, 3),
      /^store: (page \d+ does not match its checksum$|.*unable to get the page)/,
    ],
  ])('says each day what is wrong: %s', async (_what, prepare, text) => {
    const entries = await checked(prepare);
    // The weekly check of the store may have found it too.
    expect(entries.length).toBeGreaterThanOrEqual(4);
    for (const entry of entries) {
      expect(entry).toMatch(/^warning: /);
      expect(entry.replace('warning: ', '')).toMatch(text);
    }
  });

  it('says once that all is well again', async () => {
    const hot = (rig: TwoStepRig): void => rig.board.sensors.setSystemTemperature(65);
    const cool = (rig: TwoStepRig): void => rig.board.sensors.setSystemTemperature(35);
    const [last, ...before] = await checked(hot, cool);
    expect(last).toBe('info: all is well again');
    expect(before).toHaveLength(2);
  });

  it('tells of all that is wrong in one entry', async () => {
    const [entry] = await checked((rig) => {
      rig.board.sensors.setFan(0, 0);
      rig.board.rtc.stopOscillator();
    });
    expect(entry).toMatch(/^warning: RTC: it lost its time; sensors: error/);
  });

  it.each([
    [949, []],
    [951, ['data volume: only 4 % is free']],
    [1_000, ['data volume: only 0 % is free']],
  ])('looks at disks that hold %i of a thousand bytes', (usedBytes, expected) => {
    const { services, board } = new TwoStepRig();
    const disks = new DataVolumePart({ capacityBytes: 1_000 });
    disks.putFile('film', new Uint8Array(usedBytes));
    const life = new BoardLife({
      world: board.world,
      boardName: 'board',
      crystalPpm: 0,
      onPowerFailure: () => undefined,
    });
    const dataVolume = disks.connect(life);
    createSelfCheckJob({ ...services, board: { ...services.board, dataVolume } }).run();
    expect(services.log.page({ category: 'self-check' }).map(({ text }) => text)).toEqual(expected);
  });
});

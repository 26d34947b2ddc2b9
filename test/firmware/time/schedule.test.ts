import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPatternReader } from '#firmware/time/cron';
import { nextDueMs } from '#firmware/time/due-times';
import { days, hours, minutes, ScheduleRig } from './schedule-rig.ts';

const berlin = 'Europe/Berlin';

/** A started scheduler with one job, at 2027-05-06 09:00 UTC unless told otherwise. */
async function started(
  pattern: string,
  { at = '2027-05-06T09:00:00Z', zone = 'UTC' }: { at?: string; zone?: string } = {},
): Promise<ScheduleRig> {
  const rig = new ScheduleRig({ at, zone });
  rig.job('a', pattern);
  rig.scheduler.start();
  await rig.pass(0);
  return rig;
}

describe('a job', () => {
  it('runs each time it is due, and not a microsecond before', async () => {
    const rig = await started('30 10,11 * * *');
    await rig.pass(90 * minutes - 0.001);
    expect(rig.took()).toEqual([]);
    await rig.pass(0.002);
    expect(rig.took()).toEqual(['a 05-06 10:30:00']);
    await rig.pass(1 * days);
    expect(rig.took()).toEqual(['a 05-06 11:30:00', 'a 05-07 10:30:00']);
  });

  it('is due from the next whole minute on after it was added', async () => {
    const rig = new ScheduleRig({ at: '2027-05-06T08:59:00Z' });
    rig.job('a', '* * * * *');
    rig.scheduler.start();
    await rig.pass(1 * minutes - 1);
    expect(rig.took()).toEqual([]);
    await rig.pass(2);
    expect(rig.took()).toEqual(['a 05-06 09:00:00']);
  });

  it('does not run before the start, after the stop, or once it is removed', async () => {
    const rig = new ScheduleRig({ at: '2027-05-06T09:00:30Z' });
    const a = rig.job('a', '* * * * *');
    rig.job('b', '* * * * *');
    rig.scheduler.start();
    await rig.pass(1 * minutes);
    expect(rig.took()).toEqual(['a 05-06 09:01:00', 'b 05-06 09:01:00']);
    a.remove();
    await rig.pass(1 * minutes);
    expect(rig.took()).toEqual(['b 05-06 09:02:00']);
    rig.scheduler.stop();
    await rig.pass(1 * hours);
    expect(rig.took()).toEqual([]);
    expect(rig.clock.pending).toBe(0);
  });

  it('follows a new pattern from the moment it has it', async () => {
    const rig = new ScheduleRig({ at: '2027-05-06T09:00:00Z' });
    const job = rig.job('a', '0 12 * * *');
    rig.scheduler.start();
    await rig.pass(5 * hours);
    job.setPattern('30 12,14 * * *');
    await rig.pass(1 * days);
    expect(rig.took()).toEqual(['a 05-06 12:00:00', 'a 05-06 14:30:00', 'a 05-07 12:30:00']);
  });

  it('that fails is told of and stops neither the others nor its own next time', async () => {
    const rig = new ScheduleRig({ at: '2027-05-06T09:00:30Z' });
    const defect = new Error('a defect');
    rig.job('a', '* * * * *', {
      run() {
        throw defect;
      },
    });
    rig.job('b', '* * * * *');
    rig.scheduler.start();
    await rig.pass(2 * minutes);
    expect(rig.failures).toEqual([defect, defect]);
    expect(rig.took()).toEqual(['b 05-06 09:01:00', 'b 05-06 09:02:00']);
  });

  it('whose pattern cannot be read is told of, and the others run', async () => {
    const rig = await started('0 10 * * *');
    rig.job('b', '61 * * * *');
    await rig.pass(1 * days);
    expect(rig.took()).toEqual(['a 05-06 10:00:00']);
    expect(rig.failures.map(String)).toEqual([expect.stringMatching(/61/)]);
  });

  it('that sets the clock does not run the ones after it at the wrong time', async () => {
    const rig = new ScheduleRig({ at: '2027-05-06T09:30:30Z' });
    const a = rig.job('a', '0 10 * * *', {
      run() {
        a.remove();
        rig.step(-20 * hours);
      },
    });
    rig.job('b', '0 10 * * *');
    rig.scheduler.start();
    await rig.pass(1 * days);
    expect(rig.took()).toEqual(['b 05-06 10:00:00']);
  });

  it('is not taken where there is one of that name', () => {
    const rig = new ScheduleRig({ at: 0 });
    rig.job('a', '* * * * *');
    expect(() => rig.job('a', '* * * * *')).toThrow('already');
  });
});

describe('the list of jobs', () => {
  it('says when each runs next and ran last', async () => {
    const rig = await started('0 10 * * *', { at: '2027-05-06T09:00:30Z', zone: berlin });
    rig.job('b', '0 0 29 2 *');
    expect(rig.scheduler.list()[0]).toMatchObject({ name: 'a', nextRunMs: undefined });
    await rig.scheduler.load();
    const summary = { a: 'job a', b: 'job b' };
    const leapDayMs = Date.parse('2028-02-28T23:00:00Z');
    const b = { name: 'b', summary: summary.b, pattern: '0 0 29 2 *', nextRunMs: leapDayMs };
    const a = { name: 'a', summary: summary.a, pattern: '0 10 * * *' };
    expect(rig.scheduler.list()).toEqual([
      { ...a, nextRunMs: Date.parse('2027-05-07T08:00:00Z') },
      b,
    ]);
    await rig.pass(1 * days);
    const lastRunMs = Date.parse('2027-05-07T08:00:00Z');
    expect(rig.scheduler.list()).toEqual([
      { ...a, nextRunMs: Date.parse('2027-05-08T08:00:00Z'), lastRunMs },
      b,
    ]);
  });

  it('of a scheduler that goes on from a record is the same', async () => {
    const rig = await started('0 10 * * *');
    await rig.pass(2 * hours);
    rig.step(-2 * hours);
    const resume = rig.scheduler.record();
    const other = new ScheduleRig({ at: rig.nowMs, resume });
    other.job('a', '0 10 * * *');
    other.scheduler.start();
    await Promise.all([rig.scheduler.load(), other.scheduler.load()]);
    expect(other.scheduler.list()).toEqual(rig.scheduler.list());
    expect(other.scheduler.list()[0]).toMatchObject({
      lastRunMs: Date.parse('2027-05-06T10:00:00Z'),
      nextRunMs: Date.parse('2027-05-07T10:00:00Z'),
    });
  });
});

describe('where the wall clock steps', () => {
  it.each([
    // Forward, over 10:00: at once; not over it: in due time.
    ['+59 min over it', 59 * minutes, '2027-05-06T09:30:00Z', ['05-06 10:29:00', '05-07 10:00:00']],
    ['+3 h over it', 3 * hours, '2027-05-06T09:30:00Z', ['05-06 12:30:00', '05-07 10:00:00']],
    ['+3 h 1 ms over it', 3 * hours + 1, '2027-05-06T09:30:00Z', ['05-07 10:00:00']],
    ['+5 h over it', 5 * hours, '2027-05-06T09:30:00Z', ['05-07 10:00:00']],
    ['+59 min short of it', 59 * minutes, '2027-05-06T09:00:00Z', ['05-06 10:00:00']],
    ['exactly to it', 30 * minutes, '2027-05-06T09:30:00Z', ['05-06 10:00:00', '05-07 10:00:00']],
    ['4 h exactly to it', 4 * hours, '2027-05-06T06:00:00Z', ['05-06 10:00:00', '05-07 10:00:00']],
    // Back, after it ran at 10:00: not again; before it: in due time.
    ['-59 min before it', -59 * minutes, '2027-05-06T09:30:00Z', ['05-06 10:00:00']],
    ['+30 days', 30 * days, '2027-05-06T09:30:00Z', ['06-05 10:00:00']],
    ['-30 days', -30 * days, '2027-05-06T09:30:00Z', ['04-06 10:00:00', '04-07 10:00:00']],
  ] as const)('a daily job for 10:00 runs: %s', async (_what, byMs, at, expected) => {
    const rig = await started('0 10 * * *', { at });
    rig.step(byMs);
    await rig.pass(26 * hours);
    expect(rig.took().slice(0, expected.length)).toEqual(expected.map((time) => `a ${time}`));
  });

  it.each([
    ['-59 min', -59 * minutes, ['05-07 10:00:00']],
    ['-3 h', -3 * hours, ['05-07 10:00:00']],
    ['-3 h 1 ms', -3 * hours - 1, ['05-06 10:00:00', '05-07 10:00:00']],
    ['-5 h', -5 * hours, ['05-06 10:00:00', '05-07 10:00:00']],
  ] as const)('back by %s, a daily job that ran runs then', async (_what, byMs, expected) => {
    const rig = await started('0 10 * * *', { at: '2027-05-06T09:59:00Z' });
    await rig.pass(30 * minutes);
    expect(rig.took()).toEqual(['a 05-06 10:00:00']);
    rig.step(byMs);
    await rig.pass(30 * hours);
    expect(rig.took()).toEqual(expected.map((time) => `a ${time}`));
  });

  it('a frequent job runs once for all that was skipped, and pauses for what is repeated', async () => {
    const rig = await started('*/10 * * * *', { at: '2027-05-06T09:05:00Z' });
    rig.step(61 * minutes);
    await rig.pass(5 * minutes);
    expect(rig.took()).toEqual(['a 05-06 10:06:00', 'a 05-06 10:10:00']);
    rig.step(-30 * minutes);
    await rig.pass(50 * minutes);
    expect(rig.took()).toEqual(['a 05-06 10:20:00', 'a 05-06 10:30:00']);
  });

  it('a job that does not catch up waits for its next time', async () => {
    const rig = new ScheduleRig({ at: '2027-05-06T09:30:00Z' });
    rig.job('a', '0 10 * * *', { isCatchUp: false });
    rig.scheduler.start();
    rig.step(1 * hours);
    await rig.pass(1 * days);
    expect(rig.took()).toEqual(['a 05-07 10:00:00']);
    rig.step(-1 * hours);
    await rig.pass(1 * hours);
    expect(rig.took()).toEqual([]);
  });

  it('within the first minute, nothing is lost or done twice either', async () => {
    const rig = await started('0 10 * * *', { at: '2027-05-06T09:30:20Z' });
    rig.step(2 * hours);
    await rig.pass(0);
    expect(rig.took()).toEqual(['a 05-06 11:30:20']);
    const other = await started('0 10 * * *', { at: '2027-05-06T09:30:20Z' });
    other.step(-1 * days);
    await other.pass(1 * days);
    expect(other.took()).toEqual(['a 05-05 10:00:00']);
  });
});

describe('where the wall clock is slewed', () => {
  it.each([500, -500, 100, -100])('by %d ppm, a job is on time and never early', async (ppm) => {
    const rig = await started('0 10 * * *');
    rig.slew(ppm);
    await rig.pass(2 * days);
    const lateMs = rig.runs.map(({ atMs }) => (atMs - Date.parse('2027-05-06T10:00:00Z')) % days);
    expect(lateMs).toHaveLength(2);
    for (const late of lateMs) {
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(0.02);
    }
  });

  it('in the middle of the wait, a job is on time', async () => {
    const rig = await started('0 10 * * *');
    await rig.pass(30 * minutes);
    rig.slew(500);
    await rig.pass(29 * minutes);
    rig.slew(-500);
    await rig.pass(1 * hours);
    const late = (rig.runs[0]?.atMs ?? 0) - Date.parse('2027-05-06T10:00:00Z');
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(0.02);
  });

  it('a day of an hourly job takes few wake-ups', async () => {
    const rig = await started('0 * * * *');
    const before = rig.world.eventsRun;
    await rig.pass(1 * days + 1);
    expect(rig.took()).toHaveLength(24);
    expect(rig.world.eventsRun - before).toBeLessThanOrEqual(4 * 24);
  });
});

describe('where the clock of a zone changes', () => {
  it.each([
    ['30 2 * * *', '2027-03-27T12:00:00Z', ['03-28 01:00:00', '03-29 00:30:00']],
    ['30 2 * * *', '2027-10-30T12:00:00Z', ['10-31 00:30:00', '11-01 01:30:00']],
  ] as const)('«%s» runs once a day, from %s on', async (pattern, at, expected) => {
    const rig = await started(pattern, { at, zone: berlin });
    await rig.pass(2 * days);
    expect(rig.took()).toEqual(expected.map((time) => `a ${time}`));
  });

  it('and the clock steps back over the change, a job does not run again', async () => {
    const rig = await started('30 2 * * *', { at: '2027-03-28T00:30:00Z', zone: berlin });
    await rig.pass(40 * minutes);
    expect(rig.took()).toEqual(['a 03-28 01:00:00']);
    rig.step(-1 * hours);
    await rig.pass(5 * hours);
    expect(rig.took()).toEqual([]);
  });
});

describe('where the zone of the settings changes', () => {
  const change = async (from: string, to: string, pattern = '0 10 * * *'): Promise<string[]> => {
    // 09:30 in London, 10:30 in Berlin.
    const rig = await started(pattern, { at: '2027-05-06T06:31:00Z', zone: from });
    await rig.pass(1 * hours + 59 * minutes);
    const before = rig.took();
    rig.zone = to;
    rig.scheduler.zoneChanged();
    await rig.pass(1 * days);
    return [...before, '-', ...rig.took()];
  };

  it('back by an hour, a job that ran does not run again that day', async () => {
    expect(await change(berlin, 'Europe/London')).toEqual(['a 05-06 08:00:00', '-']);
  });

  it('ahead by an hour, a job whose time is skipped runs at once', async () => {
    const expected = ['-', 'a 05-06 08:30:00', 'a 05-07 08:00:00'];
    expect(await change('Europe/London', berlin)).toEqual(expected);
  });

  it('by more than three hours, a job begins anew', async () => {
    expect(await change('Asia/Tokyo', 'Europe/London')).toEqual(['-', 'a 05-06 09:00:00']);
    expect(await change('America/New_York', berlin)).toEqual(['-', 'a 05-07 08:00:00']);
  });

  it('a job for each hour goes on hour by hour', async () => {
    const ran = await change(berlin, 'Australia/Lord_Howe', '0 * * * *');
    expect(ran.slice(0, 4)).toEqual([
      'a 05-06 07:00:00',
      'a 05-06 08:00:00',
      '-',
      'a 05-06 08:30:00',
    ]);
  });

  it('there and back again, nothing is lost or done twice', async () => {
    const rig = await started('0 10 * * *', { at: '2027-05-06T07:30:00Z', zone: berlin });
    await rig.scheduler.load();
    expect(rig.scheduler.list()[0]?.nextRunMs).toBe(Date.parse('2027-05-06T08:00:00Z'));
    for (const zone of ['Europe/London', berlin]) {
      rig.zone = zone;
      rig.scheduler.zoneChanged();
    }
    await rig.pass(1 * days);
    expect(rig.took()).toEqual(['a 05-06 08:00:00']);
  });
});

/** What happens to a clock: time passes, or it steps by up to three hours. */
const happenings = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 5 * 60 }).map((min) => ({ passMs: min * minutes })),
    fc.integer({ min: -3 * 3600, max: 3 * 3600 }).map((sec) => ({ stepMs: sec * 1000 })),
    fc.integer({ min: -500, max: 500 }).map((ppm) => ({ ppm })),
  ),
  { minLength: 1, maxLength: 40 },
);

const jobPatterns = fc.constantFrom(
  '0 3 * * *',
  '30 2 * * *',
  '0 */2 * * *',
  '15 * * * *',
  '*/10 * * * *',
  '0 12 * * 1',
);

describe('under any steps of up to three hours', () => {
  it('a job runs once for each time it is due', async () => {
    const read = await loadPatternReader();
    const property = fc.asyncProperty(
      jobPatterns,
      fc.constantFrom('UTC', berlin, 'Australia/Lord_Howe'),
      fc.constantFrom('2027-03-26T22:10:00Z', '2027-04-03T09:00:00Z', '2027-10-30T20:00:00Z'),
      happenings,
      async (pattern, zone, at, steps) => {
        const rig = await started(pattern, { at, zone });
        let furthestMs = rig.nowMs;
        let coveredMs = rig.nowMs + 1;
        for (const step of steps) {
          if ('passMs' in step) await rig.pass(step.passMs);
          else if ('ppm' in step) rig.slew(step.ppm);
          else rig.step(step.stepMs);
          // Wall time as a double is that coarse: a job may be a microsecond late.
          await rig.pass(0.001);
          await rig.pass(0);
          furthestMs = Math.max(furthestMs, rig.nowMs - 0.002);
          for (const { atMs } of rig.runs.splice(0)) {
            // Each run is for a time that came since the run before it.
            const dueMs = nextDueMs(read(pattern), zone, coveredMs);
            expect(dueMs).toBeLessThanOrEqual(atMs);
            coveredMs = Math.floor(atMs) + 1;
          }
          // And nothing that the clock has passed is left.
          expect(nextDueMs(read(pattern), zone, coveredMs)).toBeGreaterThan(furthestMs);
        }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});

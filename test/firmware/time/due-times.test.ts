import fc from 'fast-check';
import { createTask } from 'node-cron';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPatternReader, type ReadPattern } from '#firmware/time/cron';
import { nextDueMs } from '#firmware/time/due-times';
import { zoneOffsetMs } from '#firmware/time/zone';
import { days, minutes, utc } from './schedule-rig.ts';

let read: ReadPattern;
beforeAll(async () => {
  read = await loadPatternReader();
});

interface Wanted {
  readonly pattern: string;
  readonly zone?: string;
  readonly from: string;
  readonly makesUp?: boolean;
}

/** The first times from `from` on, UTC. */
function dues({ pattern, zone = 'UTC', from, makesUp = true }: Wanted, count: number): string[] {
  const found: string[] = [];
  let fromMs = Date.parse(from);
  while (found.length < count) {
    const dueMs = nextDueMs(read(pattern), zone, fromMs, { makesUp });
    if (dueMs === undefined) return [...found, 'never'];
    found.push(utc(dueMs));
    fromMs = dueMs + 1;
  }
  return found;
}

describe('the times of a pattern', () => {
  it.each([
    ['30 3 * * *', '2027-01-01T03:30:00Z', ['01-01 03:30:00', '01-02 03:30:00']],
    ['30 3 * * *', '2027-01-01T03:30:00.001Z', ['01-02 03:30:00', '01-03 03:30:00']],
    ['59 23 31 12 *', '2027-12-31T23:59:00Z', ['12-31 23:59:00', '12-31 23:59:00']],
    ['*/20 4,5 * * *', '2027-01-01T04:21:00Z', ['01-01 04:40:00', '01-01 05:00:00']],
    ['0 0 29 2 *', '2027-01-01T00:00:00Z', ['02-29 00:00:00', '02-29 00:00:00']],
    // Both days must fit: 1 March 2027 is a Monday, the next Monday on a first is 1 November.
    ['0 6 1 * 1', '2027-01-02T00:00:00Z', ['02-01 06:00:00', '03-01 06:00:00', '11-01 06:00:00']],
    ['0 6 L * *', '2027-01-31T06:00:01Z', ['02-28 06:00:00', '03-31 06:00:00']],
    ['0 6 15W * *', '2027-05-01T00:00:00Z', ['05-14 06:00:00', '06-15 06:00:00']],
    ['0 6 * * 5#2', '2027-01-01T00:00:00Z', ['01-08 06:00:00', '02-12 06:00:00']],
    ['0 6 * * 7', '2027-01-01T00:00:00Z', ['01-03 06:00:00', '01-10 06:00:00']],
    ['@weekly', '2027-01-01T00:00:00Z', ['01-03 00:00:00', '01-10 00:00:00']],
    ['0 0 30 2,4 1', '2027-01-01T00:00:00Z', ['04-30 00:00:00']],
  ] as const)('of «%s» from %s are %j', (pattern, from, expected) => {
    expect(dues({ pattern, from }, expected.length)).toEqual(expected);
  });

  it.each([
    ['', 'illegal'],
    ['* * * *', 'fields'],
    ['61 * * * *', 'minute'],
    ['0 0 31 2 *', 'impossible'],
    ['30 0 3 * * *', 'no seconds'],
  ])('of «%s» there are none: %s', (pattern, text) => {
    expect(() => read(pattern)).toThrow(text);
  });
});

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const lordHowe = 'Australia/Lord_Howe';
const beirut = 'Asia/Beirut';
const apia = 'Pacific/Apia';

describe('where clocks skip an hour', () => {
  it.each([
    // 28 March, 01:00 UTC: 02:00 becomes 03:00.
    ['30 2 * * *', berlin, '2027-03-27T00:00:00Z', ['03-27 01:30:00', '03-28 01:00:00']],
    ['*/10 2 * * *', berlin, '2027-03-28T00:00:00Z', ['03-28 01:00:00', '03-29 00:00:00']],
    ['0,30 2,3 * * *', berlin, '2027-03-28T00:00:00Z', ['03-28 01:00:00', '03-28 01:30:00']],
    ['30 2 * * *', berlin, '2027-03-28T01:00:00Z', ['03-28 01:00:00', '03-29 00:30:00']],
    ['59 1 * * *', berlin, '2027-03-28T00:00:00Z', ['03-28 00:59:00', '03-28 23:59:00']],
    ['0 2 * * *', newYork, '2027-03-14T00:00:00Z', ['03-14 07:00:00', '03-15 06:00:00']],
    // 3 October, 15:30 UTC of the day before: 02:00 becomes 02:30.
    ['15 2 * * *', lordHowe, '2027-10-02T00:00:00Z', ['10-02 15:30:00', '10-03 15:15:00']],
    ['30 2 * * *', lordHowe, '2027-10-02T00:00:00Z', ['10-02 15:30:00', '10-03 15:30:00']],
    ['45 2 * * *', lordHowe, '2027-10-02T00:00:00Z', ['10-02 15:45:00', '10-03 15:45:00']],
    // 28 March, 22:00 UTC of the day before: midnight becomes 01:00.
    ['0 0 * * *', beirut, '2027-03-27T00:00:00Z', ['03-27 22:00:00', '03-28 21:00:00']],
    // The 30th of December is left out.
    ['0 12 30 12 *', apia, '2011-12-29T00:00:00Z', ['12-30 10:00:00', '12-29 22:00:00']],
  ] as const)('«%s» in %s is due once, right after it', (pattern, zone, from, expected) => {
    expect(dues({ pattern, zone, from }, expected.length)).toEqual(expected);
  });

  it('a job that makes nothing up is not due that day', () => {
    const wanted = { pattern: '30 2 * * *', zone: berlin, from: '2027-03-27T00:00:00Z' };
    expect(dues({ ...wanted, makesUp: false }, 2)).toEqual(['03-27 01:30:00', '03-29 00:30:00']);
  });
});

describe('where clocks show an hour twice', () => {
  it.each([
    // 31 October, 01:00 UTC: 03:00 becomes 02:00.
    ['30 2 * * *', berlin, '2027-10-30T12:00:00Z', ['10-31 00:30:00', '11-01 01:30:00']],
    ['30 2 * * *', berlin, '2027-10-31T00:30:00.001Z', ['11-01 01:30:00']],
    ['30 2 * * *', berlin, '2027-10-31T01:00:00Z', ['11-01 01:30:00']],
    ['0 3 * * *', berlin, '2027-10-30T12:00:00Z', ['10-31 02:00:00', '11-01 02:00:00']],
    ['30 1 * * *', newYork, '2027-11-07T00:00:00Z', ['11-07 05:30:00', '11-08 06:30:00']],
    // 4 April, 15:00 UTC of the day before: 02:00 becomes 01:30.
    ['45 1 * * *', lordHowe, '2027-04-03T00:00:00Z', ['04-03 14:45:00', '04-04 15:15:00']],
    ['15 2 * * *', lordHowe, '2027-04-03T00:00:00Z', ['04-03 15:45:00', '04-04 15:45:00']],
  ] as const)('«%s» in %s is due once', (pattern, zone, from, expected) => {
    expect(dues({ pattern, zone, from }, expected.length)).toEqual(expected);
  });
});

describe('a pattern for each hour', () => {
  it.each([
    [
      'in both passes of a doubled hour',
      '30 * * * *',
      berlin,
      '2027-10-30T23:45:00Z',
      ['10-31 00:30:00', '10-31 01:30:00', '10-31 02:30:00'],
    ],
    [
      'never in place of a skipped time',
      '30 * * * *',
      berlin,
      '2027-03-28T00:00:00Z',
      ['03-28 00:30:00', '03-28 01:30:00', '03-28 02:30:00'],
    ],
    [
      'in both passes of a doubled half hour',
      '45 * * * *',
      lordHowe,
      '2027-04-03T14:00:00Z',
      ['04-03 14:45:00', '04-03 15:15:00', '04-03 16:15:00'],
    ],
  ] as const)('is due %s', (_what, pattern, zone, from, expected) => {
    expect(dues({ pattern, zone, from }, expected.length)).toEqual(expected);
  });
});

/** Zones with whole, half and quarter hours, changes of an hour and of half an hour, and none. */
const zones = [
  'UTC',
  berlin,
  newYork,
  lordHowe,
  beirut,
  'Asia/Kathmandu',
  'America/St_Johns',
  'Africa/Casablanca',
];

const field = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constant('*'), weight: 2 },
    fc.integer({ min, max }).map(String),
    fc
      .uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 4 })
      .map((some) => some.join()),
    fc.integer({ min: 2, max: 13 }).map((every) => `*/${every}`),
  );

const patterns = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    fc.oneof({ arbitrary: fc.constant('*'), weight: 4 }, field(1, 28), fc.constant('L')),
    fc.oneof({ arbitrary: fc.constant('*'), weight: 4 }, field(1, 12)),
    fc.oneof({ arbitrary: fc.constant('*'), weight: 4 }, field(0, 6), fc.constant('3#1')),
  )
  .map((fields) => fields.join(' '));

const times = fc.integer({
  min: Date.UTC(2027, 0, 1) / minutes,
  max: Date.UTC(2029, 0, 1) / minutes,
});

describe('any pattern in any zone', () => {
  it('is due when node-cron says so, but for the hours in which clocks change', () => {
    fc.assert(
      fc.property(patterns, fc.constantFrom(...zones), times, (pattern, zone, minute) => {
        const fromMs = minute * minutes;
        const task = createTask(pattern, () => undefined, { timezone: zone });
        const dueMs = nextDueMs(read(pattern), zone, fromMs);
        // Minute by minute, as far as that can be waited for.
        const endMs = Math.min(dueMs ?? Infinity, fromMs + 2 * days);
        for (let atMs = fromMs; atMs < endMs; atMs += 7 * minutes) {
          if (task.match(new Date(atMs))) expect(isSecondPass(zone, atMs)).toBe(true);
        }
        if (dueMs === undefined || isChange(zone, dueMs)) return;
        expect(task.match(new Date(dueMs))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

function isChange(zone: string, atMs: number): boolean {
  return zoneOffsetMs(zone, atMs) !== zoneOffsetMs(zone, atMs - 1);
}

function isSecondPass(zone: string, atMs: number): boolean {
  return zoneOffsetMs(zone, atMs) < zoneOffsetMs(zone, atMs - 60 * minutes);
}

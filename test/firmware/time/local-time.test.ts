import { describe, expect, it } from 'vitest';
import { dateFormats } from '#firmware/settings/definitions';
import { localTimeText, parseTime, utcText } from '#firmware/time/local-time';

const at = (text: string): number => Date.parse(text);

describe('showing a time', () => {
  it.each([
    ['YYYY/M/D', 24, 'UTC', '2026/1/5 09:05:07 UTC'],
    ['D.M.YYYY', 24, 'Europe/Berlin', '5.1.2026 10:05:07 Europe/Berlin'],
    ['M-D-YYYY', 12, 'UTC', '1-5-2026 09:05:07 AM UTC'],
    ['YYYY-M-D', 12, 'Asia/Tokyo', '2026-1-5 06:05:07 PM Asia/Tokyo'],
  ] as const)('in the style %s, %i h, %s', (dateFormat, hours, zone, expected) => {
    expect(localTimeText(at('2026-01-05T09:05:07.999Z'), { dateFormat, hours, zone })).toBe(
      expected,
    );
  });

  it.each([
    ['YYYY/M/D', '2026/2/3'],
    ['YYYY.M.D', '2026.2.3'],
    ['YYYY-M-D', '2026-2-3'],
    ['M/D/YYYY', '2/3/2026'],
    ['M.D.YYYY', '2.3.2026'],
    ['M-D-YYYY', '2-3-2026'],
    ['D/M/YYYY', '3/2/2026'],
    ['D.M.YYYY', '3.2.2026'],
    ['D-M-YYYY', '3-2-2026'],
  ])('in the date format %s it is the day of the zone, on either clock', (dateFormat, day) => {
    expect(dateFormats).toContain(dateFormat);
    const text = (hours: 12 | 24): string =>
      localTimeText(at('2026-02-02T20:00:00Z'), { dateFormat, hours, zone: 'Asia/Kathmandu' });
    expect(text(24)).toBe(`${day} 01:45:00 Asia/Kathmandu`);
    expect(text(12)).toBe(`${day} 01:45:00 AM Asia/Kathmandu`);
  });

  it.each([
    ['2026-01-05T00:00:00Z', '12:00:00 AM'],
    ['2026-01-05T12:00:00Z', '12:00:00 PM'],
    ['2026-01-05T23:59:59Z', '11:59:59 PM'],
  ])('on a 12-hour clock %s is %s', (text, expected) => {
    const style = { dateFormat: 'YYYY-M-D', hours: 12, zone: 'UTC' } as const;
    expect(localTimeText(at(text), style)).toContain(expected);
  });

  it('as UTC it is the same everywhere', () => {
    expect(utcText(at('2040-02-29T12:34:56.789Z'))).toBe('2040-02-29 12:34:56 UTC');
  });
});

describe('reading a time', () => {
  it.each([
    ['2026-11-24 10:00:00', 'UTC', '2026-11-24T10:00:00Z'],
    ['2026-11-24T10:00', 'UTC', '2026-11-24T10:00:00Z'],
    ['2026-7-4 1:02:03', 'Europe/Berlin', '2026-07-03T23:02:03Z'],
    ['2026-11-24 10:00:00', 'Europe/Berlin', '2026-11-24T09:00:00Z'],
    ['2026-11-24 10:00:00 UTC', 'Europe/Berlin', '2026-11-24T10:00:00Z'],
    ['2026-11-24 10:00:00Z', 'America/New_York', '2026-11-24T10:00:00Z'],
    ['2026-03-29 01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59Z'],
    ['2026-03-29 03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['2026-10-25 02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    ['2026-11-24 00:00:00', 'Pacific/Kiritimati', '2026-11-23T10:00:00Z'],
  ])('%s in %s', (text, zone, expected) => {
    expect(parseTime(text, zone)).toEqual({ ok: true, timeMs: at(expected) });
  });

  it.each([
    ['', 'written'],
    ['tomorrow', 'written'],
    ['24.11.2026 10:00', 'written'],
    ['2026-11-24', 'written'],
    ['2026-02-30 10:00:00', 'no such day'],
    ['2026-13-01 10:00:00', 'no such day'],
    ['2026-11-24 24:00:00', 'no such day'],
    ['2026-11-24 10:60:00', 'no such day'],
    ['2026-03-29 02:30:00', 'skips'],
  ])('%j is refused', (text, why) => {
    const outcome = parseTime(text, 'Europe/Berlin');
    expect(outcome.ok ? 'taken' : outcome.text).toContain(why);
  });
});

import { describe, expect, it } from 'vitest';
import { applicationName } from '#firmware/web/ui/base/application-name';
import { digitsOf, groupedKey } from '#firmware/web/ui/base/code-text';
import { durationWords, timeWords } from '#firmware/web/ui/base/times';
import { addressOf, placeOf } from '#firmware/web/ui/router';

describe('what a page makes of texts', () => {
  it.each([
    ['123456', '123456'],
    [' 123 456\n', '123456'],
    ['123-456', '123456'],
    ['Your code: 12 34 56.', '123456'],
    ['\u{ff11}\u{ff12}\u{ff13}', '123'],
    ['no digit', ''],
  ])('takes the digits of %j', (typed, digits) => {
    expect(digitsOf(typed)).toBe(digits);
  });

  it('shows a key in groups of four', () => {
    expect(groupedKey('FERH2WJAKTHDJ')).toBe('FERH 2WJA KTHD J');
    expect(groupedKey('')).toBe('');
  });

  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3_599, '59 min'],
    [3_600, '1 h'],
    [200_000, '2 d'],
  ])('tells %d s in the largest unit that fits', (seconds, words) => {
    expect(durationWords(seconds)).toBe(words);
  });

  it('shows a time in the zone of the NAS', () => {
    const time = '2026-11-24T23:30:00.000Z';
    expect(timeWords(time, 'UTC')).toBe('24 Nov 2026, 23:30:00');
    expect(timeWords(time, 'Europe/Berlin')).toBe('25 Nov 2026, 00:30:00');
    expect(timeWords(Date.parse(time), 'UTC')).toBe(timeWords(time, 'UTC'));
  });

  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    ['', 'browser'],
  ])('calls a browser by its name: %s', (agent, name) => {
    expect(applicationName(agent)).toBe(`web UI, ${name}`);
  });

  it.each([
    ['', undefined, undefined],
    ['#/', undefined, undefined],
    ['#/options', 'options', undefined],
    ['#/options/two-step', 'options', 'two-step'],
    ['#/options/two-step/more', undefined, undefined],
    ['#/<img src=x>', undefined, undefined],
    ['#//evil.example', undefined, undefined],
  ])('finds the place of %j', (hash, app, section) => {
    expect(placeOf(hash)).toEqual({ app, section });
    if (app !== undefined) expect(placeOf(addressOf(app, section))).toEqual({ app, section });
  });
});

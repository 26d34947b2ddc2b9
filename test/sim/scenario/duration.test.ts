import { describe, expect, test } from 'vitest';
import {
  formatDuration,
  formatSpan,
  parseDuration,
  parseSignedDuration,
} from '#sim/scenario/duration';

describe('a duration carries its unit', () => {
  test.each([
    ['0s', 0],
    ['1us', 1],
    ['1500ns', undefined],
    ['2000ns', 2],
    ['20ms', 20_000],
    ['2.999s', 2_999_000],
    ['3s', 3_000_000],
    ['3 s', 3_000_000],
    ['10m', 600_000_000],
    ['10min', 600_000_000],
    ['2h', 7_200_000_000],
    ['30d', 2_592_000_000_000],
    ['0.0000001s', undefined],
    ['36525d', 3_155_760_000_000_000],
    ['36526d', undefined],
    ['3', undefined],
    [3, undefined],
    ['s', undefined],
    ['3x', undefined],
    ['3S', undefined],
    ['-3s', undefined],
    ['1e3s', undefined],
    ['3sm', undefined],
    ['constructor', undefined],
    ['3constructor', undefined],
    ['', undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j is %j µs', (text, valueUs) => {
    const parsed = parseDuration(text);
    expect(parsed.ok ? parsed.value : undefined).toBe(valueUs);
  });

  test('one without says which there are', () => {
    expect(parseDuration(3)).toEqual({
      ok: false,
      text: '"3" has no unit; write 3s, 3000ms …',
    });
  });

  test('a sign is read where it is allowed', () => {
    expect(parseSignedDuration('-90s')).toEqual({ ok: true, value: -90_000_000 });
    expect(parseSignedDuration('+5s')).toEqual({ ok: true, value: 5_000_000 });
    expect(parseSignedDuration('5s')).toEqual({ ok: true, value: 5_000_000 });
    expect(parseSignedDuration('--5s').ok).toBe(false);
  });
});

test.each([0, 1, 999, 1_000, 20_000, 2_999_000, 60_000_000, 61_000_000, 7_200_000_000])(
  '%i µs are written so that they are read again',
  (durationUs) => {
    expect(parseDuration(formatDuration(durationUs))).toEqual({ ok: true, value: durationUs });
  },
);

test.each([
  [4_100, '4.10 ms'],
  [41_200_000, '41.2 s'],
  [720_000_000, '12 min'],
  [11_520_000_000, '3 h 12 min'],
  [86_400_000_000, '1 d'],
])('%i µs are %s for people', (spanUs, text) => {
  expect(formatSpan(spanUs)).toBe(text);
});

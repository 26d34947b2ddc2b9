import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneLine } from '#firmware/log/one-line';

describe('text on one line', () => {
  it.each([
    ['plain', 'plain'],
    ['Zürich 🗻', 'Zürich 🗻'],
    ['a\nb', 'a\\u{a}b'],
    ['a\r\nb', 'a\\u{d}\\u{a}b'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['nim\u202eda', 'nim\\u{202e}da'],
    ['a\u2028b', 'a\\u{2028}b'],
    ['\ud800', '\\u{d800}'],
  ])('writes %j as %j', (text, line) => {
    expect(oneLine(text, 100)).toBe(line);
  });

  it.each([
    ['12345', '12345'],
    ['123456', '1234…'],
    ['🗻🗻🗻🗻🗻', '🗻🗻🗻🗻🗻'],
    ['🗻🗻🗻🗻🗻🗻', '🗻🗻🗻🗻…'],
  ])('shortens %s to %s where five characters are allowed', (text, line) => {
    expect(oneLine(text, 5)).toBe(line);
  });

  it('never breaks, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text, 1_000)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: 300 },
    );
  });
});

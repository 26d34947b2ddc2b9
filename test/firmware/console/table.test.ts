import { describe, expect, it } from 'vitest';
import { bootLogLine } from '#firmware/console/boot-log';
import { printable } from '#firmware/console/printable';
import { pairsText, tableText } from '#firmware/console/table';

describe('text for a terminal', () => {
  it('aligns columns by what characters take', () => {
    const rows = [
      ['NAME', 'SIZE'],
      ['日本', '1'],
      ['a', '22'],
    ];
    expect(tableText(rows)).toBe('NAME  SIZE\n日本  1\na     22');
  });

  it('aligns names and values', () => {
    expect(
      pairsText([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toBe('a     1\nlong  2');
    expect(pairsText([])).toBe('');
  });

  it.each([
    ['a\x1b[2Jb', 'a?[2Jb'],
    ['a\tb', 'a    b'],
    ['a\u009bb\u202ec\u2028d', 'a?b?c?d'],
    ['grüße 日本', 'grüße 日本'],
  ])('makes %j harmless', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it.each([
    [0, '[    0.000] x'],
    [120.4, '[    0.120] x'],
    [2460, '[    2.460] x'],
    [86_400_000, '[86400.000] x'],
  ])('stamps a line of the boot log at %d ms', (ms, expected) => {
    expect(bootLogLine(ms, 'x')).toBe(expected);
  });
});

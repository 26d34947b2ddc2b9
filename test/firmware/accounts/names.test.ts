import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedName, forbiddenInNames, nameKey } from '#firmware/accounts/names';

describe('the name of a user', () => {
  it.each([
    ['one letter', 'a'],
    ['32 letters', 'a'.repeat(32)],
    ['32 characters of two code units each', '🗻'.repeat(32)],
    ['a blank inside', 'Ada Lovelace'],
    ['an accent', 'Zoë'],
    ['another script', '山田'],
    ['characters that are not forbidden', '.-_!@#$%^&(){}~'],
    ['only digits', '12345'],
  ])('may have %s', (_, name) => {
    expect(checkedName('user', name)).toEqual({ ok: true, value: name });
  });

  it.each([
    ['nothing', ''],
    ['33 letters', 'a'.repeat(33)],
    ['a leading blank', ' ada'],
    ['a trailing blank', 'ada '],
    ['a trailing ideographic blank', 'ada\u3000'],
    ['a line feed', 'ada\nroot'],
    ['a tab', 'a\tb'],
    ['an escape', 'ada\u001b[2J'],
    ['a NUL', 'a\0'],
    ['a turn of direction', 'ada\u202e'],
    ['a blank of no width', 'ad\u200ba'],
    ['a filler that shows as nothing', 'ada\u3164'],
    ['half a surrogate pair', 'ada\ud800'],
    ['a line separator', 'a\u2028b'],
  ])('must not have %s', (_, name) => {
    expect(checkedName('user', name)).toMatchObject({ ok: false, reason: 'name-invalid' });
  });

  it.each([...forbiddenInNames])('must not contain %s, and the refusal names it', (character) => {
    for (const name of [character, `a${character}`, `${character}a`, `a${character}b`]) {
      const outcome = checkedName('user', name);
      expect(outcome).toMatchObject({ ok: false, reason: 'name-invalid' });
      expect(outcome.ok ? '' : outcome.text).toContain(character);
    }
  });

  it('is kept with its accents composed, and counted so', () => {
    expect(checkedName('user', 'Zoe\u0308')).toEqual({ ok: true, value: 'Zoë' });
    expect(checkedName('user', 'e\u0301'.repeat(32)).ok).toBe(true);
  });

  it('of a shared folder is no step on a path', () => {
    expect(checkedName('share', '.').ok).toBe(false);
    expect(checkedName('share', '..').ok).toBe(false);
    expect(checkedName('share', '...').ok).toBe(true);
  });
});

describe('two names are the same', () => {
  it.each([
    ['Admin', 'aDMIN'],
    ['ZOË', 'zoë'],
    ['Zoe\u0308', 'zoë'],
    ['STRASSE', 'straße'],
    ['ẞ', 'ß'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
    ['ﬁne', 'FINE'],
    ['ａｄｍｉｎ', 'admin'],
    ['\u212a', 'k'],
    ['ИВАН', 'иван'],
    ['Ǆ', 'ǆ'],
  ])('%s and %s', (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  it.each([
    ['zoe', 'zoë'],
    ['admin', 'admin1'],
    ['ada', 'a da'],
  ])('but not %s and %s', (one, other) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });

  it('whatever case any of their characters is in', () => {
    const anyName = fc.string({ unit: 'grapheme', maxLength: 32 });
    fc.assert(
      fc.property(anyName, (name) => {
        const key = nameKey(name);
        expect(nameKey(key)).toBe(key);
        expect(nameKey(name.toLowerCase())).toBe(key);
        expect(nameKey(name.toUpperCase())).toBe(key);
        expect(nameKey(name.normalize('NFD'))).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });

  it('for every single character of Unicode that has cases or forms', () => {
    const different: string[] = [];
    for (let code = 0; code <= 0x2ffff; code += 1) {
      const character = String.fromCodePoint(code);
      if (!/[\p{CWKCF}\p{CWL}\p{CWU}]/u.test(character)) continue;
      const key = nameKey(character);
      const isSame = [character.toLowerCase(), character.toUpperCase(), key].every(
        (other) => nameKey(other) === key,
      );
      if (!isSame) different.push(code.toString(16));
    }
    expect(different).toEqual([]);
  });
});

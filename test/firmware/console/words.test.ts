import { describe, expect, it } from 'vitest';
import { splitWords } from '#firmware/console/words';

describe('a command line', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['date', ['date']],
    ['  user   create  bob ', ['user', 'create', 'bob']],
    ['a "b c" d', ['a', 'b c', 'd']],
    ["a 'b \"c' d", ['a', 'b "c', 'd']],
    ['a "b \\" c"', ['a', 'b " c']],
    ["'a\\b'", ['a\\b']],
    ['a\\ b', ['a b']],
    ['a"b"c', ['abc']],
    ['""', ['']],
  ])('%j is the words %j', (line, words) => {
    expect(splitWords(line)).toEqual({ ok: true, words });
  });

  it.each(['a "b', "a 'b", 'a\\'])('%j is refused', (line) => {
    expect(splitWords(line)).toMatchObject({ ok: false });
  });
});

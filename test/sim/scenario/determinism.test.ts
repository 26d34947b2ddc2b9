import { expect, test } from 'vitest';
import { firstDifference } from '#sim/scenario/determinism';

test.each([
  ['a\nb\n', 'a\nb\n', undefined],
  ['a\nb\n', 'a\nc\n', { line: 2, first: 'b', second: 'c' }],
  ['a\nb\n', 'a\n', { line: 2, first: 'b', second: '(end of the trace)' }],
  ['a\n', 'a\nb\n', { line: 2, first: '(end of the trace)', second: 'b' }],
])('%j and %j', (first, second, difference) => {
  expect(firstDifference(first, second)).toEqual(difference);
});

import { describe, expect, it } from 'vitest';
import { firstDifference } from '#sim/scenario/determinism';
import { difference, exampleCases, goldenOf, readGolden } from './golden/traces.ts';

/**
 * The same seed and the same inputs give the same trace, byte for byte: twice in one process, and
 * on any machine and version of Node as when `test/golden/traces.json` was written.
 */

const golden = readGolden();
const cases = exampleCases();

describe('every case of every example', () => {
  it.each(cases)('leaves the same trace each time, here as anywhere: $name', async (example) => {
    const first = await example.trace();
    const second = await example.trace();
    expect(firstDifference(first, second)).toBeUndefined();
    const problem = difference(golden[example.name], first);
    expect.assert(problem === undefined, `${example.name}: ${problem}`);
  });

  it('is kept, and nothing else is', () => {
    expect(cases.length).toBeGreaterThan(15);
    expect(Object.keys(golden)).toEqual(cases.map(({ name }) => name));
  });
});

describe('a trace that is another', () => {
  const lines = ['{"trace":"nasboard"}', '{"t":1}', '{"t":2}', ''];
  const trace = lines.join('\n');
  const kept = goldenOf(trace);

  it('is noticed whichever byte of it has changed', () => {
    expect(difference(kept, trace)).toBeUndefined();
    for (let place = 0; place < trace.length; place += 1) {
      const changed = `${trace.slice(0, place)}~${trace.slice(place + 1)}`;
      expect(difference(kept, changed)).toContain('npm run golden');
    }
  });

  it.each([
    [
      'a changed line',
      trace.replace('"t":2', '"t":3'),
      /from line 3 on, which is now\n {2}{"t":3}/,
    ],
    ['a line more', `${trace}{"t":3}\n`, /from line 4 on, which is now\n {2}{"t":3}/],
    ['a line less', lines.slice(0, 2).join('\n'), /from line 3 on, which is now\n {2}\(end/],
  ])('is told by the place where it departs: %s', (_what, changed, text) => {
    expect(difference(kept, changed)).toMatch(text);
  });

  it('is noticed with one byte changed in a trace of an example', async () => {
    const [example] = cases;
    const ofExample = await example?.trace();
    const changed = ofExample?.replace('"colour":"green"', '"colour":"gREEN"') ?? '';
    expect(changed).not.toBe(ofExample);
    expect(difference(golden[example?.name ?? ''], changed)).toContain('"colour":"gREEN"');
  });

  it('is noticed where none is kept', () => {
    expect(difference(undefined, trace)).toContain('no trace is kept');
  });
});

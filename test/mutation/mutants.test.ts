import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { mutants, mutated } from './mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('every mutant', () => {
  it.each(mutants)('fits its file, can be run, and has tests: $what', (mutant) => {
    const source = readFileSync(`${root}${mutant.file}`, 'utf8');
    const changed = mutated(mutant, source);
    expect(changed).not.toBe(source);
    // Broken grammar would turn any test red and prove nothing.
    expect(transformSync(changed, { loader: 'ts' }).warnings).toEqual([]);
    expect(mutant.tests.filter((test) => !existsSync(`${root}${test}`))).toEqual([]);
  });

  it('is told apart from the others', () => {
    expect(new Set(mutants.map(({ what }) => what)).size).toBe(mutants.length);
  });
});

describe('a mutant whose text', () => {
  const mutant = { what: 'x', file: 'a.ts', text: 'a > b', replacement: 'a < b', tests: [] };

  it.each([
    ['is gone', 'a >= b'],
    ['is there twice', 'a > b; a > b'],
  ])('%s is an error', (_what, source) => {
    expect(() => mutated(mutant, source)).toThrow(/a\.ts, not once/);
  });

  it('is there takes effect', () => {
    expect(mutated(mutant, 'if (a > b)')).toBe('if (a < b)');
  });
});

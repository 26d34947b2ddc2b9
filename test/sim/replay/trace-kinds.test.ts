import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { stimulusKinds } from '#sim/replay/stimuli';
import { commonFields, kindsTable, traceKinds, traceSchema } from '#sim/replay/trace-kinds';
import { exampleCases } from '../../golden/traces.ts';

const reference = new URL('../../../docs/reference/', import.meta.url);

/** Cases of a sweep are all of one kind. */
const casesPerExample = 2;

describe('the kinds of records', () => {
  test('are those of the reference, which shows the table and the fields of all', () => {
    const text = readFileSync(new URL('trace.md', reference), 'utf8');
    expect(text).toContain(kindsTable());
    for (const [field, meaning] of Object.entries(commonFields)) {
      expect(text).toContain(`| \`${field}\` | ${meaning} |`);
    }
  });

  test('are in the schema that is published', async () => {
    const schema = `${JSON.stringify(traceSchema(), undefined, 2)}\n`;
    await expect(schema).toMatchFileSnapshot(new URL('trace.schema.json', reference).pathname);
  });

  test('can all be done again, where the world does them and nothing else does', () => {
    const told = traceKinds.filter(({ by }) => by !== 'board');
    // What the host decided is asked for again, not done.
    const decided = ['http opened', 'mail way', 'ntp way'];
    const names = told.map(({ source, kind }) => `${source} ${kind}`);
    expect(names.filter((name) => !decided.includes(name)).toSorted()).toEqual(
      Object.keys(stimulusKinds).toSorted(),
    );
  });

  test('are all that the traces of the examples have, field by field', async () => {
    const validate = new Ajv2020().compile(traceSchema());
    const counts = new Map<string, number>();
    for (const { name, trace } of exampleCases()) {
      const example = name.replace(/, case .*/, '');
      const count = (counts.get(example) ?? 0) + 1;
      counts.set(example, count);
      if (count > casesPerExample) continue;
      for (const line of (await trace()).trimEnd().split('\n')) {
        const isGood = validate(JSON.parse(line));
        expect(isGood, `${name}: ${line}`).toBe(true);
      }
    }
    expect(counts.size).toBeGreaterThan(40);
    expect(validate({ t: 1, source: 'led', kind: 'led', colour: 'green', glow: 1 })).toBe(false);
    expect(validate({ t: 1, source: 'oven', kind: 'on' })).toBe(false);
  }, 120_000);
});

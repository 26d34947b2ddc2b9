import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readScenario } from '#sim/scenario/reader';
import { runScenario } from '#sim/scenario/run-scenario';

const folder = new URL('../../../docs/examples/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

test('there are examples', () => {
  expect(files.length).toBeGreaterThanOrEqual(8);
});

describe('every example passes, twice with the same trace', () => {
  test.each(files)('%s', async (name) => {
    const scenario = readScenario(readFileSync(new URL(name, folder), 'utf8'), name);
    const { cases } = await runScenario(scenario, { checkDeterminism: true });
    for (const { failure } of cases) expect(failure).toBeUndefined();
    expect(cases.every(({ outcome }) => outcome === 'passed')).toBe(true);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { plotTable } from '#sim/cli/table-plot';
import { formatTable } from '#sim/cli/table-text';
import { readScenario } from '#sim/scenario/reader';
import type { ScenarioResult } from '#sim/scenario/result';
import { runScenario } from '#sim/scenario/run-scenario';

/** That two runs leave the same trace is held by `test/determinism.test.ts`. */

const folder = new URL('../../../docs/examples/', import.meta.url);
const guide = new URL('../../../docs/guides/clocks.md', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

const results = new Map<string, Promise<ScenarioResult>>();

/** What came of an example, run once. */
function resultOf(name: string): Promise<ScenarioResult> {
  const known = results.get(name);
  if (known !== undefined) return known;
  const path = fileURLToPath(new URL(name, folder));
  const scenario = readScenario(readFileSync(path, 'utf8'), path);
  const result = runScenario(scenario);
  results.set(name, result);
  return result;
}

/** A sweep has many cases. */
const timeoutMs = 300_000;

test('there are examples', () => {
  expect(files.length).toBeGreaterThanOrEqual(8);
});

describe('every example passes', () => {
  test.each(files)(
    '%s',
    async (name) => {
      const { cases } = await resultOf(name);
      for (const { failure } of cases) expect(failure).toBeUndefined();
      expect(cases.every(({ outcome }) => outcome === 'passed')).toBe(true);
    },
    timeoutMs,
  );
});

/** `npx vitest run test/sim/scenario/examples.test.ts -u` writes them anew. */
describe('the sweeps of the examples', () => {
  const sweeps = files.filter((name) => name.startsWith('sweep-'));

  test.each(sweeps)(
    'have a picture beside them: %s',
    async (name) => {
      const { table, name: title } = await resultOf(name);
      expect.assert(table !== undefined);
      const picture = new URL(name.replace('.yaml', '.svg'), folder);
      await expect(plotTable(table, title)).toMatchFileSnapshot(fileURLToPath(picture));
    },
    timeoutMs,
  );

  test(
    'have their tables in the guide',
    async () => {
      let text = readFileSync(guide, 'utf8');
      for (const name of sweeps) {
        const { table } = await resultOf(name);
        expect.assert(table !== undefined);
        const lines = formatTable(table).map((line) => `${line}\n`);
        const frame = new RegExp(`(<!-- table: ${name} -->\n\`\`\`\n)[^]*?(\`\`\`\n<!-- end -->)`);
        expect(text).toMatch(frame);
        text = text.replace(frame, (_, start: string, end: string) =>
          [start, ...lines, end].join(''),
        );
      }
      expect(sweeps).toHaveLength(2);
      await expect(text).toMatchFileSnapshot(fileURLToPath(guide));
    },
    timeoutMs,
  );
});

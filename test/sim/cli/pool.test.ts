import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInPool } from '#sim/cli/pool';
import { ResultOrder, runSuite, type SuiteListener, type SuiteUnit } from '#sim/cli/suite';
import { readScenario } from '#sim/scenario/reader';
import type { CaseResult } from '#sim/scenario/result';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let folder = '';

/** Threads run what is built: here into a folder of its own. */
beforeAll(async () => {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'nasboard-pool-'));
  await build({
    absWorkingDir: root,
    entryPoints: { worker: 'sim/cli/suite-worker.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    packages: 'external',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function entryOf(file: string): { scenario: ReturnType<typeof readScenario>; text: string } {
  const text = readFileSync(join(root, 'docs/examples', file), 'utf8');
  return { scenario: readScenario(text, file), text };
}

function listen(): {
  readonly cases: CaseResult[];
  readonly names: string[];
  listener: SuiteListener;
} {
  const cases: CaseResult[] = [];
  const names: string[] = [];
  const listener: SuiteListener = {
    onCase: (result) => {
      cases.push(result);
      return result;
    },
    onScenario: ({ name }) => void names.push(name),
    onProgress: () => undefined,
  };
  return { cases, names, listener };
}

test('threads give the same results in the same order as one', async () => {
  const entries = ['reset-too-short.yaml', 'hung-firmware.yaml', 'reset-boundaries.yaml'].map(
    entryOf,
  );
  const options = { keepTrace: true };
  const alone = listen();
  await runSuite(entries, { ...options, jobs: 1 }, alone.listener);

  const units = entries.flatMap(({ scenario }, place) =>
    scenario.cases.map((_case, index): SuiteUnit => ({ place, index, seed: 1 })),
  );
  const together = listen();
  const worker = pathToFileURL(join(folder, 'worker.mjs')).href;
  const rest = { units, first: 0, worker, threads: 2, options };
  await runInPool(entries, rest, new ResultOrder(entries, units, together.listener));

  const plain = ({ elapsedMs: _elapsedMs, ...result }: CaseResult): object => result;
  expect(together.names).toEqual(alone.names);
  expect(together.cases.map(plain)).toEqual(alone.cases.map(plain));
  expect(together.cases).toHaveLength(9);
});

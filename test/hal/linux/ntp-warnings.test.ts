import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * Node reports `new Buffer` in bundles and not in packages under node_modules: so this is about a
 * bundle, run as a program of its own.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));

const asking = `
  import { createNtp } from '#hal/linux/ntp';
  const ntp = createNtp({
    driver: 'ntp-client',
    clock: { now: () => 0 },
    random: { bytes: (count) => new Uint8Array(count) },
    pivotMs: 0,
    servers: [],
  });
  const abort = new AbortController();
  const sample = ntp.query('127.0.0.1:9', abort);
  setImmediate(() => setImmediate(() => abort.abort()));
  await sample.catch(({ code }) => console.log(code));
`;
const alone = `
  import ntpClient from 'ntp-client';
  ntpClient.getNetworkTime('127.0.0.1', 9, () => console.log('called'));
`;
const warning = `process.emitWarning('of something else', 'DeprecationWarning', 'DEP9999');`;
const end = `setImmediate(() => process.exit());`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-warnings-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a program, bundled, says on the terminal. */
async function saidBy(contents: string): Promise<{ stdout: string; stderr: string }> {
  const outfile = join(folder, 'program.mjs');
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire('${root}');`,
    },
  });
  writeFileSync(join(folder, 'package.json'), '{}');
  return promisify(execFile)(process.execPath, [outfile]);
}

test('the package alone is reported as deprecated', async () => {
  expect((await saidBy(alone + end)).stderr).toContain('DEP0005');
});

test('the driver keeps that off the terminal', async () => {
  expect(await saidBy(asking + end)).toEqual({ stdout: 'timed-out\n', stderr: '' });
});

test('and no other deprecation, neither before nor after it', async () => {
  for (const program of [warning + asking + end, asking + warning + end]) {
    const { stdout, stderr } = await saidBy(program);
    expect(stdout).toBe('timed-out\n');
    expect(stderr).toContain('DEP9999');
    expect(stderr).not.toContain('DEP0005');
  }
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runFiles, type RunOptions } from '#sim/cli/run-files';
import { fakeRunIo } from './run-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const schema = fileURLToPath(new URL('junit.xsd', import.meta.url));

function put(name: string, steps: readonly string[], header = 'version: 1'): string {
  writeFileSync(at(name), `${header}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  return at(name);
}

/** One of each kind: passed, failed, and twice what keeps a scenario from having an outcome. */
function putAll(): readonly string[] {
  return [
    put('pass.yaml', ['delay: 1s']),
    put('fail.yaml', [
      'wait-state: { appliance: ready }',
      'press: { hold: [1s, 2s] }',
      'expect-beeps: [9s]',
    ]),
    put('invalid.yaml', ['power: off', 'fault: { cpu: hang }']),
    put('slow.yaml', ['delay: 1h']),
  ];
}

async function run(files: readonly string[], options: RunOptions, io = fakeRunIo()) {
  const code = await runFiles(files, { timeout: 60_000_000, ...options }, io);
  return { code, ...io.told };
}

/** What xmllint says against a report; empty where it conforms. */
function complaintsAbout(file: string): string {
  const { status, stderr, error } = spawnSync(
    'xmllint',
    ['--noout', '--nonet', '--schema', schema, file],
    { encoding: 'utf8' },
  );
  if (error !== undefined) throw new Error('xmllint is missing: apt-get install libxml2-utils');
  return status === 0 ? '' : stderr;
}

describe("JUnit's XML", () => {
  test('conforms to what its readers agree on, whatever the outcomes', async () => {
    const junit = at('out.xml');
    await run(putAll(), { junit });
    expect(complaintsAbout(junit)).toBe('');
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toMatch(/<testsuites name="nasboard" tests="5" failures="3" errors="1" /);
    expect(xml).toMatch(/pins {5}reset {3}pressed 2\.460 s, released 3\.460 s/);
    expect(xml).toMatch(/again {4}nasboard run .*fail\.yaml --seed 1 --case hold=1s --timeout 1m/);
  });

  test('the schema notices what is wrong', () => {
    writeFileSync(at('bad.xml'), '<testsuites><testsuite name="a" tests="many"/></testsuites>');
    expect(complaintsAbout(at('bad.xml'))).toContain("'many' is not a valid value");
  });

  test('conforms for any names', async () => {
    const runs = process.env['NASBOARD_PROOF'] === 'full' ? 200 : 10;
    const name = fc.string({ unit: 'binary', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const junit = at('named.xml');
        const header = `name: ${JSON.stringify(text.replaceAll(/\p{Surrogate}/gu, '?'))}\nversion: 1`;
        await run([put('named.yaml', ['expect-beeps: [1s]'], header)], { junit });
        expect(complaintsAbout(junit)).toBe('');
      }),
      { numRuns: runs },
    );
  });
});

describe('the report in JSON', () => {
  test('names version, options, seeds, the hashes of its inputs and why each case ended', async () => {
    const json = at('out.json');
    const files = putAll();
    const { code } = await run(files, { json, seed: 7 });
    const report = JSON.parse(readFileSync(json, 'utf8')) as {
      scenarios: { sha256: string; cases: { failure?: object }[] }[];
    };
    expect(code).toBe(3);
    expect(report).toMatchObject({
      report: 'nasboard',
      version: 1,
      nasboard: '0.1.0',
      exitCode: 3,
      options: { seed: 7, timeoutUs: 60_000_000 },
      scenarios: [
        { outcome: 'passed', cases: [{ seed: 7, exitCode: 0 }] },
        { outcome: 'failed', cases: [{ exitCode: 1 }, { exitCode: 1 }] },
        { outcome: 'invalid', cases: [{ exitCode: 3 }] },
        { outcome: 'time-limit', cases: [{ exitCode: 42 }] },
      ],
    });
    const hashes = files.map((file) =>
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    );
    expect(report.scenarios.map(({ sha256 }) => sha256)).toEqual(hashes);
    expect(report.scenarios[1]?.cases[0]?.failure).toMatchObject({
      step: { line: 5, source: 'expect-beeps: [9s]' },
      expected: '9s',
      states: { appliance: 'ready' },
      pins: {
        reset: [
          { atUs: 2_460_000, state: 'pressed' },
          { atUs: 3_460_000, state: 'released' },
        ],
      },
      clocks: { trust: 'synchronised' },
    });
  });

  test('is the same for the same runs, times of the machine apart', async () => {
    const texts = await Promise.all(
      ['a.json', 'b.json'].map(async (name) => {
        await run(putAll(), { json: at(name) });
        return readFileSync(at(name), 'utf8').replaceAll(/"elapsedMs": [\d.]+/g, '');
      }),
    );
    expect(texts[0]).toBe(texts[1]);
  });
});

describe('TAP', () => {
  test('on stdout is all that is there; the rest goes to stderr', async () => {
    const { tap, out, err } = await run(putAll(), { tap: '-' });
    expect(out).toBe('');
    expect(err).toContain('✗ fail');
    const lines = tap.split('\n');
    expect(lines[0]).toBe('TAP version 14');
    expect(lines.filter((line) => /^(ok|not ok|1\.\.)/.test(line))).toEqual([
      'ok 1 - pass',
      'not ok 2 - fail (hold 1s, seed 1)',
      'not ok 3 - fail (hold 2s, seed 1)',
      'not ok 4 - invalid',
      'not ok 5 - slow',
      '1..5',
    ]);
  });

  test('tells below each failure what there is to know, in YAML', async () => {
    const name = 'a # b \\ c';
    const header = `name: ${JSON.stringify(name)}\nversion: 1`;
    const { tap } = await run([put('fail.yaml', ['expect-beeps: [9s]'], header)], { tap: '-' });
    const [, title, diagnosis = ''] =
      /^not ok 1 - (.*)\n {2}---\n([^]*?)\n {2}\.\.\.$/m.exec(tap) ?? [];
    expect(title).toBe(String.raw`a \# b \\ c`);
    expect(parse(diagnosis.replaceAll(/^ {2}/gm, ''))).toMatchObject({
      message: 'expected 9s, seen 500ms',
      outcome: 'failed',
      at: { file: at('fail.yaml'), line: 4, column: 5 },
      seed: 1,
    });
  });

  test('goes into a file where one is named', async () => {
    const { tap, out } = await run([put('a.yaml', ['delay: 1s'])], { tap: at('out.tap') });
    expect(tap).toBe('');
    expect(out).toContain('1 passed');
    expect(readFileSync(at('out.tap'), 'utf8')).toBe('TAP version 14\nok 1 - a\n1..1\n');
  });
});

describe('GitHub', () => {
  test('is told the line of each failure, escaped as it wants it', async () => {
    const header = 'name: "a, b: 100%"\nversion: 1';
    const file = put('x.yaml', ['delay: 1s', '{ name: n, expect-beeps: [9s] }'], header);
    const { out } = await run([file], {}, fakeRunIo({ isGithub: true }));
    const place = `file=${at('x.yaml')},line=5,col=16`;
    expect(out).toContain(
      `::error ${place},title=a%2C b%3A 100%25::expect-beeps: [9s]%0Aexpected 9s, seen 500ms\n`,
    );
  });

  test('is told nothing where all passed, and nothing outside of it', async () => {
    const pass = put('a.yaml', ['delay: 1s']);
    expect((await run([pass], {}, fakeRunIo({ isGithub: true }))).out).not.toContain('::');
    expect((await run([put('b.yaml', ['expect-beeps: [9s]'])], {})).out).not.toContain('::');
  });
});

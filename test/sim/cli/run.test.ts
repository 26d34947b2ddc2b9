import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { World } from '#sim/kernel/world';
import { registerRun } from '#sim/cli/commands/run';
import { runFiles, type RunOptions } from '#sim/cli/run-files';
import { fakeRunIo } from './run-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a scenario file into the test's folder; answers its path. */
function put(name: string, steps: readonly string[], header = 'version: 1'): string {
  const path = join(folder, name);
  writeFileSync(path, `${header}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  return path;
}

async function run(
  files: readonly string[],
  options: RunOptions = {},
  terminal: Parameters<typeof fakeRunIo>[0] = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = fakeRunIo(terminal);
  const code = await runFiles(files, options, io);
  return { code, ...io.told };
}

const pass = ['delay: 1s'];
const fail = ['expect-beeps: [1s]'];
const invalid = ['power: off', 'fault: { cpu: hang }'];

describe('the exit code tells how a run ended', () => {
  test.each([
    ['all passed', [pass, pass], 0],
    ['one failed', [pass, fail], 1],
    ['one is invalid', [pass, invalid], 3],
    ['one ran into its time limit', [pass, ['delay: 1h']], 42],
    ['a failure counts before a time limit', [fail, ['delay: 1h']], 1],
    ['an invalid run counts before a failure', [fail, invalid], 3],
    ['a file is unusable', [pass, ['delay: 1']], 2],
  ])('%s', async (_what, scenarios, expected) => {
    const files = scenarios.map((steps, place) => put(`${place}.yaml`, steps));
    expect((await run(files, { timeout: 60_000_000 })).code).toBe(expected);
  });

  test('a bug of the firmware or the simulator is one, with its trace to be had', async () => {
    const settle = vi.spyOn(World.prototype, 'settle');
    settle.mockRejectedValue(new Error('the queue is upside down'));
    try {
      const { code, out } = await run([put('bug.yaml', pass)], { verbose: true });
      expect(code).toBe(3);
      expect(out).toContain('the queue is upside down');
      expect(out).toMatch(/again\s+nasboard run .*bug\.yaml --seed 1 --trace bug\.jsonl/);
      expect(out).toContain('run.test.ts');
    } finally {
      settle.mockRestore();
    }
  });
});

describe('nothing runs where a file is unusable', () => {
  test('every mistake of every file is told on stderr, with its place', async () => {
    const files = [
      put('good.yaml', pass),
      put('bad.yaml', ['press: { hold: 3 }', 'snapshot: {}']),
      join(folder, 'missing.yaml'),
      folder,
    ];
    const { code, out, err } = await run(files, { trace: join(folder, 'out.jsonl') });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('bad.yaml:3:20  press.hold: "3" has no unit; write 3s, 3000ms …\n');
    expect(err).toContain('bad.yaml:4:15  snapshot: expected text, not a group of fields\n');
    expect(err).toMatch(/missing\.yaml: .*no such file/);
    expect(err).toContain('EISDIR');
    expect(existsSync(join(folder, 'out.jsonl'))).toBe(false);
  });
});

describe('what is shown', () => {
  test('one line a scenario, in the order of the arguments, and a summary', async () => {
    const files = [put('b.yaml', ['press: { hold: [1s, 2s] }']), put('a.yaml', pass)];
    const { out } = await run(files);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^ ✓ b +2 cases +3\.00 s simulated +\S+ \S+$/);
    expect(lines[1]).toMatch(/^ ✓ a +1\.00 s simulated +\S+ \S+$/);
    expect(lines[2]).toMatch(
      /^2 passed +\(2 scenarios, 3 cases, 4\.00 s simulated in .*, seed 1\)$/,
    );
  });

  test('a failure with step, expectation, console, states, clocks and the command to repeat it', async () => {
    const steps = [
      'wait-state: { appliance: ready }',
      '{ name: nobody is in, expect-state: { console: shell } }',
    ];
    const { out } = await run([put('login.yaml', steps)], { seed: 5, timeout: 60_000_000 });
    expect(out).toMatch(/login\.yaml:4 {3}expect-state: \{ console: shell \} {2}\(nobody is in\)/);
    expect(out).toMatch(/expected {2}shell {6}seen {2}login \(just now\)/);
    expect(out).toMatch(/console {3}.*TS-453N login:/);
    expect(out).toMatch(/states {4}appliance ready, .*console login/);
    expect(out).toMatch(
      /clocks {4}wall 10:00:02\.341 {2}true 10:00:02\.460 {2}rtc 10:00:02 {2}trust synchronised/,
    );
    expect(out).toContain('2.460 s after the start, seed 5');
    expect(out).toMatch(
      /again {5}nasboard run .*login\.yaml --seed 5 --timeout 1m --trace login\.jsonl/,
    );
    expect(out).toMatch(/^1 failed +\(1 scenario, 1 case, /m);
  });

  test('three failures of a scenario, unless more are asked for', async () => {
    const file = put('many.yaml', ['press: { hold: [1s, 2s, 3s, 4s, 5s] }', 'expect-beeps: []']);
    const { out } = await run([file]);
    expect(out.match(/expected/g)).toHaveLength(3);
    expect(out).toContain('case      hold 1s, seed 1');
    expect(out).toContain('… and 2 more');
    expect((await run([file], { verbose: true })).out.match(/expected/g)).toHaveLength(5);
  });

  test('colours only where they are wanted', async () => {
    const file = put('a.yaml', fail);
    expect((await run([file])).out).not.toContain('\u001b');
    expect((await run([file], {}, { isColoured: true })).out).toContain('\u001b[31m');
  });

  test('progress on a terminal only', async () => {
    const file = put('a.yaml', ['press: { hold: [1s, 2s] }']);
    expect((await run([file])).err).toBe('');
    expect((await run([file], {}, { hasProgress: true })).err).toMatch(
      /^\r {3}█{10}░{10} {2}1 of 2 cases, .* left, 1\.00 s simulated\u001b\[K\r\u001b\[K$/,
    );
  });
});

describe('files', () => {
  test('one case has its trace and its console in the files named', async () => {
    const [trace, serialLog] = [join(folder, 'out.jsonl'), join(folder, 'out.log')];
    await run([put('a.yaml', ['wait-serial: "self-test"'])], { trace, serialLog });
    expect(JSON.parse(readFileSync(trace, 'utf8').split('\n')[0] ?? '')).toMatchObject({
      trace: 'nasboard',
      version: 1,
      seed: 1,
    });
    expect(readFileSync(serialLog, 'utf8')).toContain('nasboard firmware');
  });

  test('several cases have them numbered, in order', async () => {
    const trace = join(folder, 'out.jsonl');
    await run([put('a.yaml', pass), put('b.yaml', pass)], { trace, seeds: 2 });
    const seeds = [1, 2, 3, 4].map((number) => {
      const [header = ''] = readFileSync(join(folder, `out-${number}.jsonl`), 'utf8').split('\n');
      return (JSON.parse(header) as { seed: number }).seed;
    });
    expect(seeds).toEqual([1, 2, 1, 2]);
    expect(existsSync(trace)).toBe(false);
  });

  test('a report in JSON', async () => {
    const [json, trace] = [join(folder, 'out.json'), join(folder, 'out.jsonl')];
    await run([put('a.yaml', ['press: { hold: [1s, 2s] }', 'expect-beeps: []'])], { json, trace });
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      report: 'nasboard',
      version: 1,
      counts: { failed: 1 },
      scenarios: [
        {
          name: 'a',
          outcome: 'failed',
          cases: [
            {
              variables: { hold: '1s' },
              seed: 1,
              outcome: 'failed',
              trace: join(folder, 'out-1.jsonl'),
            },
            {
              variables: { hold: '2s' },
              failure: { expected: 'no beep', step: { line: 4 } },
            },
          ],
        },
      ],
    });
  });

  test("a report in JUnit's XML", async () => {
    const junit = join(folder, 'out.xml');
    const header = 'name: "<a & \\"b\\">\\u0001"\nversion: 1';
    await run([put('a.yaml', fail, header), put('b.yaml', invalid)], { junit });
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="nasboard" tests="2" failures="1" errors="1" /,
    );
    expect(xml).toContain('name="&lt;a &amp; &quot;b&quot;&gt;\ufffd"');
    expect(xml).toMatch(/<failure type="failed" message="expected 1s, seen 500ms">/);
    expect(xml).toMatch(/<error type="invalid" message="the fault never took effect: cpu: hang">/);
  });
});

test('a check of determinism runs each case twice and agrees', async () => {
  const { code, out } = await run(
    [put('a.yaml', ['press: { hold: 3s, bounce: { edges: 9, within: 19ms } }'])],
    {
      checkDeterminism: true,
    },
  );
  expect(code).toBe(0);
  expect(out).toContain('1 passed');
});

test('a check of determinism catches chance that no seed decides', async () => {
  let runs = 0;
  const settle = vi.spyOn(World.prototype, 'settle').mockImplementation(function chance(
    this: World,
  ) {
    this.trace.output('test', 'chance', { value: (runs += 1) });
    return Promise.resolve();
  });
  try {
    const { code, out } = await run([put('a.yaml', pass)], { checkDeterminism: true });
    expect(code).toBe(3);
    expect(out).toMatch(/two runs with one seed differ, first in line \d+ of the trace/);
    expect(out).toMatch(/expected {2}.*"value":1.* {6}seen {2}.*"value":2/);
  } finally {
    settle.mockRestore();
  }
});

describe('the command line', () => {
  /** What the command's options are read as; undefined where they are refused. */
  async function parse(...words: readonly string[]): Promise<unknown> {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    registerRun(program);
    const command = program.commands[0];
    command?.exitOverride().configureOutput({ writeErr: () => undefined });
    let seen: unknown;
    command?.action((_files: unknown, options: unknown) => void (seen = options));
    await program.parseAsync(['run', ...words], { from: 'user' });
    return seen;
  }

  test('reads numbers and durations', async () => {
    const words = ['a.yaml', '--seed', '0', '--seeds', '3', '--timeout', '30s', '--jobs', '2'];
    expect(await parse(...words)).toMatchObject({
      seed: 0,
      seeds: 3,
      timeout: 30_000_000,
      jobs: 2,
    });
  });

  test('reads the values of a case, one after the other', async () => {
    const words = ['a.yaml', '--case', 'drift=-5ppm', '--case', 'text=a=b', '--case', 'none='];
    expect(await parse(...words)).toMatchObject({
      case: { drift: '-5ppm', text: 'a=b', none: '' },
    });
  });

  test.each([
    [['a.yaml', '--seed', '-1']],
    [['a.yaml', '--seed', '9007199254740993']],
    [['a.yaml', '--seeds', '0']],
    [['a.yaml', '--timeout', '30']],
    [['a.yaml', '--jobs', 'many']],
    [['a.yaml', '--case', 'drift']],
    [['a.yaml', '--case', '=1']],
    [['a.yaml', '--judged-by', 'luck']],
    [['a.yaml', '--shrink-runs', '0']],
    [['a.yaml', '--no-such-option']],
    [[]],
  ])('refuses %j', async (words) => {
    await expect(parse(...words)).rejects.toThrow();
  });
});

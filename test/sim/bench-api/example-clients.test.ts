import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveApiRig } from './live-rig.ts';

const run = promisify(execFile);
const examples = fileURLToPath(new URL('../../../docs/examples/bench-api/', import.meta.url));
const token = 'abcdefghijklmnop-0123';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-clients-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function runExample(program: string, file: string, rig: LiveApiRig, withToken = '') {
  const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', NASBOARD_TOKEN: withToken };
  const words = [join(examples, file), rig.url];
  return run(program, words, { cwd: folder, env: environment });
}

describe('the example clients', () => {
  it('with curl: presses RESET and keeps the trace', async () => {
    await using rig = await LiveApiRig.open();
    const { stdout } = await runExample('sh', 'reset.sh', rig);
    const [outcome = '', board = ''] = stdout.trim().split('\n');
    expect(JSON.parse(outcome)).toMatchObject({ outcome: 'passed' });
    expect(JSON.parse(board)).toMatchObject({ seed: 1, power: { on: true } });
    const trace = readFileSync(join(folder, 'trace.jsonl'), 'utf8');
    expect(trace).toBe(rig.live.bench.traceText());
  });

  it('with curl: fails where a step does', async () => {
    await using rig = await LiveApiRig.open();
    await rig.steps({ fault: { reset: { stuck: true } } });
    await expect(runExample('sh', 'reset.sh', rig)).rejects.toMatchObject({ code: 1 });
  });

  it('with Python: goes through the boundaries of RESET from one snapshot', async () => {
    await using rig = await LiveApiRig.open({ token });
    const { stdout } = await runExample('python3', 'bench.py', rig, token);
    expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/)[1])).toEqual([
      'ready',
      'resetting-basic',
      'resetting-advanced',
      undefined,
      undefined,
    ]);
    expect(stdout).toMatch(/\n\d+ records of the RESET line\n$/);
  });

  it('with Python: says what the bench refuses', async () => {
    await using rig = await LiveApiRig.open({ token });
    const failed = await runExample('python3', 'bench.py', rig).catch((error: unknown) => error);
    expect(String((failed as { stderr?: unknown }).stderr)).toContain('Send the token');
  });
});

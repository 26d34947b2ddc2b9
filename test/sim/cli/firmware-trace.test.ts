import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFirmware } from '#sim/cli/firmware-app';
import type { TraceRecord } from '#sim/kernel/trace';
import { until } from '../../hal/linux/until.ts';
import { HardwareBench } from './hardware-bench.ts';

let bench: HardwareBench;

beforeEach(() => {
  bench = new HardwareBench();
});

afterEach(async () => {
  await bench.close();
});

/** The password on the label of the bench. */
const password = '245EBE4A107C';

const linesOf = (path: string): TraceRecord[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TraceRecord);

describe('nasboard firmware --trace', () => {
  test('it records what a simulated board records, in the order of time, without secrets', async () => {
    const path = bench.folder.at('trace.jsonl');
    const run = bench.start('firmware', '--board', 'board.yaml', '--trace', 'trace.jsonl');
    await bench.waitFor('TS-X login: ');
    bench.holdKey(300);
    bench.pty.type('admin\r');
    await bench.waitFor('Password: ');
    bench.pty.type(`${password}\r`);
    await bench.waitFor('Choose your own now');
    await until(() => bench.folder.text('trace.jsonl').includes('"release"'), 'the release');
    run.child.kill('SIGTERM');
    expect(await run.end).toBe(0);

    const [header, ...records] = linesOf(path);
    expect(header).toMatchObject({ trace: 'nasboard', version: 1, board: { model: 'TS-X' } });
    const times = records.map(({ t }) => t);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const of = (source: string): Omit<TraceRecord, 't'>[] =>
      records.filter((record) => record.source === source).map(({ t: _, ...rest }) => rest);
    expect(of('power')).toEqual([
      { source: 'power', kind: 'on', stimulus: true },
      { source: 'power', kind: 'start', reason: 'power-on', boot: 1 },
      { source: 'power', kind: 'off', stimulus: true },
    ]);
    expect(of('reset')).toEqual([
      { source: 'reset', kind: 'press', stimulus: true },
      { source: 'reset', kind: 'line', pressed: true },
      { source: 'reset', kind: 'release', stimulus: true },
      { source: 'reset', kind: 'line', pressed: false },
    ]);
    const edgesUs = records.filter(({ kind }) => kind === 'line').map(({ t }) => t);
    const holdMs = ((edgesUs[1] ?? 0) - (edgesUs[0] ?? 0)) / 1000;
    expect(holdMs).toBeGreaterThan(0);
    expect(of('led').at(-1)).toMatchObject({ kind: 'led', colour: 'green' });
    const states = of('firmware').filter(({ chart }) => chart === 'appliance');
    expect(states.map(({ state }) => state)).toContain('ready');
    const textOf = ({ text }: Omit<TraceRecord, 't'>): string =>
      typeof text === 'string' ? text : '';
    const said = of('uart').map(textOf);
    expect(said.join('')).toContain('TS-X login: ');
    const typed = of('uart').filter(({ kind }) => kind === 'rx');
    expect(typed.map(textOf).join('')).toBe('admin\r');
    expect(typed.reduce((sum, { hidden = 0 }) => sum + Number(hidden), 0)).toBe(13);
    expect(readFileSync(path, 'utf8')).not.toContain(password);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('what was recorded is there after a kill, but for the end', async () => {
    const run = bench.start('firmware', '--board', 'board.yaml', '--trace', 'trace.jsonl');
    await bench.waitFor('TS-X login: ');
    await until(() => bench.folder.text('trace.jsonl').includes('TS-X login'), 'the prompt');
    run.child.kill('SIGKILL');
    await run.end;
    const records = linesOf(bench.folder.at('trace.jsonl'));
    expect(records.map(({ kind }) => kind)).toContain('start');
  });

  test('a file that cannot be made is told before anything starts', async () => {
    const { host } = bench;
    const trace = bench.folder.at('no/such/folder');
    expect(await runFirmware(bench.folder.at('board.yaml'), host, { trace })).toBe(2);
    expect(host.said.err).toContain('the trace cannot be written: ENOENT');
    expect(host.said.out).toBe('');
    expect(bench.led('green')).toBe('0');
  });
});

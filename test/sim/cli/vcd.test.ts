import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerRun } from '#sim/cli/commands/run';
import { runFiles, type RunOptions } from '#sim/cli/run-files';
import { convertFile } from '#sim/cli/vcd-file';
import { UsageError } from '#sim/kernel/invariant';
import { readVcd } from '#sim/waves/vcd-reader';
import { fakeRunIo } from './run-io.ts';
import { SessionBench } from './session-bench.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-vcd-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'latin1');

async function run(options: RunOptions, holds = '3s'): Promise<number> {
  writeFileSync(
    at('hold.yaml'),
    `name: hold\nversion: 1\nsteps:\n  - wait-serial: "login:"\n  - press: { hold: ${holds} }\n  - delay: 5s\n`,
  );
  return runFiles([at('hold.yaml')], options, fakeRunIo({}));
}

/** Levels of a wire. */
function levels(name: string, wire: string): readonly string[] {
  let id = '';
  const { changes } = readVcd(read(name), (signals) => {
    const found = signals.filter((signal) => signal.name === wire);
    id = found[0]?.id ?? '';
    return found;
  });
  return (changes.get(id) ?? []).map(({ value }) => value);
}

describe('nasboard run --vcd', () => {
  test('writes a file for each case, its number before the extension', async () => {
    expect(await run({ vcd: at('out.vcd') }, '[1s, 3s]')).toBe(0);
    expect(read('out-1.vcd')).toContain('$comment seed=1 board=TS-453N scenario=hold $end');
    expect(levels('out-1.vcd', 'reset')).toEqual(['0', '1', '0']);
    expect(levels('out-2.vcd', 'reset_debounced')).toEqual(['x', '0', '1', '0']);
  });

  test('writes the same file again, also where two runs are compared', async () => {
    await run({ vcd: at('a.vcd') });
    await run({ vcd: at('b.vcd'), checkDeterminism: true });
    expect(read('b.vcd')).toBe(read('a.vcd'));
  });

  test('counts in the unit that it is given, and refuses what is none', async () => {
    await run({ vcd: at('out.vcd'), vcdTimescale: '1ms' });
    expect(read('out.vcd')).toContain('$timescale 1ms $end');
    const program = new Command().exitOverride();
    registerRun(program);
    const words = ['run', 'x.yaml', '--vcd', 'x.vcd', '--vcd-timescale', '1fs'];
    await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow(
      /finer than anything/,
    );
  });
});

describe('nasboard vcd', () => {
  test('makes of a trace what the run would have written, up to its last record', async () => {
    await run({ vcd: at('run.vcd'), trace: at('run.jsonl') });
    convertFile(at('run.jsonl'), { out: at('trace.vcd') });
    const body = (name: string): string => read(name).slice(read(name).indexOf('$timescale'));
    expect(body('run.vcd').startsWith(body('trace.vcd').slice(0, -50))).toBe(true);
  });

  test('draws a part of a trace, and any VCD file', async () => {
    await run({ vcd: at('run.vcd'), trace: at('run.jsonl') });
    const window = { from: '2s', to: '6s' };
    convertFile(at('run.jsonl'), { svg: at('t.svg'), ...window, signals: 'reset,buzzer' });
    expect(read('t.svg')).toMatch(/<desc[^>]*>reset changes 2 times from 2\.46 s to 5\.46 s\./);
    expect(read('t.svg')).not.toContain('led_green');
    convertFile(at('run.vcd'), {
      svg: at('v.svg'),
      title: 'A <press>',
      signals: 'board.appliance',
    });
    expect(read('v.svg')).toContain('A &lt;press&gt;');
    expect(read('v.svg')).toContain('resetting-basic');
  });

  test.each([
    ['nothing to do', {}, /say what to make of it/],
    ['a window that is none', { svg: 'x', from: '3s', to: '2s' }, /2s is not after --from 3s/],
    ['a time without unit', { svg: 'x', from: '3' }, /--from: "3" has no unit/],
    [
      'a signal that is none',
      { svg: 'x', signals: 'rest' },
      /there is no "rest"; there are: power/,
    ],
    ['a timescale that is none', { out: 'x', vcdTimescale: '3us' }, /--vcd-timescale: "3us"/],
  ])('refuses %s', async (_what, options, said) => {
    await run({ trace: at('run.jsonl') });
    expect(() => convertFile(at('run.jsonl'), options)).toThrow(said);
    expect(existsSync('x')).toBe(false);
  });

  test.each([
    ['is no trace', 'hello\n', /:1: no JSON/],
    ['is another file in JSON', '{"a":1}\n', /is no trace: nasboard run --trace writes one/],
    [
      'is of a later version',
      '{"trace":"nasboard","version":2,"seed":1,"startUs":0,"board":{}}\n',
      /version 2, not 1/,
    ],
    ['has a line that is no record', `${header()}{"t":1}\n`, /:2: a record has t, source and kind/],
    ['goes back in time', `${header()}${record(5)}${record(4)}`, /:3: time goes back/],
    ['is a damaged VCD file', '$timescale 1 us $end', /line 1: ends before \$enddefinitions/],
  ])('a file that %s is refused', (_what, text, said) => {
    writeFileSync(at('bad'), text);
    expect(() => convertFile(at('bad'), { svg: at('x.svg') })).toThrow(said);
    expect(() => convertFile(at('bad'), { svg: at('x.svg') })).toThrow(UsageError);
  });
});

function header(): string {
  return '{"trace":"nasboard","version":1,"seed":1,"startUs":0,"board":{}}\n';
}

function record(t: number): string {
  return `${JSON.stringify({ t, source: 'power', kind: 'on' })}\n`;
}

describe('vcd at the prompt', () => {
  const toggle = '\u001d';

  test('records from now on, with what is so already, until it is stopped', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}vcd ${at('live.vcd')}\r`);
    expect(session.shown).toMatch(/recording to \S+live\.vcd: vcd stop ends it/);
    await session.type('press reset 3s\r');
    await session.advance(8_000);
    expect(read('live.vcd')).toContain('$enddefinitions');
    await session.type('vcd stop\r');
    expect(session.shown).toMatch(/\d+ bytes in \S+live\.vcd/);
    expect(levels('live.vcd', 'power')).toEqual(['0', '1']);
    expect(levels('live.vcd', 'led_green').slice(0, 3)).toEqual(['x', '0', '1']);
    expect(levels('live.vcd', 'reset')).toEqual(['0', '1', '0']);
    expect(levels('live.vcd', 'totp_step').length).toBeGreaterThanOrEqual(2);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test.each([
    ['vcd', /write vcd FILE or vcd stop/],
    ['vcd stop', /nothing is being recorded/],
    ['vcd /nowhere/at/all', /the waveforms could not be written: ENOENT/],
  ])('%s', async (line, answer) => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}${line}\r`);
    expect(session.shown).toMatch(answer);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('what is recorded when the session ends is whole', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}vcd ${at('live.vcd')}\r`);
    session.terminate();
    expect(await session.done).toBe(0);
    expect(levels('live.vcd', 'power')).toEqual(['0', '1']);
  });
});

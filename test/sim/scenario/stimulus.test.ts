import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScenarioError } from '#sim/scenario/problem';
import { readScenario } from '#sim/scenario/reader';
import type { TraceRecord } from '#sim/kernel/trace';
import type { CaseResult } from '#sim/scenario/result';
import { runScenario } from '#sim/scenario/run-scenario';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-stimulus-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const boot = 'wait-state: { appliance: ready }';

/** A capture of some signals, with changes at times in ms. */
function put(name: string, changes: readonly string[], signals = ['reset']): void {
  const vars = signals.map((signal, place) => `$var wire 1 ${place} ${signal} $end`);
  const head = ['$timescale 1 ms $end', ...vars, '$enddefinitions $end'];
  writeFileSync(join(folder, name), [...head, ...changes, ''].join('\n'));
}

/** Runs steps of a scenario that lies beside the captures. */
async function run(
  steps: readonly string[],
  options: { readonly vcd?: object; readonly keepTrace?: boolean } = {},
): Promise<CaseResult> {
  const text = `version: 1\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`;
  const { cases } = await runScenario(readScenario(text, join(folder, 'test.yaml')), options);
  return cases[0] as CaseResult;
}

/** Edges of RESET, in µs after the first. */
function edgesOf(trace: string | undefined): readonly (readonly [number, unknown])[] {
  const records = (trace ?? '')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as TraceRecord);
  const edges = records.filter(({ source, kind }) => source === 'reset' && kind === 'line');
  return edges.map(({ t, pressed }) => [t - (edges[0]?.t ?? 0), pressed]);
}

function problemsOf(step: string): string {
  try {
    readScenario(`version: 1\nsteps:\n  - ${step}\n`, join(folder, 'test.yaml'));
    return '';
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message;
  }
}

describe('a capture drives the RESET line', () => {
  test('what a run recorded makes the same edges again', async () => {
    const press = 'press: { hold: 3s, bounce: { edges: 9, within: 15ms } }';
    const first = await run([boot, press, 'delay: 1s'], { vcd: {}, keepTrace: true });
    writeFileSync(join(folder, 'again.vcd'), first.vcd ?? '');
    const steps = [boot, 'stimulus: { file: again.vcd, from: 2s }', 'delay: 1s'];
    const second = await run(steps, { keepTrace: true });
    expect(first.outcome).toBe('passed');
    expect(edgesOf(first.trace)).toHaveLength(22);
    expect(edgesOf(second.trace)).toEqual(edgesOf(first.trace));
  });

  test('the step ends at the last edge, and what follows sees what came of it', async () => {
    put('press.vcd', ['#0 00', '#100 10', '#3100 00', '#9000']);
    const steps = ['expect-beeps: [500ms, 1500ms]', 'stimulus: press.vcd', 'expect-beeps: [500ms]'];
    expect(await run([boot, ...steps])).toMatchObject({ outcome: 'passed', failure: undefined });
  });

  test.each([
    [
      'a line that the contact pulls down',
      'invert: true',
      ['#0 10', '#5 00', '#3005 10'],
      3_000_000,
    ],
    [
      'levels that are unknown at first',
      'invert: false',
      ['#0 x0', '#5 10', '#1005 00'],
      1_000_000,
    ],
    ['what is left of it after a while', 'from: 1s', ['#0 10', '#1500 00'], 500_000],
  ])('%s', async (_what, field, changes, holdUs) => {
    put('c.vcd', changes);
    const step = `stimulus: { file: c.vcd, ${field} }`;
    const { trace } = await run([boot, step, 'delay: 1s'], { keepTrace: true });
    expect(edgesOf(trace)).toEqual([
      [0, true],
      [holdUs, false],
    ]);
  });

  test('a sweep may name the files', () => {
    put('a.vcd', ['#0 10', '#5 00']);
    put('b.vcd', ['#0 10', '#6 00']);
    const text = 'version: 1\nsweep: { f: [a, b] }\nsteps: [{ stimulus: "${f}.vcd" }]\n';
    expect(readScenario(text, join(folder, 'test.yaml')).cases).toHaveLength(2);
  });
});

describe('a file that cannot drive it is refused before anything runs', () => {
  test.each([
    ['is not there', 'stimulus: nowhere.vcd', /test\.yaml:3:\d+ {2}stimulus: ENOENT.*nowhere\.vcd/],
    ['is a folder', 'stimulus: .', /is no file/],
    ['is no VCD file', 'stimulus: test.txt', /test\.txt, line 1: "hello" is no section/],
    ['has no such signal', 'stimulus: { file: two.vcd, signal: c }', /no "c".*it has a, b/],
    ['has several signals', 'stimulus: two.vcd', /say which signal is the contact: .*a, b/],
    ['is never pressed', 'stimulus: idle.vcd', /"reset" is never pressed/],
    [
      'is never known',
      'stimulus: { file: idle.vcd, signal: reset, invert: true, from: 1h }',
      /ends/,
    ],
    [
      'becomes unknown',
      'stimulus: unknown.vcd',
      /unknown\.vcd, line 5: the level is "x" at 0\.007 s/,
    ],
    ['has a name known only later', 'stimulus: "${now}.vcd"', /give its plain name/],
  ])('%s', (_what, step, said) => {
    writeFileSync(join(folder, 'test.txt'), 'hello');
    put('two.vcd', ['#0 00 01'], ['a', 'b']);
    put('idle.vcd', ['#0 00', '#5 00']);
    put('unknown.vcd', ['#0 00 #5 10', '#7 x0']);
    expect(problemsOf(step)).toMatch(said);
  });

  test('a device is not waited for', () => {
    expect(problemsOf('stimulus: /dev/zero')).toMatch(/is no file/);
  });
});

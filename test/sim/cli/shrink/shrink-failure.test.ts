import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFiles, type RunOptions } from '#sim/cli/run-files';
import { fakeRunIo } from '../run-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-shrink-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

/** A board that is to be ready at the end, whatever was done to it: too much to ask. */
const scenario = `name: ready in the end
version: 1
steps:
  - wait-serial: "login:"
  - repeat: { times: 2, steps: [{ delay: 3s }, { expect-pin: { part-id: reset, name: pressed, value: 0 } }] }
  - press: { part-id: reset, hold: [1s, 3s] }
  - delay: 4s
  - power: cycle
  - delay: 5s
  - expect-state: { appliance: ready }
`;

/** Nothing that ends a life: what is wrong shows when the board starts again. */
const weights = `version: 1
most: 8
off: 0
weights: { power-cut: 0, flash-power-cut: 0, cpu-hang: 0, flash-write-failures: 0 }
`;

async function run(file: string, options: RunOptions = {}, io = fakeRunIo()) {
  const code = await runFiles([file], options, io);
  return { code, ...io.told };
}

function put(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

describe('a failure under random faults', () => {
  test('is made small: a file that fails in the same way', async () => {
    const shrinkTo = at('small.yaml');
    const faultWeights = put('weights.yaml', weights);
    const options = { faultWeights, judgedBy: 'both', seeds: 40, shrinkTo } as const;
    const { code, out } = await run(put('a.yaml', scenario), options);
    expect(code).toBe(1);
    expect(out).toMatch(/faults {4}[\d.]+ s {2}/);
    expect(out).toMatch(
      /again .* --fault-weights \S+weights\.yaml --judged-by both --trace a\.jsonl/,
    );
    expect(out).toMatch(
      /shrunk to \d+ faults? and \d+ steps? in \d+ runs: {2}nasboard run \S+small\.yaml/,
    );
    const text = readFileSync(shrinkTo, 'utf8');
    expect(text).toMatch(/^# Made from .*a\.yaml, case hold \S+, seed \d+, by nasboard /);
    const [first = ''] = /expected {2}.*seen {2}\w+/.exec(out) ?? [];
    const again = await run(shrinkTo);
    expect(again.code).toBe(1);
    expect(again.out).toContain(first.replace(/ +seen.*/, ''));
    expect(text.match(/^ +- /gm)?.length).toBeLessThan(6);
    // Without its fault it holds: it was not made to fail by what was left out.
    const calm = text.replace(/^faults:\n[^]*?(?=^steps:)/m, '');
    expect(calm).not.toBe(text);
    expect((await run(put('calm.yaml', calm))).code).toBe(0);
  });

  test('stays as it is where that is wanted', async () => {
    const faultWeights = put('weights.yaml', weights);
    const options = { faultWeights, judgedBy: 'both', seeds: 40, shrink: false } as const;
    const { code, out } = await run(put('a.yaml', scenario), options);
    expect(code).toBe(1);
    expect(out).not.toContain('shrunk');
  });
});

describe('any failure', () => {
  const fails = `version: 1
steps:
  - delay: 1s
  - wait-serial: "login:"
  - press: { part-id: reset, hold: [1s, 3.5s] }
  - delay: 7s
  - expect-log: "basic reset"
`;

  test('is made small where a file is asked for, within so many runs', async () => {
    const shrinkTo = at('small.yaml');
    const { out } = await run(put('a.yaml', fails), { shrinkTo, shrinkRuns: 12 });
    const runs = Number(/in (\d+) runs/.exec(out)?.[1]);
    expect(runs).toBeLessThanOrEqual(14);
    expect((await run(shrinkTo)).code).toBe(1);
    expect(existsSync(at('a.min.yaml'))).toBe(false);
  });

  test('is told so far as it came when somebody has had enough', async () => {
    const io = fakeRunIo({ hasProgress: true });
    let isTold = false;
    const impatient = {
      ...io,
      err(text: string): void {
        io.err(text);
        if (!isTold && text.includes('shrinking')) {
          isTold = true;
          io.interrupt();
        }
      },
    };
    const shrinkTo = at('small.yaml');
    const code = await runFiles([put('a.yaml', fails)], { shrinkTo }, impatient);
    expect(code).toBe(1);
    expect(io.told.out).toMatch(/runs, as far as it came: {2}nasboard run/);
    expect((await run(shrinkTo)).code).toBe(1);
  });
});

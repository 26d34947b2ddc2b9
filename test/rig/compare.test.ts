import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBench, type Bench } from '#sim/bench';
import type { TraceRecord } from '#sim/kernel/trace';
import { compareWithSimulator } from './compare.ts';

let bench: Bench;

beforeEach(() => {
  bench = createBench({ board: { model: 'RIG-1' }, seed: 7 });
});

afterEach(() => {
  bench.stop();
});

const seconds = (count: number): Promise<unknown> =>
  bench.world.runWhile(() => true, bench.world.nowUs + count * 1_000_000);

/** A board of another seed stands in for the real one: what it does about RESET is the same. */
async function linesOfHold(holdMs: number): Promise<string[]> {
  bench.board.powerOn();
  await seconds(20);
  bench.board.resetButton.hold(holdMs * 1000);
  await seconds(8);
  return bench.traceText().trimEnd().split('\n');
}

/** The records, each as `change` leaves it; nothing: it is not there. */
function changed(
  lines: readonly string[],
  change: (record: TraceRecord) => TraceRecord | undefined,
): string[] {
  const [header = '', ...records] = lines;
  const left = records.flatMap((line) => change(JSON.parse(line) as TraceRecord) ?? []);
  return [header, ...left.map((record) => JSON.stringify(record))];
}

describe('a trace held against the simulator', () => {
  test.each([1_000, 3_300, 4_000])('is found the same for a hold of %d ms', async (holdMs) => {
    expect(await compareWithSimulator(await linesOfHold(holdMs))).toEqual([]);
  });

  test('of Debian’s kernel, recorded on the rig, is found the same', async () => {
    const path = join(import.meta.dirname, 'recorded/reset-basic.jsonl');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(await compareWithSimulator(lines)).toEqual([]);
  });

  const breaches = [
    {
      what: 'a beep that comes late',
      change: (record: TraceRecord) =>
        record['on'] === true && record.t > 1_795_514_415_000_000
          ? { ...record, t: record.t + 1_100_000 }
          : record,
      told: 'beep: real after 4100 ms, simulated after 3000 ms',
    },
    {
      what: 'an LED that stays dark',
      change: (record: TraceRecord) => (record.source === 'led' ? undefined : record),
      told: 'status LED: real [], simulated ["red","green"]',
    },
    {
      what: 'a word that is missing',
      change: (record: TraceRecord) =>
        typeof record['text'] === 'string'
          ? { ...record, text: record['text'].replace('done', 'begun') }
          : record,
      told: 'basic reset begun',
    },
    {
      what: 'a reset that does not happen',
      change: (record: TraceRecord) => (record['state'] === 'resetting-basic' ? undefined : record),
      told: 'appliance: real ["ready"], simulated ["resetting-basic","ready"]',
    },
  ];

  test.each(breaches)('is found to differ in $what', async ({ change, told }) => {
    const lines = changed(await linesOfHold(3_300), change);
    const differences = await compareWithSimulator(lines);
    expect(differences.join('\n')).toContain(told);
  });

  test('that has no press in it is refused', async () => {
    const lines = changed(await linesOfHold(1_000), (record) =>
      record.source === 'reset' ? undefined : record,
    );
    await expect(compareWithSimulator(lines)).rejects.toThrow('nobody pressed RESET');
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { BuzzerPart } from '#sim/parts/buzzer';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;
let startUs: number;

beforeEach(() => {
  bench = createPartBench();
  startUs = bench.world.nowUs;
});

describe('the buzzer', () => {
  test('remembers its beeps, the one that sounds without an end', async () => {
    const buzzer = new BuzzerPart(bench.site);
    const port = buzzer.connect(bench.begin());
    port.set(true);
    await bench.world.runFor(500_000);
    port.set(true);
    port.set(false);
    port.set(false);
    await bench.world.runFor(500_000);
    port.set(true);
    expect(buzzer.isSounding).toBe(true);
    expect(buzzer.beeps).toEqual([
      { startUs, endUs: startUs + 500_000 },
      { startUs: startUs + 1_000_000 },
    ]);
    expect(bench.world.trace.records.map((record) => record['on'])).toEqual([true, false, true]);
  });

  test('is silent from the end of the life on', async () => {
    const buzzer = new BuzzerPart(bench.site);
    const life = bench.begin();
    const port = buzzer.connect(life);
    port.set(true);
    await bench.world.runFor(100);
    life.end();
    port.set(true);
    expect(buzzer.isSounding).toBe(false);
    expect(buzzer.beeps).toEqual([{ startUs, endUs: startUs + 100 }]);
  });

  test('tells its watchers; reset forgets all but a beep that lasts', () => {
    const buzzer = new BuzzerPart(bench.site);
    const port = buzzer.connect(bench.begin());
    const heard: boolean[] = [];
    const stop = buzzer.onChange((sounding) => heard.push(sounding));
    port.set(true);
    port.set(false);
    stop();
    port.set(true);
    expect(heard).toEqual([true, false]);
    buzzer.reset();
    expect(buzzer.beeps).toEqual([{ startUs }]);
    port.set(false);
    buzzer.reset();
    expect(buzzer.beeps).toEqual([]);
  });
});

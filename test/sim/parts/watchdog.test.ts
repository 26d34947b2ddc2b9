import { beforeEach, describe, expect, test } from 'vitest';
import { HalError } from '#hal/errors';
import { WatchdogPart } from '#sim/parts/watchdog';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;

beforeEach(() => {
  bench = createPartBench();
});

describe('the watchdog', () => {
  let bitesUs: number[];
  let watchdog: WatchdogPart;
  let startUs: number;

  beforeEach(() => {
    bitesUs = [];
    startUs = bench.world.nowUs;
    watchdog = new WatchdogPart(bench.site, () => bitesUs.push(bench.world.nowUs - startUs));
  });

  test('bites when its time is over, once', async () => {
    expect(watchdog.connect(bench.begin()).arm(30_000)).toBe(30_000);
    expect(watchdog.timeoutMs).toBe(30_000);
    await bench.world.runFor(29_999_999);
    expect(bitesUs).toEqual([]);
    await bench.world.runFor(60_000_000);
    expect(bitesUs).toEqual([30_000_000]);
    expect(watchdog.timeoutMs).toBeUndefined();
  });

  test('a kick starts the count anew', async () => {
    const port = watchdog.connect(bench.begin());
    port.arm(30_000);
    for (let kick = 0; kick < 5; kick += 1) {
      await bench.world.runFor(29_000_000);
      port.kick();
    }
    await bench.world.runFor(60_000_000);
    expect(bitesUs).toEqual([5 * 29_000_000 + 30_000_000]);
  });

  test('a kick before it is armed does nothing', async () => {
    watchdog.connect(bench.begin()).kick();
    await bench.world.runFor(3_600_000_000);
    expect(bitesUs).toEqual([]);
  });

  test('arming again changes the time-out, shorter or longer', async () => {
    const port = watchdog.connect(bench.begin());
    port.arm(600_000);
    port.arm(1_000);
    await bench.world.runFor(1_000_000);
    expect(bitesUs).toEqual([1_000_000]);
  });

  test('counts by the crystal of the board', async () => {
    watchdog.connect(bench.begin(-100)).arm(100_000);
    await bench.world.runFor(200_000_000);
    expect(bitesUs).toEqual([100_010_001]);
  });

  test('counts on while the CPU hangs', async () => {
    const life = bench.begin();
    watchdog.connect(life).arm(30_000);
    life.hang();
    await bench.world.runFor(60_000_000);
    expect(bitesUs).toEqual([30_000_000]);
  });

  test('is disarmed by the end of the life', async () => {
    const life = bench.begin();
    const port = watchdog.connect(life);
    port.arm(30_000);
    life.end();
    expect(port.arm(1_000)).toBe(1_000);
    port.kick();
    await bench.world.runFor(60_000_000);
    expect(bitesUs).toEqual([]);
  });

  test.each([999, 600_001, -1, Number.NaN])('refuses a time-out of %d ms', (timeoutMs) => {
    expect(() => watchdog.connect(bench.begin()).arm(timeoutMs)).toThrow(HalError);
  });

  test.each([
    [1_000, 1_000],
    [1_000.1, 1_001],
    [600_000, 600_000],
  ])('asked for %d ms it counts %d ms', (askedMs, givenMs) => {
    expect(watchdog.connect(bench.begin()).arm(askedMs)).toBe(givenMs);
  });
});

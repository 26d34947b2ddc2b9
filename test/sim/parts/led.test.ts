import { beforeEach, describe, expect, test } from 'vitest';
import { LedPart } from '#sim/parts/led';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;
let startUs: number;

beforeEach(() => {
  bench = createPartBench();
  startUs = bench.world.nowUs;
});

describe('the status LED', () => {
  test('shows what it is set to and remembers each change with its time', async () => {
    const led = new LedPart(bench.site);
    const port = led.connect(bench.begin());
    expect(led.colour).toBe('off');
    port.set('green');
    await bench.world.runFor(500_000);
    port.set('green');
    port.set('red');
    expect(led.colour).toBe('red');
    expect(led.history).toEqual([
      { atUs: startUs, colour: 'green' },
      { atUs: startUs + 500_000, colour: 'red' },
    ]);
    expect(bench.world.trace.records).toEqual([
      { t: startUs, source: 'led', kind: 'led', colour: 'green' },
      { t: startUs + 500_000, source: 'led', kind: 'led', colour: 'red' },
    ]);
  });

  test('goes out when the life ends', () => {
    const led = new LedPart(bench.site);
    const life = bench.begin();
    const port = led.connect(life);
    port.set('green');
    life.end();
    expect(led.colour).toBe('off');
    port.set('red');
    expect(led.colour).toBe('off');
  });

  test('tells its watchers of each change until they leave', () => {
    const led = new LedPart(bench.site);
    const port = led.connect(bench.begin());
    const seen: string[] = [];
    const stop = led.onChange(({ colour }) => seen.push(colour));
    port.set('green');
    port.set('red');
    stop();
    port.set('off');
    expect(seen).toEqual(['green', 'red']);
  });

  test('an error of a watcher fails the run, not the firmware that sets it', async () => {
    const led = new LedPart(bench.site);
    const port = led.connect(bench.begin());
    led.onChange(() => {
      throw new Error('watcher');
    });
    port.set('green');
    await expect(bench.world.settle()).rejects.toThrow('watcher');
  });

  test('remembers the last 4,096 changes and not many more; reset forgets them', () => {
    const led = new LedPart(bench.site);
    const port = led.connect(bench.begin());
    for (let count = 0; count < 20_000; count += 1) port.set(count % 2 === 0 ? 'red' : 'green');
    expect(led.history.length).toBeGreaterThanOrEqual(4_096);
    expect(led.history.length).toBeLessThanOrEqual(8_192);
    expect(led.history.at(-1)?.colour).toBe('green');
    led.reset();
    expect(led.history).toEqual([]);
  });
});

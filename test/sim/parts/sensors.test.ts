import { describe, expect, test } from 'vitest';
import { HalError } from '#hal/errors';
import { UsageError } from '#sim/kernel/invariant';
import { SensorsPart, type SensorsOptions } from '#sim/parts/sensors';
import { createPartBench, type PartBench } from './part-bench.ts';

interface Rig {
  readonly bench: PartBench;
  readonly part: SensorsPart;
  /** All that is measured now. */
  readonly read: () => object;
}

function rigOf(serialNumber = 'Q1', options: SensorsOptions = {}): Rig {
  const bench = createPartBench();
  const part = new SensorsPart(bench.site, serialNumber, options);
  const port = part.connect(bench.begin());
  const read = (): object => ({
    cpu: port.cpu(),
    memory: port.memory(),
    systemC: port.systemTemperatureC(),
    fans: port.fans(),
  });
  return { bench, part, read };
}

describe('the sensors', () => {
  test('go up and down with time, alike for the same serial number', async () => {
    const [one, same, other] = [rigOf(), rigOf(), rigOf('Q2')];
    const first = one.read();
    expect(one.read()).toEqual(first);
    expect(same.read()).toEqual(first);
    expect(other.read()).not.toEqual(first);
    await one.bench.world.runFor(60_000_000);
    expect(one.read()).not.toEqual(first);
    await same.bench.world.runFor(60_000_000);
    expect(same.read()).toEqual(one.read());
  });

  test('stay within what is usual, whatever the hour', async () => {
    const { bench, part } = rigOf();
    const port = part.connect(bench.begin());
    for (let hour = 0; hour < 48; hour += 1) {
      await bench.world.runFor(3_600_000_000);
      const { temperatureC, usedPercent } = port.cpu();
      expect(temperatureC).toBeGreaterThanOrEqual(38);
      expect(temperatureC).toBeLessThanOrEqual(52);
      expect(usedPercent).toBeGreaterThanOrEqual(1);
      expect(usedPercent).toBeLessThanOrEqual(24);
    }
  });

  test('hold what the world holds, until they are reset', () => {
    const { part, read } = rigOf('Q1', { memoryBytes: 4_096, fans: 2, cpuModel: 'other' });
    const before = read();
    part.setCpuTemperature(90);
    part.setSystemTemperature(-5.5);
    part.setCpuUse(100);
    part.setFreeMemory(1_024);
    part.setFan(1, 0);
    expect(read()).toMatchObject({
      cpu: { model: 'other', usedPercent: 100, temperatureC: 90 },
      memory: { totalBytes: 4_096, freeBytes: 1_024 },
      systemC: -5.5,
      fans: [{ rpm: expect.any(Number) as number }, { rpm: 0 }],
    });
    part.reset();
    expect(read()).toEqual(before);
  });

  test('fail while they are silent', () => {
    const { part, read } = rigOf();
    part.setSilent(true);
    expect(read).toThrow(HalError);
    part.setSilent(false);
    expect(read).not.toThrow();
  });

  test('go on from where they were saved', () => {
    const one = rigOf();
    one.part.setFan(0, 1_500);
    one.part.setSilent(true);
    const other = rigOf();
    other.part.restore(one.part.save());
    expect(other.read).toThrow(HalError);
    other.part.setSilent(false);
    expect(other.read()).toMatchObject({ fans: [{ rpm: 1_500 }] });
  });

  test.each([
    ['a fan that is not there', (part: SensorsPart) => part.setFan(1, 700)],
    ['half a fan', (part: SensorsPart) => part.setFan(0.5, 700)],
    ['a fan that turns backward', (part: SensorsPart) => part.setFan(0, -1)],
    ['more than all', (part: SensorsPart) => part.setCpuUse(101)],
    ['more memory than there is', (part: SensorsPart) => part.setFreeMemory(2 ** 40)],
    ['no temperature', (part: SensorsPart) => part.setCpuTemperature(Number.NaN)],
    ['the surface of the sun', (part: SensorsPart) => part.setSystemTemperature(5_500)],
  ])('refuse %s', (_, act) => {
    expect(() => act(rigOf().part)).toThrow(UsageError);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { Label } from '#sim/parts/label';
import { BoardSite } from '#sim/parts/site';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;

beforeEach(() => {
  bench = createPartBench();
});

describe('the label', () => {
  test('follows from the seed and the name of the board', () => {
    const label = new Label(bench.site);
    expect(new Label(createPartBench().site)).toEqual(label);
    expect(new Label(createPartBench(2).site)).not.toEqual(label);
    expect(new Label(new BoardSite(bench.world)).serialNumber).not.toBe(label.serialNumber);
  });

  test('has MAC addresses of the vendor, one after the other, and a password that follows', () => {
    const { macAddresses, defaultPassword, serialNumber, model } = new Label(bench.site);
    expect(model).toBe('TS-453N');
    expect(serialNumber).toMatch(/^Q226B\d{5}$/);
    expect(macAddresses).toHaveLength(2);
    for (const mac of macAddresses) expect(mac).toMatch(/^24:5E:BE(:[0-9A-F]{2}){3}$/);
    const [first = 0, second = 0] = macAddresses.map((mac) =>
      parseInt(mac.replaceAll(':', ''), 16),
    );
    expect(second - first).toBe(1);
    expect(defaultPassword).toMatch(/^245EBE[0-9A-F]{6}$/);
    expect(macAddresses[0]?.replaceAll(':', '')).toBe(defaultPassword);
  });

  test('can be printed otherwise; what is not named stays as the seed says', () => {
    const plain = new Label(bench.site);
    const other = createPartBench();
    const label = new Label(other.site, { model: 'X', macAddresses: ['00:11:22:aa:bb:cc'] });
    expect(label.model).toBe('X');
    expect(label.macAddresses).toEqual(['00:11:22:AA:BB:CC']);
    expect(label.serialNumber).toBe(plain.serialNumber);
    expect(label.deviceKey()).toEqual(plain.deviceKey());
  });

  test.each([[[]], [['00:11:22:33:44']], [['001122334455']], [['00:11:22:33:44:5G']]])(
    'MAC addresses %j are refused',
    (macAddresses) => {
      expect(() => new Label(bench.site, { macAddresses })).toThrow(UsageError);
    },
  );

  test('gives its key of 32 bytes out as a copy', () => {
    const label = new Label(bench.site);
    const key = label.deviceKey();
    expect(key).toHaveLength(32);
    key.fill(0);
    expect(label.deviceKey()).not.toEqual(key);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { HalError } from '#hal/errors';
import { RandomPart } from '#sim/parts/random';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;

beforeEach(() => {
  bench = createPartBench();
});

describe('the random source', () => {
  test('gives fresh bytes at each call, and the same again for the same seed', () => {
    const port = new RandomPart(bench.site).connect(bench.begin());
    const first = port.bytes(16);
    expect(port.bytes(16)).not.toEqual(first);
    const other = createPartBench();
    expect(new RandomPart(other.site).connect(other.begin()).bytes(16)).toEqual(first);
  });

  test('a new life goes on in the sequence', () => {
    const random = new RandomPart(bench.site);
    const first = random.connect(bench.begin()).bytes(16);
    expect(random.connect(bench.begin()).bytes(16)).not.toEqual(first);
  });

  test.each([0, 1, 65_536])('gives %d bytes', (count) => {
    expect(new RandomPart(bench.site).connect(bench.begin()).bytes(count)).toHaveLength(count);
  });

  test.each([-1, 65_537, 0.5, Number.NaN])('refuses a count of %d', (count) => {
    const port = new RandomPart(bench.site).connect(bench.begin());
    expect(() => port.bytes(count)).toThrow(HalError);
  });

  test('fails as often as it was ordered to', () => {
    const random = new RandomPart(bench.site);
    const port = random.connect(bench.begin());
    random.failReads(2);
    expect(() => port.bytes(1)).toThrow('(io)');
    expect(random.pendingFaults).toEqual(['fail-reads']);
    expect(() => port.bytes(1)).toThrow('(io)');
    expect(port.bytes(1)).toHaveLength(1);
    expect(random.pendingFaults).toEqual([]);
    random.failReads(2);
    random.reset();
    expect(port.bytes(1)).toHaveLength(1);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '#sim/kernel/random';
import { defaultWeights, drawFaults } from '#sim/scenario/chance/draw-faults';
import { faultKinds } from '#sim/scenario/chance/fault-kinds';
import { readWeights } from '#sim/scenario/chance/weights-file';
import { readTimedFault } from '#sim/scenario/timed-fault';

const spanUs = 20_000_000;
const seeds = Array.from({ length: 400 }, (_, seed) => seed);
const only = (name: string, weight = 1) =>
  Object.fromEntries(faultKinds.map((kind) => [kind.name, kind.name === name ? weight : 0]));

describe('the faults of a run', () => {
  test('are decided by its seed alone', () => {
    const draw = (seed: number) => drawFaults({ seed, spanUs, weights: defaultWeights });
    expect(draw(7)).toEqual(draw(7));
    expect(new Set(seeds.map((seed) => JSON.stringify(draw(seed)))).size).toBeGreaterThan(390);
  });

  test.each(faultKinds.map(({ name }) => name))('of kind %s can all be read and done', (name) => {
    const kind = faultKinds.find((each) => each.name === name);
    fc.assert(
      fc.property(fc.integer({ min: 0 }), fc.nat(1e9), (seed, atUs) => {
        const drawn = kind?.draw(createRandom(`${seed}`), atUs) ?? [];
        expect(drawn.length).toBeGreaterThan(0);
        for (const raw of drawn) {
          const read = readTimedFault(raw, { line: 1, column: 1 });
          expect(read, JSON.stringify(raw)).toMatchObject({ ok: true });
          if (read.ok) expect(read.value.atUs).toBeGreaterThanOrEqual(atUs);
        }
      }),
    );
  });

  test('leave some kinds out of each run, and no kind out of all', () => {
    const kindsOf = (seed: number): Set<string> =>
      new Set(
        drawFaults({ seed, spanUs, weights: { ...defaultWeights, most: 200 } }).map((raw) =>
          JSON.stringify(Object.keys(raw['fault'] ?? raw)),
        ),
      );
    const all = seeds.map(kindsOf);
    const everSeen = new Set(all.flatMap((kinds) => [...kinds]));
    expect(Math.max(...all.map(({ size }) => size))).toBeLessThanOrEqual(everSeen.size);
    expect(all.filter(({ size }) => size < everSeen.size).length).toBeGreaterThan(350);
  });

  test('follow their weights', () => {
    const share = (weights: Readonly<Record<string, number>>): number => {
      const drawn = seeds.flatMap((seed) =>
        drawFaults({ seed, spanUs, weights: { most: 4, off: 0, weights } }),
      );
      return drawn.filter((raw) => 'clock' in raw).length / drawn.length;
    };
    expect(share(only('clock-jump'))).toBe(1);
    expect(share({ 'clock-jump': 0 })).toBe(0);
    expect(share({ 'clock-jump': 20 })).toBeGreaterThan(share({}));
  });

  test('are in order of time and within the run', () => {
    for (const seed of seeds) {
      const faults = drawFaults({
        seed,
        spanUs,
        weights: { ...defaultWeights, weights: only('uart') },
      });
      const times = faults.map((raw) => {
        const read = readTimedFault(raw, { line: 1, column: 1 });
        return read.ok ? read.value.atUs : Number.NaN;
      });
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.every((time) => time >= 0 && time <= spanUs)).toBe(true);
    }
  });
});

describe('a file of weights', () => {
  test('says what differs from the standard', () => {
    expect(readWeights('version: 1\nweights: { lan: 3 }', 'w.yaml')).toEqual({
      most: 6,
      off: 0.5,
      weights: { lan: 3 },
    });
  });

  test.each([
    ['version: 2', 'w.yaml:1:10  version'],
    ['version: 1\nmost: 0', 'w.yaml:2:7  most'],
    ['version: 1\noff: 50%', 'w.yaml:2:6  off: "50%" is no number from 0 to 1'],
    [
      'version: 1\nweights: { sun: 1 }',
      'w.yaml:2:12  weights.sun: "sun" is no field here; there are: flash-bit-flips',
    ],
    ['version: 1\nweights: { lan: -1 }', 'w.yaml:2:17  weights.lan: "-1" is no weight'],
    ['- 1', 'w.yaml:1:1  the field "version" is missing'],
    [`version: 1\nweights: ${JSON.stringify(only('none'))}`, 'all weights are 0'],
  ])('is refused with line and column: %j', (text, expected) => {
    expect(() => readWeights(text, 'w.yaml')).toThrow(expected);
  });
});

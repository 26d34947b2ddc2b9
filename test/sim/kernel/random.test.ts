import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, RandomStreams } from '#sim/kernel/random';

const draw = (streams: RandomStreams, name: string, count = 8): readonly number[] =>
  Array.from({ length: count }, () => streams.stream(name).integer(0, 0xffff_ffff));

describe('the chance of a world', () => {
  test('is the same for the same seed and another for another', () => {
    expect(draw(new RandomStreams(7), 'a')).toEqual(draw(new RandomStreams(7), 'a'));
    expect(draw(new RandomStreams(7), 'a')).not.toEqual(draw(new RandomStreams(8), 'a'));
  });

  test('is another for each start of what goes on from before, and the same for the same', () => {
    const starts = [1, 2, 3, 11].map((start) => draw(new RandomStreams(7, start), 'a').join());
    expect(new Set(starts).size).toBe(4);
    expect(draw(new RandomStreams(7, 3), 'a').join()).toBe(starts[2]);
    expect(draw(new RandomStreams(7), 'a').join()).toBe(starts[0]);
  });

  test('is the same on every machine', () => {
    expect(draw(new RandomStreams(1), 'board/reset', 3)).toMatchInlineSnapshot(`
      [
        765126560,
        1225089828,
        4165000101,
      ]
    `);
  });

  test('what one stream gives does not depend on what others gave', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(20), fc.nat(20), (seed, before, between) => {
        const alone = new RandomStreams(seed);
        const crowded = new RandomStreams(seed);
        draw(crowded, 'b', before);
        const first = draw(crowded, 'a', 4);
        draw(crowded, 'b', between);
        expect([...first, ...draw(crowded, 'a', 4)]).toEqual(draw(alone, 'a', 8));
      }),
    );
  });

  test('streams differ by name, also by similar ones', () => {
    const streams = new RandomStreams(1);
    const names = ['board/a', 'board/b', 'board-2/a', 'board-2/b', 'board/ab', 'board/ba', ''];
    const firsts = names.map((name) => draw(streams, name, 2).join());
    expect(new Set(firsts).size).toBe(names.length);
  });
});

describe('a generator', () => {
  test('gives integers within both bounds, and reaches both', () => {
    const random = createRandom('bounds');
    const seen = new Set(Array.from({ length: 1_000 }, () => random.integer(-2, 3)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
  });

  test('gives fractions from 0 up to, not including, 1', () => {
    const random = createRandom('fractions');
    for (let count = 0; count < 1_000; count += 1) {
      const fraction = random.fraction();
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
    }
  });

  test('never takes a chance of 0 and always one of 1', () => {
    const random = createRandom('chance');
    const draws = Array.from({ length: 200 }, () => [random.chance(0), random.chance(1)]);
    expect(draws.every(([never, always]) => never === false && always === true)).toBe(true);
  });

  test('spreads bytes over all values', () => {
    const counts = new Map<number, number>();
    for (const byte of createRandom('bytes').bytes(256 * 400)) {
      counts.set(byte, (counts.get(byte) ?? 0) + 1);
    }
    expect(counts.size).toBe(256);
    expect(Math.min(...counts.values())).toBeGreaterThan(300);
    expect(Math.max(...counts.values())).toBeLessThan(500);
  });
});

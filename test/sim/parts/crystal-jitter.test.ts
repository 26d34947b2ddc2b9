import { describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { createBoardBench } from '../board-bench.ts';

const second = 1_000_000;

/** A powered board, its crystal 10 ppm fast. */
function createJitterBench() {
  const bench = createBoardBench();
  const { board, world } = bench;
  bench.install();
  board.setCrystalPpm(10);
  board.powerOn();
  return { bench, board, world, ppm: () => board.life?.crystal.ppm ?? Number.NaN };
}

describe('jitter of the crystal', () => {
  test('is on top of its error, by chance, and ends', async () => {
    const { board, world, ppm } = createJitterBench();
    const hasMoved = board.setCrystalJitter({ ppm: 2, everyUs: 5 * second });
    expect([ppm(), hasMoved()]).toEqual([expect.closeTo(10, 6), false]);
    await world.runFor(5 * second);
    const first = ppm();
    expect([hasMoved(), first === 10, Math.abs(first - 10) <= 2]).toEqual([true, false, true]);
    board.setCrystalPpm(-40);
    expect(ppm() - first).toBeCloseTo(-50, 6);
    board.setCrystalJitter(undefined);
    await world.runFor(60 * second);
    expect(ppm()).toBeCloseTo(-40, 6);
    expect(hasMoved()).toBe(true);
  });

  test('goes on where the power was off', async () => {
    const { board, world, ppm } = createJitterBench();
    board.setCrystalJitter({ ppm: 2, everyUs: 5 * second });
    await world.runFor(6 * second);
    board.powerOff();
    await world.runFor(5 * second);
    board.powerOn();
    const before = ppm();
    expect(Math.abs(before - 10)).toBeGreaterThan(0.001);
    await world.runFor(5 * second);
    expect(ppm()).not.toBe(before);
  });

  test('moves the time that the board counts', async () => {
    const { bench, board, world } = createJitterBench();
    board.setCrystalJitter({ ppm: 1_000, everyUs: second });
    await world.runFor(1_000 * second);
    const aheadMs = bench.hal().clock.now() - 1_000_000;
    // Its error alone is 10 ms by now.
    expect(Math.abs(aheadMs - 10)).toBeGreaterThan(0.5);
    expect(Math.abs(aheadMs - 10)).toBeLessThan(1_000);
  });

  test('is the same with the same seed, and draws no chance of others', async () => {
    const run = async (isJittering: boolean) => {
      const { bench, board, world, ppm } = createJitterBench();
      if (isJittering) board.setCrystalJitter({ ppm: 2, everyUs: second });
      await world.runFor(10 * second);
      return { ppm: ppm(), drawn: Buffer.from(bench.hal().random.bytes(8)).toString('hex') };
    };
    expect(await run(true)).toEqual(await run(true));
    expect((await run(true)).drawn).toBe((await run(false)).drawn);
  });

  test('keeps a world from being at rest: there is an event to come', () => {
    const { board, world } = createJitterBench();
    const before = world.pendingEvents;
    board.setCrystalJitter({ ppm: 2, everyUs: second });
    expect(world.pendingEvents).toBe(before + 1);
    board.setCrystalJitter({ ppm: 3, everyUs: second });
    expect(world.pendingEvents).toBe(before + 1);
    board.setCrystalJitter(undefined);
    expect(world.pendingEvents).toBe(before);
  });

  test.each([
    { ppm: Number.NaN, everyUs: second },
    { ppm: 2, everyUs: 0 },
    { ppm: 2, everyUs: 1.5 },
  ])('cannot be %j', (jitter) => {
    const { board } = createJitterBench();
    expect(() => board.setCrystalJitter(jitter)).toThrow(UsageError);
  });
});

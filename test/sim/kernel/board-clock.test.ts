import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { BoardClock } from '#sim/kernel/board-clock';
import { Crystal } from '#sim/kernel/crystal';
import { SimulatorBug } from '#sim/kernel/invariant';
import { World } from '#sim/kernel/world';

let world: World;
let fired: string[];

function createClock(ppm = 0): { clock: BoardClock; crystal: Crystal } {
  const crystal = new Crystal({ trueUs: world.nowUs, countUs: 0, ppm });
  return { clock: new BoardClock(world, crystal, 'board'), crystal };
}

beforeEach(() => {
  world = new World({ startUs: 1_000_000 });
  fired = [];
});

describe('the monotonic clock of a life', () => {
  test('starts at 0 and counts milliseconds with a resolution of a microsecond', async () => {
    const { clock } = createClock();
    expect(clock.now()).toBe(0);
    await world.runFor(1_234_567);
    expect(clock.now()).toBe(1_234.567);
  });

  test.each([
    { delayMs: 0, firesUs: 0 },
    { delayMs: -5, firesUs: 0 },
    { delayMs: 0.0004, firesUs: 1 },
    { delayMs: 1, firesUs: 1_000 },
    { delayMs: 2_999.999, firesUs: 2_999_999 },
    { delayMs: 0.1 + 0.2, firesUs: 300 },
    { delayMs: 2 ** 31, firesUs: 2 ** 31 * 1_000 },
  ])('a time-out of $delayMs ms fires after $firesUs µs', async ({ delayMs, firesUs }) => {
    const { clock } = createClock();
    const startUs = world.nowUs;
    let firedUs: number | undefined;
    clock.setTimeout(() => (firedUs = world.nowUs - startUs), delayMs);
    await world.runFor(2 ** 32 * 1_000);
    expect(firedUs).toBe(firesUs);
  });

  test('a time-out never fires before its delay has passed by its own clock', async () => {
    const delays = fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { maxLength: 20 });
    const ppm = fc.double({ min: -500, max: 500, noNaN: true });
    await fc.assert(
      fc.asyncProperty(ppm, delays, async (error, delaysMs) => {
        world = new World({ startUs: 0 });
        const { clock } = createClock(error);
        let firedCount = 0;
        for (const delayMs of delaysMs) {
          clock.setTimeout(() => {
            firedCount += 1;
            expect(Math.round(clock.now() * 1000)).toBeGreaterThanOrEqual(
              Math.floor(delayMs * 1000),
            );
          }, delayMs);
        }
        await world.runFor(20_000_000);
        expect(firedCount).toBe(delaysMs.length);
      }),
      { numRuns: 50 },
    );
  });

  test('time-outs of one instant run in the order they were set', async () => {
    const { clock } = createClock(37);
    for (const name of ['a', 'b', 'c']) clock.setTimeout(() => fired.push(name), 500);
    await world.runFor(1_000_000);
    expect(fired).toEqual(['a', 'b', 'c']);
  });

  test('a cleared time-out does not fire; unknown, fired and cleared ids are ignored', async () => {
    const { clock } = createClock();
    const cleared = clock.setTimeout(() => fired.push('cleared'), 10);
    const kept = clock.setTimeout(() => fired.push('kept'), 10);
    clock.clearTimeout(cleared);
    clock.clearTimeout(cleared);
    clock.clearTimeout(undefined);
    await world.runFor(1_000_000);
    clock.clearTimeout(kept);
    expect(fired).toEqual(['kept']);
    expect(clock.pending).toBe(0);
  });

  test('after stop nothing fires and nothing can be set, and the count goes on', async () => {
    const { clock } = createClock();
    clock.setTimeout(() => fired.push('before'), 10);
    clock.stop();
    clock.setTimeout(() => fired.push('after'), 10);
    await world.runFor(1_000_000);
    expect(fired).toEqual([]);
    expect(clock.pending).toBe(0);
    expect(clock.now()).toBe(1_000);
  });

  test('a change of the crystal moves the time-outs that are pending', async () => {
    const { clock, crystal } = createClock();
    clock.setTimeout(() => fired.push(`${world.nowUs} ${clock.now()}`), 10);
    await world.runFor(5_000);
    crystal.setPpm(world.nowUs, -500_000);
    clock.crystalChanged();
    await world.runFor(1_000_000);
    expect(fired).toEqual(['1014999 10']);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a time-out of %d ms is a bug', (delayMs) => {
    const { clock } = createClock();
    expect(() => clock.setTimeout(() => undefined, delayMs)).toThrow(SimulatorBug);
  });
});

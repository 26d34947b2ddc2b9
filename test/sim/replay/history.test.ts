import fc from 'fast-check';
import type { Bench } from '#sim/bench';
import { describe, expect, test } from 'vitest';
import { doAll, linesOf, started, acts } from './world-of-stimuli.ts';

const isProof = process.env['NASBOARD_PROOF'] === 'full';
const second = 1_000_000;

describe('going back', () => {
  test('to any instant, and living on as before, leaves the same trace', async () => {
    const property = fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 1_000 }),
        before: acts,
        after: acts,
        where: fc.double({ min: 0, max: 1, noNaN: true }),
        everyUs: fc.constantFrom(5 * second, 60 * second),
      }),
      async ({ seed, before, after, where, everyUs }) => {
        const { bench, history } = await started({ seed, board: { crystalPpm: 17 } }, everyUs);
        await doAll(bench, before);
        const startUs = history.startUs;
        const toUs = Math.round(startUs + where * (bench.world.nowUs - startUs));
        const past = bench.trace.records.filter(({ t }) => t <= toUs);
        const once = await history.back(toUs);
        expect(once.trace.records).toEqual(past);
        history.mark('here');
        await doAll(once, after);
        const first = linesOf(once);
        const again = await history.back('here');
        await doAll(again, after);
        expect(linesOf(again)).toEqual(first);
      },
    );
    await fc.assert(property, { numRuns: isProof ? 300 : 12 });
  }, 1_200_000);

  test.each([
    ['a RESET hold', 2 * second, (bench: Bench) => void bench.board.resetButton.hold(3 * second)],
    [
      'a hold that will be too long',
      9.9 * second,
      (bench: Bench) => bench.board.resetButton.press(),
    ],
    ['a login that waits', 20 * second, (bench: Bench) => bench.board.uart.write('admin\r')],
    [
      'a clock that is moved',
      3 * second,
      (bench: Bench) => void bench.slewWallClock({ byUs: 4 * second, overUs: 9 * second }),
    ],
    ['a power cycle', 0.3 * second, (bench: Bench) => bench.board.powerCycle()],
    ['a hung CPU', 100 * second, (bench: Bench) => bench.board.hangCpu()],
  ])('leads into the middle of %s, whose delays go on', async (_, waitUs, begin) => {
    const { bench, history } = await started({ seed: 9 });
    begin(bench);
    await bench.world.runFor(waitUs);
    history.mark('middle');
    await bench.world.runFor(400 * second);
    const once = linesOf(bench);
    const other = await history.back('middle');
    expect(linesOf(other)).toEqual(once.slice(0, linesOf(other).length));
    await other.world.runFor(400 * second);
    expect(linesOf(other)).toEqual(once);
  });
});

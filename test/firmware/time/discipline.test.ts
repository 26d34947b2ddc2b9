import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  errorBoundMs,
  judgeOffset,
  learnRate,
  ratePpmMax,
  unknownRate,
  wanderPpm,
  type Fix,
  type Rate,
} from '#firmware/time/discipline';

const buildMs = Date.UTC(2026, 10, 1);
const hourMs = 3_600_000;

describe('an offset', () => {
  const later = { wallMs: buildMs + 1e9, floorMs: buildMs, isFirst: false, isForced: false };

  it.each([
    [0, 'slew'],
    [127.999, 'slew'],
    [-127.999, 'slew'],
    [128, 'step'],
    [-128, 'step'],
    [1_000_000, 'step'],
    [-1_000_000, 'step'],
  ])('of %d ms is corrected by a %s', (offsetMs, how) => {
    expect(judgeOffset(offsetMs, later)).toEqual({ ok: true, how });
  });

  it.each([1_000_000.001, -1_000_000.001, 86_400_000])('of %d ms is refused', (offsetMs) => {
    expect(judgeOffset(offsetMs, later)).toEqual({ ok: false, reason: 'panic' });
    for (const free of [{ isFirst: true }, { isForced: true }]) {
      expect(judgeOffset(offsetMs, { ...later, ...free })).toEqual({ ok: true, how: 'step' });
    }
  });

  it('never leads to before the build date, not even by force', () => {
    const now = { ...later, wallMs: buildMs + 5_000, isFirst: true, isForced: true };
    expect(judgeOffset(-5_000, now)).toEqual({ ok: true, how: 'step' });
    expect(judgeOffset(-5_000.001, now)).toEqual({ ok: false, reason: 'before-build' });
  });
});

/** Fixes of a crystal that is off by `crystalPpm`, the truth being in the middle of each. */
function fixAt(monotonicMs: number, crystalPpm: number, boundMs = 10): Fix {
  return { monotonicMs, trueMs: buildMs + monotonicMs / (1 + crystalPpm * 1e-6), boundMs };
}

describe('the rate of the crystal', () => {
  it('is taken over whole from the first two syncs', () => {
    const first = learnRate(unknownRate, fixAt(0, 50), false);
    expect(first).toEqual({ ...unknownRate, since: fixAt(0, 50) });
    const { ppm, skewPpm } = learnRate(first, fixAt(hourMs, 50), false);
    expect(ppm).toBeCloseTo(-50, 1);
    // Two bounds of 10 ms over an hour, and the wander.
    expect(skewPpm).toBeCloseTo(20 / 3.6 + wanderPpm, 6);
  });

  it('is taken over by half afterwards', () => {
    const known: Rate = { ppm: -40, skewPpm: 20, since: fixAt(0, 50) };
    const { ppm, skewPpm } = learnRate(known, fixAt(hourMs, 50), false);
    expect(ppm).toBeCloseTo(-45, 1);
    expect(skewPpm).toBeCloseTo(10 + (20 / 3.6 + wanderPpm) / 2, 6);
  });

  it('waits for a longer time where a measurement says less than is known', () => {
    const known: Rate = { ppm: -40, skewPpm: 20, since: fixAt(0, 50) };
    expect(learnRate(known, fixAt(hourMs / 4, 50), false)).toEqual(known);
    expect(learnRate(known, fixAt(0, 50), false)).toEqual(known);
  });

  it.each([
    [499, -498.8],
    [-499, 499.2],
    [501, -500],
    [-501, 500],
  ])('of %d ppm fast becomes %d ppm: no more than 500', (crystalPpm, ppm) => {
    const first = learnRate(unknownRate, fixAt(0, crystalPpm), false);
    expect(learnRate(first, fixAt(hourMs, crystalPpm), false).ppm).toBeCloseTo(ppm, 1);
  });

  it('is not learned from time that steps', () => {
    const known: Rate = { ppm: -40, skewPpm: 20, since: fixAt(0, 50) };
    const fix = { ...fixAt(hourMs, 50), trueMs: buildMs + hourMs + 86_400_000 };
    expect(learnRate(known, fix, false)).toEqual({ ...known, since: fix });
  });

  it('is unknown again where the clock was off by more than it may', () => {
    const known: Rate = { ppm: -40, skewPpm: 20, since: fixAt(0, 50) };
    const fix = fixAt(hourMs, -200);
    const doubted = { ppm: -40, skewPpm: ratePpmMax + 40, since: fix };
    expect(learnRate(known, fix, true)).toEqual(doubted);
    expect(learnRate(doubted, fixAt(2 * hourMs, -200), false).ppm).toBeCloseTo(200, 0);
  });

  it('stays within its skew, whatever a steady crystal and honest servers do', () => {
    const share = fc.double({ min: -1, max: 1, noNaN: true });
    const sync = fc.record({
      afterMs: fc.integer({ min: 1_000, max: 86_400_000 }),
      boundMs: fc.double({ min: 0.1, max: 500, noNaN: true }),
      share,
    });
    fc.assert(
      fc.property(
        fc.double({ min: -ratePpmMax + 1, max: ratePpmMax - 1, noNaN: true }),
        fc.array(sync, { minLength: 2, maxLength: 30 }),
        (crystalPpm, syncs) => {
          const neededPpm = (1 / (1 + crystalPpm * 1e-6) - 1) * 1e6;
          let rate = unknownRate;
          let monotonicMs = 0;
          for (const { afterMs, boundMs, share: off } of syncs) {
            monotonicMs += afterMs;
            const exact = fixAt(monotonicMs, crystalPpm, boundMs);
            rate = learnRate(rate, { ...exact, trueMs: exact.trueMs + off * boundMs }, false);
            expect(Math.abs(rate.ppm)).toBeLessThanOrEqual(ratePpmMax);
            expect(Math.abs(rate.ppm - neededPpm)).toBeLessThanOrEqual(rate.skewPpm + 0.01);
          }
        },
      ),
    );
  });
});

describe('the bound of the error', () => {
  it.each([
    [{ boundMs: 10, slewLeftMs: 0, sinceMs: 0, skewPpm: 500 }, 10],
    [{ boundMs: 10, slewLeftMs: -100, sinceMs: 0, skewPpm: 500 }, 110],
    [{ boundMs: 10, slewLeftMs: 0, sinceMs: hourMs, skewPpm: 20 }, 82],
  ])('of %o is %d ms', (known, boundMs) => {
    expect(errorBoundMs(known)).toBeCloseTo(boundMs, 9);
  });
});

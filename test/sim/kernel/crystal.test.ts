import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Crystal } from '#sim/kernel/crystal';

const trueUs = fc.integer({ min: 0, max: 4_102_444_800_000_000 });
const spanUs = fc.integer({ min: 0, max: 315_360_000_000_000 });
const ppm = fc.double({ min: -500, max: 500, noNaN: true });

describe('a crystal', () => {
  test.each([
    { ppm: 0, spanUs: 86_400_000_000, countUs: 86_400_000_000 },
    { ppm: 20, spanUs: 86_400_000_000, countUs: 86_401_728_000 },
    { ppm: -20, spanUs: 86_400_000_000, countUs: 86_398_272_000 },
    { ppm: 50, spanUs: 3_000_000, countUs: 3_000_150 },
  ])('off by $ppm ppm counts $countUs µs in $spanUs µs', (row) => {
    const crystal = new Crystal({ trueUs: 1_000, countUs: 0, ppm: row.ppm });
    expect(crystal.countAt(1_000 + row.spanUs)).toBe(row.countUs);
  });

  test('never runs backward', () => {
    fc.assert(
      fc.property(trueUs, spanUs, fc.nat(1_000), ppm, (start, span, step, error) => {
        const crystal = new Crystal({ trueUs: start, countUs: 0, ppm: error });
        const earlier = crystal.countAt(start + span);
        expect(crystal.countAt(start + span + step)).toBeGreaterThanOrEqual(earlier);
      }),
    );
  });

  test('trueAt is the first instant at which so much is counted', () => {
    fc.assert(
      fc.property(trueUs, spanUs, ppm, (start, countUs, error) => {
        const crystal = new Crystal({ trueUs: start, countUs: 0, ppm: error });
        const at = crystal.trueAt(countUs);
        expect(Number.isSafeInteger(at)).toBe(true);
        expect(crystal.countAt(at)).toBeGreaterThanOrEqual(countUs);
        expect(crystal.countAt(at - 1)).toBeLessThan(countUs);
      }),
    );
  });

  test('what was counted stays counted when its error changes', () => {
    fc.assert(
      fc.property(spanUs, spanUs, ppm, ppm, (first, second, errorBefore, errorAfter) => {
        const crystal = new Crystal({ trueUs: 0, countUs: 0, ppm: errorBefore });
        const counted = crystal.countAt(first);
        crystal.setPpm(first, errorAfter);
        expect(crystal.countAt(first)).toBe(counted);
        const more = new Crystal({ trueUs: 0, countUs: 0, ppm: errorAfter }).countAt(second);
        expect(crystal.countAt(first + second)).toBe(counted + more);
        expect(crystal.ppm).toBeCloseTo(errorAfter, 6);
      }),
    );
  });

  test('counts on from what it is set to', () => {
    const crystal = new Crystal({ trueUs: 0, countUs: 0, ppm: 100 });
    crystal.setCount(1_000_000, 42);
    expect(crystal.countAt(1_000_000)).toBe(42);
    expect(crystal.countAt(2_000_000)).toBe(1_000_142);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree, type OffsetInterval } from '#firmware/time/marzullo';

/** Intervals by their ends, named a, b, c … */
function intervals(...ends: readonly (readonly [number, number])[]): OffsetInterval[] {
  return ends.map(([fromMs, toMs], place) => ({
    server: String.fromCharCode(97 + place),
    offsetMs: (fromMs + toMs) / 2,
    boundMs: (toMs - fromMs) / 2,
  }));
}

describe('servers that agree', () => {
  it.each([
    {
      what: 'a single one is taken at its word',
      of: intervals([-10, 30]),
      offsetMs: 10,
      boundMs: 20,
      falsetickers: [],
    },
    {
      what: 'two have their overlap in common',
      of: intervals([-10, 30], [20, 50]),
      offsetMs: 25,
      boundMs: 5,
      falsetickers: [],
    },
    {
      what: 'two that only touch agree on that point',
      of: intervals([-10, 10], [10, 30]),
      offsetMs: 10,
      boundMs: 0,
      falsetickers: [],
    },
    {
      what: 'of three, the one that lies by a day is told',
      of: intervals([-10, 10], [86_399_990, 86_400_010], [-4, 16]),
      offsetMs: 3,
      boundMs: 7,
      falsetickers: ['b'],
    },
    {
      what: 'the bound reaches over what two of three have in common',
      of: intervals([-10, 10], [-8, 12], [9, 30]),
      offsetMs: 9.5,
      boundMs: 17.5,
      falsetickers: [],
    },
    {
      what: 'of five, two liars that agree with each other are told',
      of: intervals([0, 10], [2, 12], [4, 14], [1000, 1010], [1002, 1012]),
      offsetMs: 7,
      boundMs: 3,
      falsetickers: ['d', 'e'],
    },
    {
      what: 'a majority may hang together by its middle alone',
      of: intervals([0, 10], [8, 20], [-5, 1]),
      offsetMs: 5,
      boundMs: 5,
      falsetickers: [],
    },
  ])('$what', ({ of, offsetMs, boundMs, falsetickers }) => {
    const agreeing = of.map(({ server }) => server).filter((one) => !falsetickers.includes(one));
    expect(agree(of, of.length)).toEqual({
      isAgreed: true,
      offsetMs,
      boundMs,
      agreeing,
      falsetickers,
    });
  });
});

describe('servers that do not agree', () => {
  it.each([
    { what: 'nobody answered', of: intervals(), needed: 1, largest: 0 },
    { what: 'two contradict each other', of: intervals([0, 10], [11, 20]), needed: 2, largest: 1 },
    {
      what: 'three contradict each other',
      of: intervals([0, 10], [20, 30], [40, 50]),
      needed: 2,
      largest: 1,
    },
    {
      what: 'four are two against two',
      of: intervals([0, 10], [5, 15], [100, 110], [105, 115]),
      needed: 3,
      largest: 2,
    },
  ])('$what', ({ of, needed, largest }) => {
    expect(agree(of, of.length)).toEqual({ isAgreed: false, needed, largest });
  });

  it.each([
    { configured: 1, isAgreed: true },
    { configured: 2, isAgreed: true },
    { configured: 3, isAgreed: false },
  ])('are one of $configured that answered: agreed $isAgreed', ({ configured, isAgreed }) => {
    expect(agree(intervals([0, 10]), configured).isAgreed).toBe(isAgreed);
  });

  it.each([
    [3, 2],
    [4, 3],
    [5, 3],
    [16, 9],
  ])('of %i that are configured, %i must agree', (configured, needed) => {
    const same = Array.from({ length: configured }, () => [0, 10] as const);
    expect(agree(intervals(...same.slice(0, needed - 1)), configured)).toMatchObject({ needed });
    expect(agree(intervals(...same.slice(0, needed)), configured).isAgreed).toBe(true);
  });
});

describe('servers of which some did not answer', () => {
  it.each([
    { configured: 2, offsetMs: 25, boundMs: 5 },
    // One of the two may lie: the truth is where the other is.
    { configured: 3, offsetMs: 25, boundMs: 35 },
  ])('are less sure: two of $configured, within $boundMs ms', ({ configured, ...expected }) => {
    expect(agree(intervals([-10, 30], [20, 50]), configured)).toMatchObject(expected);
  });
});

describe('an honest majority', () => {
  const bound = fc.double({ min: 0.001, max: 1_000, noNaN: true });
  const honest = fc
    .tuple(bound, fc.double({ min: -1, max: 1, noNaN: true }))
    .map(([boundMs, share]) => ({ boundMs, offsetMs: share * boundMs }));
  const liar = fc.record({
    boundMs: bound,
    offsetMs: fc.double({ min: -5_000, max: 5_000, noNaN: true }),
  });
  const scene = fc
    .integer({ min: 1, max: 5 })
    .chain((honestCount) =>
      fc.tuple(
        fc.array(honest, { minLength: honestCount, maxLength: honestCount }),
        fc.array(liar, { maxLength: honestCount - 1 }),
        fc.constantFrom(0, 0, 1, 2),
      ),
    );

  it('keeps the true offset, 0, within the bound, whatever the others say or not', () => {
    fc.assert(
      fc.property(scene, ([honestOnes, liars, lost]) => {
        const all = [...honestOnes, ...liars].map((one, place) => ({ server: `${place}`, ...one }));
        const agreement = agree(all.slice(lost), all.length);
        expect(agreement.isAgreed || lost > 0).toBe(true);
        if (!agreement.isAgreed) return;
        // The sums of the ends are not exact to the last bit.
        expect(Math.abs(agreement.offsetMs)).toBeLessThanOrEqual(agreement.boundMs + 1e-9);
      }),
    );
  });

  it('is needed: two liars of three carry the day', () => {
    const all = intervals([-1, 1], [999, 1001], [1000, 1002]);
    expect(agree(all, 3)).toMatchObject({ offsetMs: 1000.5, falsetickers: ['a'] });
  });
});

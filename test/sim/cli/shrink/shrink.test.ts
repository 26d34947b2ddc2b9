import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shrink, type Shrinkable } from '#sim/cli/shrink/shrink';

const question = (isSame: (each: Shrinkable) => boolean) => (each: Shrinkable) =>
  Promise.resolve(isSame(each));

describe('shrinking', () => {
  test('leaves what the failure needs, and nothing else', async () => {
    const item = fc.record({ name: fc.nat(1_000) });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(item, { maxLength: 40, selector: ({ name }) => name }),
        fc.infiniteStream(fc.boolean()),
        async (steps, choice) => {
          const needed = steps.filter(() => choice.next().value === true);
          const isSame = ({ steps: left }: Shrinkable): boolean =>
            needed.every((each) => left.includes(each));
          const { steps: left } = await shrink({ faults: [], steps }, question(isSame));
          expect(left).toEqual(needed);
        },
      ),
    );
  });

  test('takes faults away before steps, and both where both go', async () => {
    const first = { faults: [1, 2, 3], steps: ['a', 'b', 'c'] };
    const kept = ({ faults, steps }: Shrinkable): boolean =>
      faults.includes(2) && steps.includes('c');
    expect(await shrink(first, question(kept))).toEqual({ faults: [2], steps: ['c'] });
  });

  test('opens loops, and makes times and counts small and round', async () => {
    const steps = [{ repeat: { times: 40, steps: [{ delay: '3.217s' }, { power: 'cut' }] } }];
    const faults = [{ at: '7.654321s', fault: { flash: { 'flip-bits': 3 } } }];
    const left = await shrink(
      { faults, steps },
      question((each) => JSON.stringify(each).includes('"cut"') && each.faults.length === 1),
    );
    expect(left.steps).toEqual([{ power: 'cut' }]);
    expect(left.faults).toEqual([{ at: '1ms', fault: { flash: { 'flip-bits': 1 } } }]);
  });

  test('does not go below what is needed', async () => {
    const isLong = ({ steps: [step] }: Shrinkable): boolean =>
      typeof step === 'object' && Number.parseFloat((step as { delay: string }).delay) >= 3;
    const { steps } = await shrink(
      { faults: [], steps: [{ delay: '40.125s' }] },
      question(
        (each) =>
          isLong(each) &&
          JSON.stringify(each).includes('s"') &&
          !JSON.stringify(each).includes('ms"'),
      ),
    );
    expect(steps).toEqual([{ delay: '5s' }]);
  });

  test('ends where nothing is the same any more', async () => {
    const first = { faults: [1], steps: ['a'] };
    expect(
      await shrink(
        first,
        question(() => false),
      ),
    ).toBe(first);
  });
});

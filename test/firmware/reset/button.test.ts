import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withAdvancedFiring } from '#firmware/reset/profile';
import { createButtonBench } from './button-bench.ts';

const ms = 1_000;

/** Hold lengths with what the contract says of them: ms, beeps, what is asked for. */
const boundaries = [
  [0, 0, 'none'],
  [1, 0, 'none'],
  [2_999, 0, 'none'],
  [2_999.999, 0, 'none'],
  [3_000, 1, 'basic'],
  [3_001, 1, 'basic'],
  [9_999, 1, 'basic'],
  [9_999.999, 1, 'basic'],
  [10_000, 2, 'advanced'],
  [10_001, 2, 'advanced'],
  [60_000, 2, 'advanced'],
] as const;

describe('a clean press', () => {
  it.each(boundaries)('of %d ms gives %d beeps and asks for: %s', async (holdMs, beeps, action) => {
    const bench = createButtonBench();
    await bench.world.runFor(5_000 * ms);
    bench.board.resetButton.hold(Math.round(holdMs * ms));
    await bench.world.runFor(70_000 * ms);
    expect(bench.verdict()).toEqual({ beeps, action });
    expect(bench.watch.state).toBe('released');
  });

  it.each(boundaries)(
    'of %d ms gives the same where the advanced reset fires on release',
    async (holdMs, beeps, action) => {
      const bench = createButtonBench({ profile: withAdvancedFiring('on-release') });
      await bench.world.runFor(5_000 * ms);
      bench.board.resetButton.hold(Math.round(holdMs * ms));
      await bench.world.runFor(70_000 * ms);
      expect(bench.verdict()).toEqual({ beeps, action });
    },
  );

  it.each([-50, 20, 200])(
    'is measured by the crystal of the board, off by %d ppm, not by true time',
    async (ppm) => {
      const bench = createButtonBench({ board: { crystalPpm: ppm } });
      await bench.world.runFor(5_000 * ms);
      bench.board.resetButton.hold(3_000 * ms);
      await bench.world.runFor(5_000 * ms);
      expect(bench.verdict().action).toBe(ppm < 0 ? 'none' : 'basic');
    },
  );
});

describe('the instants at which things happen', () => {
  it('beeps at 3 s and 10 s of the hold to the microsecond, and acts at 10 s while held', async () => {
    const bench = createButtonBench();
    await bench.world.runFor(1_234_567);
    const pressedAtMs = 1_234.567;
    bench.board.resetButton.press({ edges: 8, withinUs: 19 * ms });
    await bench.world.runFor(12_000 * ms);
    expect(
      bench.facts.map(({ type, atMs }) => [type, Math.round((atMs - pressedAtMs) * ms)]),
    ).toEqual([
      ['threshold.reached', 3_000 * ms],
      ['threshold.reached', 10_000 * ms],
    ]);
  });

  it('waits for a release that began a microsecond before 10 s to settle', async () => {
    const bench = createButtonBench();
    await bench.world.runFor(1_000 * ms);
    bench.board.resetButton.hold(10_000 * ms - 1, { edges: 4, withinUs: 15 * ms });
    await bench.world.runFor(20_000 * ms);
    expect(bench.verdict()).toEqual({ beeps: 1, action: 'basic' });
  });

  it('takes a dip that began just before 10 s and did not last for no release', async () => {
    const bench = createButtonBench();
    await bench.world.runFor(1_000 * ms);
    bench.board.resetButton.press();
    await bench.world.runFor(9_995 * ms);
    bench.board.resetButton.glitch(8 * ms);
    await bench.world.runFor(2_000 * ms);
    expect(bench.verdict()).toEqual({ beeps: 2, action: 'advanced' });
  });
});

describe('bounce', () => {
  it('never changes the verdict while it settles within the debounce time', async () => {
    const bounce = fc.record({
      edges: fc.integer({ min: 0, max: 40 }),
      withinUs: fc.integer({ min: 1, max: 20 * ms }),
    });
    const holdMs = fc.oneof(
      fc.constantFrom(2_999, 3_000, 3_001, 9_999, 10_000, 10_001),
      fc.integer({ min: 60, max: 12_000 }),
    );
    await fc.assert(
      fc.asyncProperty(bounce, holdMs, fc.nat(1_000), async (shape, heldMs, seed) => {
        const verdicts = [];
        for (const applied of [undefined, shape]) {
          const bench = createButtonBench({ seed });
          await bench.world.runFor(1_000 * ms);
          bench.board.resetButton.hold(heldMs * ms, applied);
          await bench.world.runFor(15_000 * ms);
          verdicts.push(bench.verdict());
        }
        expect(verdicts[1]).toEqual(verdicts[0]);
      }),
      { numRuns: 300 },
    );
  });

  it('shorter than the debounce time is no press at all', async () => {
    const bench = createButtonBench();
    await bench.world.runFor(1_000 * ms);
    bench.board.resetButton.glitch(19 * ms);
    await bench.world.runFor(5_000 * ms);
    expect(bench.facts).toEqual([]);
  });
});

describe('a loaded event loop', () => {
  it.each(boundaries)(
    'that hangs around the end of a hold of %d ms does not move its verdict',
    async (holdMs, beeps, action) => {
      for (const blockedFromMs of [holdMs - 400, holdMs - 1, 2_800, 9_700]) {
        const bench = createButtonBench();
        await bench.world.runFor(1_000 * ms);
        bench.board.resetButton.hold(Math.round(holdMs * ms), { edges: 4, withinUs: 10 * ms });
        await bench.world.runFor(Math.round(Math.max(0, blockedFromMs) * ms));
        bench.blockFor(700 * ms);
        await bench.world.runFor(70_000 * ms);
        expect(bench.verdict()).toEqual({ beeps, action });
      }
    },
  );

  it('does not take two presses for one long one', async () => {
    const bench = createButtonBench();
    await bench.world.runFor(1_000 * ms);
    bench.board.resetButton.hold(9_000 * ms);
    await bench.world.runFor(8_900 * ms);
    bench.blockFor(1_500 * ms);
    await bench.world.runFor(300 * ms);
    bench.board.resetButton.hold(2_000 * ms);
    await bench.world.runFor(20_000 * ms);
    expect(bench.verdict()).toEqual({ beeps: 1, action: 'basic' });
  });
});

describe('arming', () => {
  it('ignores a button that is held since power-on until it was seen released', async () => {
    const bench = createButtonBench({ prepare: (board) => board.resetButton.press() });
    await bench.world.runFor(30_000 * ms);
    expect(bench.watch.state).toBe('disarmed');
    bench.board.resetButton.release();
    await bench.world.runFor(1_000 * ms);
    expect(bench.verdict()).toEqual({ beeps: 0, action: 'none' });
    expect(bench.facts.map(({ type }) => type)).toEqual(['arming.delayed', 'arming.done']);
    bench.board.resetButton.hold(3_000 * ms);
    await bench.world.runFor(5_000 * ms);
    expect(bench.verdict().action).toBe('basic');
  });

  it('never arms on a stuck button', async () => {
    const bench = createButtonBench({ prepare: (board) => board.resetButton.setStuck(true) });
    await bench.world.runFor(1_000 * ms);
    bench.board.resetButton.hold(12_000 * ms);
    await bench.world.runFor(60_000 * ms);
    expect(bench.verdict()).toEqual({ beeps: 0, action: 'none' });
  });

  it('does not count a press that began before presses are taken, however long it lasts', async () => {
    let isListening = false;
    const bench = createButtonBench({ isListening: () => isListening });
    bench.board.resetButton.hold(12_000 * ms);
    await bench.world.runFor(1_000 * ms);
    isListening = true;
    await bench.world.runFor(20_000 * ms);
    expect(bench.verdict()).toEqual({ beeps: 0, action: 'none' });
    expect(bench.facts.map(({ type }) => type)).toEqual(['press.ignored']);
  });
});

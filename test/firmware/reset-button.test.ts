import { describe, expect, it } from 'vitest';
import { withAdvancedFiring } from '#firmware/reset/profile';
import { bootAppliance, createApplianceBench } from './appliance-bench.ts';

const ms = 1_000;
const second = 1_000 * ms;

/** What the log says of a reset, by kind. */
const verdicts: Readonly<Record<string, RegExp>> = {
  basic: /^basic reset by the RESET button/,
  advanced: /^advanced reset by the RESET button/,
};

function resetsIn(logTexts: readonly string[]): string[] {
  return Object.entries(verdicts)
    .filter(([, pattern]) => logTexts.some((text) => pattern.test(text)))
    .map(([kind]) => kind);
}

describe('RESET on the whole appliance', () => {
  const table = [
    [0, [], []],
    [1, [], []],
    [2_999, [], []],
    [3_000, [500], ['basic']],
    [3_001, [500], ['basic']],
    [9_999, [500], ['basic']],
    [10_000, [500, 500], ['advanced']],
    [10_001, [500, 500], ['advanced']],
    [60_000, [500, 500], ['advanced']],
  ] as const;

  it.each(table)('held for %d ms beeps %j ms and resets: %j', async (holdMs, beeps, resets) => {
    const appliance = await bootAppliance();
    appliance.bench.board.resetButton.hold(holdMs * ms);
    await appliance.run(holdMs / 1000 + 2);
    // A reset that restarts the board beeps again as it starts: only beeps of the hold count.
    expect(appliance.beepsMs().slice(0, beeps.length)).toEqual(beeps);
    await appliance.run(60);
    expect(resetsIn(appliance.logTexts())).toEqual(resets);
    expect(appliance.bench.states()['appliance']).toBe('ready');
  });

  it.each(table)(
    'held for %d ms with bounce up to 20 ms at both edges, and a wall clock that steps an hour ' +
      'in mid-hold, gives the same',
    async (holdMs, _beeps, resets) => {
      for (const stepMs of [3_600_000, -3_600_000]) {
        const appliance = await bootAppliance({ seed: holdMs + 1 });
        await appliance.type(`admin\r`);
        await appliance.type(`${appliance.bench.board.defaultPassword}\r`);
        await appliance.type('Chosen4us\r');
        await appliance.type('Chosen4us\r');
        await appliance.type('q\ry\r');
        const stepped = new Date(appliance.bench.world.nowUs / 1000 + stepMs).toISOString();
        appliance.bench.board.uart.write(`date --set ${stepped.slice(0, 19)}Z`);
        appliance.bench.board.resetButton.hold(holdMs * ms, { edges: 9, withinUs: 20 * ms });
        const midHold = Math.min(holdMs / 2_000, 4);
        await appliance.run(midHold);
        await appliance.type('\r');
        const { firmware, world } = appliance.bench;
        const offMs = (firmware?.wallClockMs() ?? 0) - world.nowUs / 1000;
        expect(Math.round(offMs / 60_000)).toBe(stepMs / 60_000);
        await appliance.run(holdMs / 1_000 + 60);
        expect(resetsIn(appliance.logTexts())).toEqual(resets);
      }
    },
  );

  it('waits for the release where the board is told to', async () => {
    const appliance = await bootAppliance({
      firmware: { resetProfile: withAdvancedFiring('on-release') },
    });
    appliance.bench.board.resetButton.hold(15 * second);
    await appliance.run(14.9);
    expect(resetsIn(appliance.logTexts())).toEqual([]);
    expect(appliance.beepsMs()).toEqual([500, 500]);
    await appliance.run(30);
    expect(resetsIn(appliance.logTexts())).toEqual(['advanced']);
  });

  it('does nothing when it is held at power-on, and says so', async () => {
    const appliance = createApplianceBench();
    appliance.bench.board.resetButton.press();
    appliance.bench.board.powerOn();
    await appliance.run(30);
    appliance.bench.board.resetButton.release();
    await appliance.run(10);
    expect(appliance.logTexts()).toContain(
      'RESET is held since power-on: it does nothing until released',
    );
    expect(resetsIn(appliance.logTexts())).toEqual([]);
  });

  it('does nothing when it is pressed while the appliance boots, and says so', async () => {
    const appliance = createApplianceBench();
    appliance.bench.board.powerOn();
    await appliance.run(1);
    appliance.bench.board.resetButton.hold(12 * second);
    await appliance.run(40);
    expect(appliance.logTexts()).toContain('RESET pressed and ignored: the appliance is starting');
    expect(resetsIn(appliance.logTexts())).toEqual([]);
  });

  it('does nothing when it is pressed while a reset runs, and says so', async () => {
    const appliance = await bootAppliance();
    appliance.bench.board.resetButton.hold(3 * second);
    await appliance.run(4);
    expect(appliance.bench.states()['appliance']).toBe('resetting-basic');
    appliance.bench.board.resetButton.hold(12 * second);
    await appliance.run(40);
    expect(appliance.logTexts()).toContain(
      'RESET pressed and ignored: the appliance is resetting-basic',
    );
    expect(resetsIn(appliance.logTexts())).toEqual(['basic']);
  });

  it('shows green and red by turns, 0.5 s each, while a reset runs', async () => {
    const appliance = await bootAppliance();
    appliance.bench.board.resetButton.hold(3 * second);
    await appliance.run(8);
    const colours = appliance.bench.trace.records
      .filter(({ source, t }) => source === 'led' && t > appliance.bench.world.nowUs - 6 * second)
      .map(({ t, colour }) => [t, colour]);
    const [first] = colours[0] as [number];
    expect(colours.map(([t, colour]) => [((t as number) - first) / ms, colour])).toEqual([
      [0, 'red'],
      [500, 'green'],
      [1_000, 'red'],
      [1_500, 'green'],
      [2_000, 'red'],
      [2_500, 'green'],
    ]);
    expect(appliance.bench.board.statusLed.colour).toBe('green');
  });
});

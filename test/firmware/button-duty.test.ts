import { describe, expect, it } from 'vitest';
import { bootAppliance, type ApplianceBench } from './appliance-bench.ts';

const second = 1_000_000;

async function bootSwitchedOff(): Promise<ApplianceBench> {
  const appliance = await bootAppliance();
  const { defaultPassword } = appliance.bench.board;
  const lines = ['admin', defaultPassword, 'Chosen4us', 'Chosen4us', 'q', 'y'];
  for (const line of [...lines, 'setting set hardware.resetSwitch off', 'logout']) {
    await appliance.type(`${line}\r`);
  }
  return appliance;
}

describe('with the configuration reset switch off', () => {
  it.each([3, 10, 60])('a hold of %d s does nothing, and the log says why', async (seconds) => {
    const appliance = await bootSwitchedOff();
    appliance.bench.board.resetButton.hold(seconds * second);
    await appliance.run(seconds + 10);
    expect(appliance.beepsMs()).toEqual([]);
    expect(appliance.logTexts()[0]).toBe(
      'RESET pressed and ignored: the configuration reset switch is off',
    );
    expect(appliance.logTexts().join()).not.toMatch(/(basic|advanced) reset/);
    expect(appliance.bench.board.bootCount).toBe(1);
  });

  it('a hold counts again once it is on', async () => {
    const appliance = await bootSwitchedOff();
    for (const line of ['admin', 'Chosen4us', 'q', 'y', 'setting set hardware.resetSwitch on']) {
      await appliance.type(`${line}\r`);
    }
    appliance.bench.board.resetButton.hold(3 * second);
    await appliance.run(10);
    expect(appliance.logTexts()).toContainEqual(
      expect.stringMatching(/^basic reset by the RESET button/),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { bootAppliance, createApplianceBench } from './appliance-bench.ts';
import { goOffline } from './offline.ts';

const second = 1_000_000;

describe('boot', () => {
  it('blinks green, beeps short, then shows steady green, beeps long and asks for a login', async () => {
    const appliance = createApplianceBench();
    const { board, trace, world } = appliance.bench;
    board.powerOn();
    await appliance.run(6);
    const led = trace.records
      .filter(({ source }) => source === 'led')
      .map(({ t, colour }) => `${(t - world.startUs) / 1000} ${colour as string}`);
    expect(led).toEqual(['0 green', '500 off', '1000 green', '1500 off', '2000 green']);
    expect(appliance.beepsMs()).toEqual([500, 1_500]);
    expect(appliance.printed()).toMatch(/^\[ {4}0\.000\] nasboard firmware [\s\S]+login: $/);
    expect(appliance.logTexts()).toEqual([
      expect.stringMatching(/^clock synchronised: offset .* \(3 of 3 servers agree\)$/),
      'started (power-on)',
    ]);
  });

  it('makes a new store on a blank flash and says so', async () => {
    const appliance = createApplianceBench({ isBlank: true });
    appliance.bench.board.powerOn();
    await appliance.run(6);
    expect(appliance.printed()).toContain('store: schema 4, new, factory defaults');
    expect(appliance.bench.states()['appliance']).toBe('ready');
  });

  it('starts at the build date, unset, where the RTC lost its time', async () => {
    const appliance = createApplianceBench({ board: { rtc: { battery: 'dead' } } });
    goOffline(appliance.bench.board);
    appliance.bench.board.powerOn();
    await appliance.run(5);
    expect(appliance.bench.states()['clock.trust']).toBe('unset');
    expect(appliance.printed()).toContain('clock: 2026-11-01 00:00:00 UTC, UNSET');
  });
});

describe('a configuration that cannot be read', () => {
  async function bootDamaged(): Promise<ReturnType<typeof createApplianceBench>> {
    const appliance = createApplianceBench();
    const { board } = appliance.bench;
    const largest = [...board.flash.files].sort((a, b) => b.size - a.size)[0];
    board.flash.flipBit(largest?.name ?? '', 5_000, 3);
    board.powerOn();
    await appliance.run(20);
    return appliance;
  }

  it('halts with a red lamp and a way out, and never boots to defaults', async () => {
    const appliance = await bootDamaged();
    expect(appliance.bench.states()['appliance']).toBe('halted');
    expect(appliance.bench.board.statusLed.colour).toBe('red');
    const printed = appliance.printed();
    expect(printed).toContain('HALTED. The configuration cannot be used: damaged');
    expect(printed).toContain('hold RESET for 10 seconds');
    expect(printed).not.toContain('login:');
    await appliance.run(600);
    expect(appliance.bench.board.bootCount).toBe(1);
  });

  it('is not erased by a basic reset', async () => {
    const appliance = await bootDamaged();
    appliance.bench.board.resetButton.hold(9 * second);
    await appliance.run(30);
    expect(appliance.bench.states()['appliance']).toBe('halted');
  });

  it('is erased by an advanced reset, and factory defaults apply', async () => {
    const appliance = await bootDamaged();
    appliance.bench.board.resetButton.hold(10 * second);
    await appliance.run(30);
    expect(appliance.bench.states()['appliance']).toBe('ready');
    expect(appliance.printed()).toContain('new, factory defaults');
  });

  it('stays erasable or halted wherever the power fails while it is erased', async () => {
    for (let operation = 1; operation < 300; operation += 1) {
      const appliance = await bootDamaged();
      const { board } = appliance.bench;
      board.flash.cutPowerAfterWrites(operation);
      board.resetButton.hold(10 * second);
      await appliance.run(30);
      const wasCut = board.flash.pendingFaults.length === 0;
      if (!board.isPowered) board.powerOn();
      await appliance.run(20);
      expect(['ready', 'halted']).toContain(appliance.bench.states()['appliance']);
      if (!wasCut) return;
    }
    expect.unreachable('the erasing never ended');
  });
});

describe('the watchdog', () => {
  it('restarts a board whose firmware hangs, and the log says why', async () => {
    const appliance = await bootAppliance();
    appliance.bench.board.hangCpu();
    await appliance.run(310);
    expect(appliance.bench.board.bootCount).toBe(2);
    expect(appliance.logTexts()[1]).toMatch(/restarted by the watchdog/);
  });

  it('leaves a board alone that is well, for a day', async () => {
    const appliance = await bootAppliance();
    await appliance.run(86_400);
    expect(appliance.bench.board.bootCount).toBe(1);
  });
});

describe('a flash that refuses writes', () => {
  it('makes a reset fail aloud, and the appliance goes on', async () => {
    const bugs: unknown[] = [];
    const appliance = await bootAppliance({ firmware: { onBug: (error) => bugs.push(error) } });
    appliance.bench.board.flash.failWrites(1_000, 'io');
    appliance.bench.board.resetButton.hold(3 * second);
    await appliance.run(10);
    expect(bugs).toEqual([]);
    expect(appliance.bench.states()['appliance']).toBe('ready');
    expect(appliance.printed()).toContain('RESET failed, nothing was changed');
  });
});

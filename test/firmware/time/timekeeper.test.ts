import { describe, expect, it } from 'vitest';
import { TimeRig } from './time-rig.ts';

const dayMs = 86_400_000;

/** Where a board that boots in a world of that time has its RTC set. */
function rtcOff(offsetMs: number): { rtc: { offsetMs: number } } {
  return { rtc: { offsetMs } };
}

describe('a sync at boot', () => {
  it('is done within a fraction of a second, and the console says so', async () => {
    const rig = new TimeRig();
    rig.bootWell();
    expect([rig.status.trust, rig.status.isAsking]).toEqual(['rtc', true]);
    await rig.pass(0.1);
    expect([rig.status.trust, rig.status.isAsking]).toEqual(['synchronised', false]);
    expect(rig.lines).toEqual([
      expect.stringMatching(/^clock: synchronised, offset [+-]\d\.\d ms \(3 of 3 servers agree\)$/),
    ]);
    expect(rig.log).toEqual([expect.stringMatching(/^clock synchronised: offset .* agree\)$/)]);
  });

  it.each([
    ['91 s behind', -91_000],
    ['3 h ahead', 3 * 3_600_000],
    ['years ahead', 1_000 * dayMs],
  ])('may step any distance: an RTC %s', async (_what, offsetMs) => {
    const rig = await new TimeRig(rtcOff(offsetMs)).boots();
    expect(Math.abs(rig.errorMs)).toBeLessThan(1);
    expect(rig.status).toMatchObject({ trust: 'synchronised', lastSync: { how: 'step' } });
    expect(rig.lines.join()).toContain('clock: synchronised, stepped by');
  });

  it('ends the time without a clock, where the coin cell is dead', async () => {
    const rig = new TimeRig({ rtc: { battery: 'dead' } });
    rig.bootWell();
    expect(rig.services.wallClock.trust).toBe('unset');
    await rig.pass(0.1);
    expect(rig.services.wallClock.trust).toBe('synchronised');
    expect(Math.abs(rig.errorMs)).toBeLessThan(1);
  });

  it('sets the RTC, when a second begins', async () => {
    const rig = await new TimeRig(rtcOff(-91_400)).boots();
    expect(Math.abs(rig.board.rtc.timeMs - rig.trueMs)).toBeLessThan(3);
  });

  it('slews what is small: the clock is right after some minutes, and never steps', async () => {
    const rig = new TimeRig();
    for (const server of rig.timeServers.all) server.set({ offsetMs: 100 });
    await rig.boots();
    const steps: unknown[] = [];
    rig.services.wallClock.onStep((step) => steps.push(step));
    expect(rig.status.lastSync?.how).toBe('slew');
    expect(rig.errorMs).toBeCloseTo(1.5, 0);
    await rig.pass(300);
    expect(rig.errorMs).toBeCloseTo(100, -0.5);
    expect(steps).toEqual([]);
  });
});

describe('an offset that is too large', () => {
  /** A board that was synchronised when all servers went off by so much. */
  async function shifted(offsetMs: number): Promise<TimeRig> {
    const rig = await new TimeRig().boots();
    for (const server of rig.timeServers.all) server.set({ offsetMs });
    await rig.passHours(1.1);
    return rig;
  }

  it.each([1_001_000, -1_001_000, dayMs])(
    'of %i ms is refused later, and told',
    async (offsetMs) => {
      const rig = await shifted(offsetMs);
      expect(Math.abs(rig.errorMs)).toBeLessThan(1);
      expect(rig.status.lastFailure?.reason).toBe('panic');
      expect(rig.log.at(-1)).toMatch(/^clock not synchronised: an offset of .* is refused/);
      expect(rig.lines.at(-1)).toMatch(/^clock: NOT synchronised: an offset of .* is refused/);
      expect(rig.status.trust).toBe('synchronised');
      await rig.passHours(2);
      expect(rig.status.trust).toBe('holdover');
    },
  );

  it('is taken where a person forces it', async () => {
    const rig = await shifted(dayMs);
    const outcome = rig.services.timekeeper.syncNow({ force: true });
    await rig.pass(3);
    await expect(outcome).resolves.toMatchObject({ ok: true, how: 'step' });
    expect(rig.errorMs - dayMs).toBeCloseTo(0, 0);
    // The crystal is not blamed for it.
    await rig.passHours(5);
    expect(rig.status.crystalPpm ?? 0).toBeCloseTo(0, 0);
  });

  it('just within the limit is stepped over', async () => {
    const rig = await shifted(999_000);
    expect(rig.errorMs - 999_000).toBeCloseTo(0, 0);
    expect(rig.log.at(-1)).toMatch(
      /^clock synchronised: stepped by \+17 min, from .* to .* agree\)/,
    );
  });
});

describe('a crystal that is off', () => {
  it.each([50, -50, 120])(
    'by %i ppm is learned: it steps once at most, then never',
    async (ppm) => {
      const rig = await new TimeRig({ crystalPpm: ppm }).boots();
      await rig.passHours(1.1);
      expect(rig.status.crystalPpm).toBeCloseTo(ppm, -0.5);
      const steps: unknown[] = [];
      rig.services.wallClock.onStep((step) => steps.push(step));
      await rig.passHours(48);
      expect(steps).toEqual([]);
      expect(Math.abs(rig.errorMs)).toBeLessThan(5);
      expect(rig.status.crystalPpm).toBeCloseTo(ppm, 0);
    },
  );

  it('by other ppm than before is doubted, told, and learned anew', async () => {
    const rig = await new TimeRig({ crystalPpm: 50 }).boots();
    await rig.passHours(5);
    rig.board.setCrystalPpm(-100);
    await rig.passHours(3);
    expect(rig.log.some((text) => text.startsWith('the clock was off by'))).toBe(true);
    expect(rig.status.crystalPpm).toBeCloseTo(-100, 0);
  });

  it('goes on with its rate in holdover', async () => {
    const rig = await new TimeRig({ crystalPpm: 80 }).boots();
    await rig.passHours(6);
    for (const server of rig.timeServers.all) server.set({ silent: true });
    await rig.passHours(240);
    expect(rig.status.trust).toBe('holdover');
    // Ten days at 80 ppm are 69 s.
    expect(Math.abs(rig.errorMs)).toBeLessThan(1_000);
    expect(Math.abs(rig.errorMs)).toBeLessThanOrEqual(rig.status.boundMs ?? 0);
  });
});

describe('a quiet sync', () => {
  it('writes nothing to the flash and nothing to the log', async () => {
    const rig = await new TimeRig().boots();
    await rig.passHours(2);
    const { operations } = rig.board.flash;
    const { log, lines } = rig;
    await rig.passHours(24);
    expect(rig.status.recent).toHaveLength(27);
    expect(rig.board.flash.operations).toBe(operations);
    expect([rig.log, rig.lines]).toEqual([log, lines]);
  });
});

describe('a person', () => {
  it('sets the clock: it is manual until the next sync, and nobody can tell how sure it is', async () => {
    const rig = await new TimeRig().boots();
    expect(rig.status.boundMs).toBeGreaterThan(0);
    rig.services.wallClock.setManually(rig.trueMs + 30_000);
    expect(rig.status).toMatchObject({ trust: 'manual' });
    expect(rig.status.boundMs).toBeUndefined();
    await rig.passHours(1.1);
    expect(rig.status.trust).toBe('synchronised');
    expect(Math.abs(rig.errorMs)).toBeLessThan(1);
    expect(rig.log.some((text) => text.startsWith('the clock was off by'))).toBe(false);
  });

  it('switches sync off and on again; off, nobody is asked', async () => {
    const rig = await new TimeRig().boots();
    const { settings, timekeeper, wallClock } = rig.services;
    settings.set('time.ntp.enabled', false);
    await rig.passHours(24);
    expect([timekeeper.state, rig.asked('ntp1.example'), wallClock.trust]).toEqual([
      'off',
      1,
      'holdover',
    ]);
    await expect(timekeeper.syncNow()).resolves.toMatchObject({ ok: false, reason: 'disabled' });
    settings.set('time.ntp.enabled', true);
    await rig.pass(1);
    expect([timekeeper.state, wallClock.trust]).toEqual(['synchronised', 'synchronised']);
  });

  it('switches sync off in the middle of a round: whoever waits for it is told', async () => {
    const rig = await new TimeRig().boots();
    const { settings, timekeeper } = rig.services;
    const outcome = timekeeper.syncNow();
    settings.set('time.ntp.enabled', false);
    await expect(outcome).resolves.toMatchObject({ ok: false, reason: 'disabled' });
  });

  it.each([
    ['hours', 1, 24],
    ['hours', 6, 4],
    ['hours', 5, 4.8],
    ['hours', 30, 0.8],
    ['days', 1, 1],
    ['days', 7, 1 / 7],
  ] as const)('has it asked every so many %s (%i): %f times a day', async (unit, every, aDay) => {
    const rig = await new TimeRig().boots();
    const { settings } = rig.services;
    settings.set('time.ntp.unit', unit);
    settings.set('time.ntp.every', every);
    await rig.passHours(1);
    const before = rig.asked('ntp1.example');
    await rig.passHours(24 * 35);
    expect((rig.asked('ntp1.example') - before) / 35).toBeCloseTo(aDay, 1);
  });

  it('who asks twice at once has the servers asked once', async () => {
    const rig = await new TimeRig().boots();
    const outcomes = Promise.all([
      rig.services.timekeeper.syncNow(),
      rig.services.timekeeper.syncNow(),
    ]);
    await rig.pass(1);
    const [first, second] = await outcomes;
    expect(first).toBe(second);
    expect(rig.asked('ntp1.example')).toBe(2);
  });
});

describe('somebody else who moves the clock', () => {
  it('is told in the log; trust stays, and the next sync puts it right', async () => {
    const rig = await new TimeRig().boots();
    rig.services.timekeeper.disturb(5_000);
    expect(rig.log.at(-1)).toBe('clock stepped by +5.0 s: something outside of this firmware');
    expect(rig.status.trust).toBe('synchronised');
    expect(rig.status.boundMs).toBeGreaterThan(5_000);
    await rig.passHours(1.1);
    expect(Math.abs(rig.errorMs)).toBeLessThan(1);
  });
});

describe('an RTC that cannot be set', () => {
  it('is told once, and once more when it can', async () => {
    const rig = await new TimeRig().boots();
    rig.board.rtc.bus.holdLow(true);
    await rig.passHours(3);
    const text = 'the RTC cannot be set: the time is lost at power-off';
    expect(rig.log.filter((one) => one === text)).toHaveLength(1);
    expect(rig.services.wallClock.trust).toBe('synchronised');
    rig.board.rtc.bus.holdLow(false);
    await rig.passHours(3);
    expect(rig.log.at(-1)).toBe('the RTC can be set again');
    expect(rig.log.filter((one) => one.includes('RTC'))).toHaveLength(2);
  });
});

describe('time after 2036', () => {
  it('is synchronised across the end of the era of NTP', async () => {
    const rig = new TimeRig({ startUs: Date.UTC(2036, 1, 7, 6, 0) * 1000 });
    await rig.boots();
    await rig.passHours(3);
    expect(Math.abs(rig.errorMs)).toBeLessThan(1);
    expect(rig.status.trust).toBe('synchronised');
  });
});

import { describe, expect, it } from 'vitest';
import { adminAtMenu, type ConsoleBench } from './console-bench.ts';

/** An administrator in the shell. */
async function atShell(): Promise<ConsoleBench> {
  const console = await adminAtMenu();
  await console.enter('q');
  await console.enter('y');
  return console;
}

const hour = 3_600_000;

describe('ntp on the console', () => {
  it('shows how the clock is kept, and what each server said', async () => {
    const console = await atShell();
    const text = await console.enter('ntp');
    expect(text).toMatch(/Synchronisation +on, every hour/);
    expect(text).toMatch(/Clock +synchronised \d s ago, to within \d+\.\d ms/);
    expect(text).toMatch(/Last sync +2026-11-24 10:00:00 UTC: offset .* \(3 of 3 servers agree\)/);
    expect(text).toMatch(/ntp2\.example +agrees +[+-]\d/);
  });

  it('tells of a falseticker', async () => {
    const console = await atShell();
    console.bench.timeServers.get('ntp2.example').set({ offsetMs: 86_400_000 });
    await console.enter('ntp sync', 3_000);
    const text = await console.enter('ntp');
    expect(text).toMatch(/ntp2\.example +falseticker +\+1 d .*it is off by \+1 d from the others/);
  });

  it('synchronises on request, and logs who asked', async () => {
    const console = await atShell();
    const text = await console.enter('ntp sync', 3_000);
    expect(text).toContain('The time servers are asked. The result follows.');
    expect(text).toMatch(/Result: synchronised, offset .* \(3 of 3 servers agree\)\./);
    const entry = console.bench.firmware?.log?.page({ category: 'time' })[0];
    expect(entry).toMatchObject({ user: 'admin', address: 'serial' });
  });

  it('refuses a large offset, says how to force it, and does so', async () => {
    const console = await atShell();
    for (const server of console.bench.timeServers.all) server.set({ offsetMs: 2 * hour });
    const refused = await console.enter('ntp sync', 3_000);
    expect(refused).toContain('Result: not synchronised: an offset of +2 h is refused');
    expect(refused).toContain('To force it: ntp sync --force');
    await console.enter('');
    const forced = await console.enter('ntp sync --force', 3_000);
    expect(forced).toContain('Result: synchronised, stepped by +2 h');
    expect(await console.enter('date')).toContain('2026-11-24 12:00');
    expect(console.log()).toContain('a sync is forced');
  });

  it('lists the last syncs', async () => {
    const console = await atShell();
    await console.enter('ntp sync', 3_000);
    const rows = (await console.enter('ntp history')).match(/2026-11-24 10:00/g);
    expect(rows).toHaveLength(2);
  });

  it('changes servers, interval and whether at all', async () => {
    const console = await atShell();
    await console.enter('ntp servers ntp3.example ntp9.example', 3_000);
    expect(await console.enter('ntp')).toMatch(/ntp9\.example +failed/);
    await console.enter('ntp servers none', 3_000);
    expect(await console.enter('ntp')).toContain('ntp1.example');
    await console.enter('ntp every 2 days');
    expect(await console.enter('ntp')).toContain('on, every 2 days');
    await console.enter('ntp off');
    expect(await console.enter('ntp')).toContain('OFF');
    expect(await console.enter('ntp sync', 3_000)).toContain('switched off');
    await console.enter('ntp on', 3_000);
    expect(console.bench.states()['timekeeper']).toBe('synchronised');
  });

  it.each([
    ['ntp every 31 days', 'is a whole number from 1 to 30'],
    ['ntp every 2 weeks', 'UNIT is hours or days'],
    ['ntp servers -x', 'is a list of host names or IP addresses'],
    ['ntp sync --now', '"--now" makes no sense'],
  ])('refuses «%s»', async (line, text) => {
    const console = await atShell();
    expect(await console.enter(line)).toContain(text);
    expect(await console.enter('ntp')).toContain('on, every hour');
  });
});

describe('the age of the last sync', () => {
  it('stands in `date`, with how far the clock may be off', async () => {
    const console = await atShell();
    expect(await console.enter('date')).toMatch(
      /The clock was synchronised \d+ s ago, right to within \d+\.\d ms\./,
    );
  });

  it('and holdover', async () => {
    const console = await atShell();
    for (const server of console.bench.timeServers.all) server.set({ silent: true });
    await console.enter('setting set console.idleMinutes 1440');
    await console.wait(3.2 * hour);
    expect(await console.enter('date')).toMatch(
      /The clock is in HOLDOVER: it was synchronised last 3 h 1[0-9] min ago, right to within/,
    );
    expect(console.bench.states()['clock.trust']).toBe('holdover');
  });
});

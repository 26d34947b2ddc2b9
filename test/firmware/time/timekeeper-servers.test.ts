import { describe, expect, it } from 'vitest';
import { TimeRig } from './time-rig.ts';

const dayMs = 86_400_000;

/** Where a board that boots in a world of that time has its RTC set. */
function rtcOff(offsetMs: number): { rtc: { offsetMs: number } } {
  return { rtc: { offsetMs } };
}

describe('servers that lie or fail', () => {
  it('one that is off by a day is named, once, and again when it has come to its senses', async () => {
    const rig = new TimeRig();
    rig.server(2).set({ offsetMs: dayMs });
    await rig.boots();
    expect(Math.abs(rig.errorMs)).toBeLessThan(1);
    expect(rig.status.lastSync?.servers.map(({ verdict }) => verdict)).toEqual([
      'agrees',
      'falseticker',
      'agrees',
    ]);
    await rig.passHours(5);
    rig.server(2).set({ offsetMs: 0 });
    await rig.passHours(5);
    expect(rig.log.slice(1)).toEqual([
      'falseticker ntp2.example: it is off by +1 d from the others',
      'time server ntp2.example agrees with the others again',
    ]);
  });

  it('disagree, all three: the clock stays as it is, and that is loud', async () => {
    const rig = new TimeRig(rtcOff(-91_000));
    rig.server(2).set({ offsetMs: dayMs });
    rig.server(3).set({ offsetMs: -dayMs });
    await rig.boots();
    expect(rig.services.wallClock.trust).toBe('rtc');
    expect(rig.errorMs).toBeLessThan(-90_000);
    const text = /^clock: NOT synchronised: the time servers disagree \(ntp1\.example \+91\.\d s, /;
    expect(rig.lines).toEqual([expect.stringMatching(text)]);
    await rig.passHours(10);
    expect(rig.log).toHaveLength(1);
    rig.server(3).set({ offsetMs: 0 });
    await rig.passHours(1.1);
    expect(rig.services.wallClock.trust).toBe('synchronised');
  });

  it('is not believed alone, where the two others are silent; a person may', async () => {
    const rig = new TimeRig(rtcOff(-91_000));
    rig.server(1).set({ silent: true });
    rig.server(2).set({ dns: 'fails' });
    await rig.boots();
    expect(rig.status.lastFailure).toMatchObject({
      reason: 'too-few',
      text: 'only 1 of 3 time servers gave a time, 2 must agree',
    });
    const outcome = rig.services.timekeeper.syncNow({ force: true, by: { user: 'admin' } });
    await rig.pass(3);
    await expect(outcome).resolves.toMatchObject({ ok: true, how: 'step' });
    expect(rig.services.wallClock.trust).toBe('synchronised');
    expect(rig.services.log.page({ category: 'time' })[0]?.user).toBe('admin');
  });

  it.each([1, 2])('is believed, where %i on the list and only it answers', async (count) => {
    const rig = new TimeRig(rtcOff(-91_000));
    rig.server(2).set({ silent: true });
    rig.bootWell();
    const servers = ['ntp1.example', 'ntp2.example'].slice(0, count);
    rig.services.settings.set('time.ntp.servers', servers);
    await rig.pass(3);
    expect(rig.services.wallClock.trust).toBe('synchronised');
  });

  it('claims a time before the firmware was built: it has failed', async () => {
    const rig = new TimeRig();
    for (const server of rig.timeServers.all) server.set({ offsetMs: -100 * dayMs });
    await rig.boots();
    expect(rig.status.lastFailure?.servers[0]).toMatchObject({
      verdict: 'failed',
      text: 'it claims a time before this firmware was built',
    });
    expect(rig.services.wallClock.trust).toBe('rtc');
  });
});

describe('servers that cannot be reached', () => {
  it('are asked again soon after the network is back', async () => {
    const rig = new TimeRig();
    const adapters = rig.board.label.macAddresses.keys();
    for (const adapter of adapters) rig.board.network.setCable(adapter, false);
    await rig.boots();
    expect(rig.lines).toEqual([expect.stringMatching(/^clock: NOT synchronised: no time server/)]);
    await rig.passHours(10);
    // Once, not each time.
    expect(rig.log).toHaveLength(1);
    rig.board.network.setCable(0, true);
    rig.services.timekeeper.networkChanged();
    await rig.pass(1);
    expect(rig.services.wallClock.trust).toBe('synchronised');
    expect(rig.lines).toHaveLength(2);
  });

  it('are found within five minutes where nobody says that the network is back', async () => {
    const rig = new TimeRig();
    for (const server of rig.timeServers.all) server.set({ dns: 'fails' });
    await rig.boots();
    await rig.passHours(10);
    for (const server of rig.timeServers.all) server.set({ dns: 'works' });
    await rig.pass(300);
    expect(rig.services.wallClock.trust).toBe('synchronised');
  });

  it('are given more and more time where they are silent, up to an hour', async () => {
    const rig = new TimeRig();
    for (const server of rig.timeServers.all) server.set({ silent: true });
    const { world } = rig.board;
    await rig.boots();
    rig.services.scheduler.stop();
    await rig.passHours(6);
    const times = world.trace.records
      .filter((one) => one.kind === 'query' && one['server'] === 'ntp1.example')
      .map(({ t }) => Math.round((t - world.startUs) / 1e6));
    const waits = times.slice(1).map((time, place) => time - (times[place] ?? 0));
    // Each round takes two seconds itself.
    expect(waits).toEqual([62, 122, 242, 482, 962, 1922, 3602, 3602, 3602, 3602]);
  });

  it('mean holdover after three intervals: log, console and a mail to administrators', async () => {
    const rig = await new TimeRig().boots();
    const { mailAccounts, accounts, wallClock, settings } = rig.services;
    mailAccounts.create({
      name: 'Office',
      host: 'mail.example',
      port: 587,
      security: 'starttls',
      sender: 'nas@example.org',
    });
    const admin = accounts.user('admin');
    accounts.setEmail(admin?.name ?? '', 'boss@example.org');
    settings.set('time.ntp.every', 2);
    await rig.pass(3);
    for (const server of rig.timeServers.all) server.set({ silent: true });
    await rig.passHours(5.99);
    expect(wallClock.trust).toBe('synchronised');
    await rig.passHours(0.1);
    expect(wallClock.trust).toBe('holdover');
    expect(rig.log.at(-1)).toMatch(/^clock in holdover, not synchronised for three intervals: no/);
    expect(rig.lines.at(-1)).toMatch(/^clock: HOLDOVER/);
    const mails = rig.mailServer.messages.map(({ subject }) => subject);
    expect(mails).toEqual([expect.stringContaining('The clock is not synchronised any more')]);
    for (const server of rig.timeServers.all) server.set({ silent: false });
    await rig.passHours(1.1);
    expect(wallClock.trust).toBe('synchronised');
    expect(rig.lines.at(-1)).toMatch(/^clock: synchronised/);
  });
});

describe("a kiss-o'-death", () => {
  it.each(['DENY', 'RSTR'])(
    'of %s: not asked again before a person changes the list',
    async (kiss) => {
      const rig = new TimeRig();
      rig.server(1).set({ kiss });
      await rig.boots();
      await rig.passHours(48);
      expect(rig.asked('ntp1.example')).toBe(1);
      expect(rig.status.lastSync?.servers[0]).toMatchObject({ verdict: 'waiting' });
      expect(rig.log.filter((text) => text.includes(kiss))).toEqual([
        `time server ntp1.example: it refuses this NAS (${kiss}); ` +
          'not asked again until the list is changed or a restart',
      ]);
      rig.services.settings.set('time.ntp.servers', [
        'ntp1.example',
        'ntp2.example',
        'ntp3.example',
      ]);
      await rig.pass(3);
      expect(rig.asked('ntp1.example')).toBe(2);
    },
  );

  it('of DENY is forgotten by a restart', async () => {
    const rig = new TimeRig();
    rig.server(1).set({ kiss: 'DENY' });
    await rig.boots();
    await rig.boots();
    expect(rig.asked('ntp1.example')).toBe(2);
  });

  it('of RATE: asked after two intervals, four, eight …, and as before once it answers', async () => {
    const rig = new TimeRig();
    rig.server(1).set({ kiss: 'RATE' });
    await rig.boots();
    await rig.passHours(16);
    expect(rig.asked('ntp1.example')).toBe(4);
    rig.server(1).set({ kiss: undefined });
    await rig.passHours(16);
    const before = rig.asked('ntp1.example');
    await rig.passHours(5);
    expect(rig.asked('ntp1.example') - before).toBe(5);
  });

  it('of all servers leaves the board without time, and it says so', async () => {
    const rig = new TimeRig();
    for (const server of rig.timeServers.all) server.set({ kiss: 'DENY' });
    await rig.boots();
    await rig.passHours(24);
    expect(rig.asked('ntp3.example')).toBe(1);
    expect(rig.status.lastFailure?.reason).toBe('no-answer');
  });
});

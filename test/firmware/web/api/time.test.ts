import { describe, expect, it } from 'vitest';
import { adminPassword, appliance } from './api-rig.ts';

/** Matchers are untyped. */
const textLike = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const holding = (...some: readonly unknown[]): unknown => expect.arrayContaining([...some]);

const agrees = { verdict: 'agrees', text: null };

describe('the clock through the API', () => {
  it('is shown with its settings and how it is synchronised', async () => {
    const { admin } = await appliance();
    const { status, body } = await admin.get('/time');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      clock: { zone: 'UTC', trust: 'synchronised' },
      text: textLike(/^2026-11-24 10:\d\d:\d\d UTC$/),
      settings: {
        zone: 'UTC',
        dateFormat: 'YYYY-M-D',
        hours: 24,
        ntp: { enabled: true, servers: [], every: 1, unit: 'hours' },
      },
      sync: {
        servers: ['ntp1.example', 'ntp2.example', 'ntp3.example'],
        isAsking: false,
        failure: null,
        leapSecond: null,
        last: { servers: [agrees, agrees, agrees] },
      },
    });
  });

  it('has its settings changed, all that are named or none, each noted', async () => {
    const { bench, admin } = await appliance();
    const changed = await admin.patch('/time', {
      zone: 'America/St_Johns',
      dateFormat: 'D.M.YYYY',
      hours: 12,
      ntp: { servers: ['ntp2.example'], every: 2 },
    });
    expect(changed.body).toMatchObject({
      text: textLike(/^24\.11\.2026 0?6:\d\d:\d\d AM America\/St_Johns$/),
      settings: {
        zone: 'America/St_Johns',
        hours: 12,
        ntp: { enabled: true, servers: ['ntp2.example'], every: 2, unit: 'hours' },
      },
      sync: { servers: ['ntp2.example'] },
    });
    const texts = bench.log.map(({ text }) => text);
    expect(texts).toContain('time.zone set to "America/St_Johns"');
    expect(texts).toContain('time.ntp.every set to 2');
    for (const wrong of [
      { hours: 24, zone: 'Mars/Olympus' },
      { hours: 24, ntp: { every: 31 } },
      { hours: 24, ntp: { servers: ['a b'] } },
      { hours: 24, dateFormat: 'YY' },
      { hours: 24, more: 1 },
    ]) {
      expect(await admin.patch('/time', wrong)).toMatchObject({ status: 422, problem: 'invalid' });
    }
    expect((await admin.get('/time')).body).toMatchObject({ settings: { hours: 12 } });
  });

  it.each([
    ['2027-05-06T07:08:09Z', '2027-05-06T07:08:09'],
    ['2027-05-06 09:08:09', '2027-05-06T07:08:09'],
    // An hour that is there twice: the first pass.
    ['2027-10-31 02:30:00', '2027-10-31T00:30:00'],
  ])('is set to %s, with the RTC', async (time, expected) => {
    const { bench, admin } = await appliance();
    await admin.patch('/time', { zone: 'Europe/Berlin' });
    const set = await admin.post('/time/clock', { time });
    expect(set.body).toMatchObject({ isRtcSet: true, clock: { trust: 'manual' } });
    expect(JSON.stringify(set.body.clock)).toContain(expected);
    const entry = bench.log.find(({ text }) => text.startsWith('clock set from'));
    expect(entry).toMatchObject({ user: 'admin', address: '192.168.1.100', category: 'time' });
  });

  it.each([
    ['yesterday', 'a time is written YYYY-MM-DD hh:mm:ss.'],
    ['2027-02-30 00:00:00', 'there is no such day or time of day.'],
    ['2027-03-28 02:30:00', 'a clock change skips that time in Europe/Berlin.'],
    [
      '2026-10-31T00:00:00Z',
      'this firmware was built on 2026-11-01 00:00:00 UTC; it is later than that.',
    ],
  ])('is not set to %s', async (time, detail) => {
    const { admin } = await appliance();
    await admin.patch('/time', { zone: 'Europe/Berlin' });
    const refused = await admin.post('/time/clock', { time });
    expect(refused).toMatchObject({ status: 422, problem: 'time-invalid', body: { detail } });
    expect((await admin.get('/time')).body.clock.trust).toBe('synchronised');
  });

  it('is synchronised when somebody asks for that', async () => {
    const { bench, admin } = await appliance();
    const done = await admin.post('/time/sync', {});
    expect(done.body).toMatchObject({
      isSynchronised: true,
      reason: null,
      how: 'slew',
      servers: [agrees, agrees, agrees],
    });
    for (const name of ['ntp1.example', 'ntp2.example', 'ntp3.example']) {
      bench.ntp.set(name, { offset: '+2h' });
    }
    const panic = await admin.post('/time/sync', {});
    expect(panic.body).toMatchObject({ isSynchronised: false, reason: 'panic', how: null });
    const forced = await admin.post('/time/sync', { force: true });
    expect(forced.body).toMatchObject({ isSynchronised: true, how: 'step' });
    await admin.patch('/time', { ntp: { enabled: false } });
    expect((await admin.post('/time/sync', {})).body).toMatchObject({ reason: 'disabled' });
  });

  it('has zones and date formats to choose from', async () => {
    const { admin } = await appliance();
    const { body } = await admin.get('/time/choices');
    expect(body).toMatchObject({ zones: holding('UTC', 'Australia/Lord_Howe') });
    expect(JSON.stringify(body)).toMatch(/"D\.M\.YYYY","example":"24\.11\.2026 10:/);
  });
});

describe('the schedule through the API', () => {
  it('says when jobs run next and ran last', async () => {
    const { bench, admin } = await appliance();
    await admin.patch('/time', { zone: 'Europe/Berlin' });
    const { body } = await admin.get('/time/schedule');
    const check = {
      name: 'self-check',
      summary: 'checks the store, the RTC, the free space, temperatures and fans',
      pattern: '40 3 * * *',
    };
    const soon = { ...check, nextRun: '2026-11-25T02:40:00.000Z', lastRun: null };
    expect(body).toMatchObject({ jobs: holding(soon) });
    await bench.advance('1d');
    await admin.logIn('admin', adminPassword);
    const later = { nextRun: '2026-11-26T02:40:00.000Z', lastRun: '2026-11-25T02:40:00.000Z' };
    const after = await admin.get('/time/schedule');
    expect(after.body).toMatchObject({ jobs: holding({ ...check, ...later }) });
  });
});

import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { ApiRig } from './api-rig.ts';

describe('GET /board', () => {
  it('tells all that can be seen of the board', async () => {
    await using rig = await ApiRig.start({ seed: 7 });
    await rig.steps({ delay: '10s' });
    const { label } = rig.bench.board;
    expect(await rig.json('/board')).toEqual({
      t: rig.bench.world.nowUs,
      time: new Date(rig.bench.world.nowUs / 1000).toISOString(),
      speed: '1x',
      paused: true,
      seed: 7,
      versions: { nasboard: expect.any(String) as string, firmware: expect.any(String) as string },
      label: {
        model: label.model,
        serialNumber: label.serialNumber,
        macAddresses: label.macAddresses,
      },
      defaultPassword: label.defaultPassword,
      power: { on: true, since: rig.bench.world.startUs, boots: 1 },
      leds: { status: { colour: 'green', pattern: 'steady green' } },
      buzzer: {
        sounding: false,
        lastBeep: { start: expect.any(Number) as number, end: expect.any(Number) as number },
      },
      reset: { pressed: false },
      charts: rig.bench.states(),
      clocks: {
        boardMs: expect.any(Number) as number,
        wallMs: rig.bench.firmware?.wallClockMs(),
        rtcMs: rig.bench.board.rtc.timeMs,
        rtcIsValid: true,
        trust: rig.bench.states()['clock.trust'],
        offsetMs: expect.any(Number) as number,
      },
      pendingFaults: [],
    });
  });

  it('tells of a board that is off', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    expect(await rig.json('/board')).toMatchObject({
      power: { on: false, since: null, boots: 0 },
      buzzer: { lastBeep: null },
      charts: { appliance: 'off' },
      clocks: { boardMs: null, wallMs: null, trust: null, offsetMs: null },
    });
  });
});

describe('time', () => {
  it('gets faster, stands still and goes on', async () => {
    await using rig = await ApiRig.start();
    const put = (body: object) => rig.json('/speed', { method: 'PUT', body });
    expect(await rig.json('/speed')).toMatchObject({ speed: '1x', paused: true });
    expect(await put({ speed: '10x', paused: false })).toMatchObject({
      speed: '10x',
      paused: false,
    });
    const { nowUs } = rig.bench.world;
    await rig.clock.advance(500);
    expect((await put({ paused: true }))['t']).toBe(nowUs + 5_000_000);
    expect(await put({ speed: 0.5 })).toMatchObject({ speed: '0.5x', paused: true });
    expect(await put({ speed: 'max' })).toMatchObject({ speed: 'max', paused: true });
    expect(await put({})).toMatchObject({ speed: 'max' });
  });

  it.each([
    [{ speed: '101x' }, /outside 0\.1x to 100x/],
    [{ speed: 'fast' }, /neither a multiple of real time/],
    [{ paused: 'yes' }, /boolean/],
    [{ pace: 1 }, /no such field/],
  ])('refuses %j', async (body, detail) => {
    await using rig = await ApiRig.start({ isOff: true });
    const answer = await rig.ask('/speed', { method: 'PUT', body });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toMatch(detail);
  });

  it('steps to the next deadline, and by a duration', async () => {
    await using rig = await ApiRig.start();
    const next = rig.bench.world.nextEventUs;
    const step = (body: object) => rig.json('/clock/step', { method: 'POST', body });
    expect(await step({})).toMatchObject({ t: next, moved: true });
    expect(await step({ by: '90s' })).toMatchObject({ t: (next ?? 0) + 90_000_000, moved: true });
    const refused = await rig.ask('/clock/step', { method: 'POST', body: { by: 3 } });
    expect(refused.body).toMatch(/has no unit/);
  });

  it('says where nothing will ever happen', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const answer = await rig.json('/clock/step', { method: 'POST', body: {} });
    expect(answer).toMatchObject({ t: rig.bench.world.startUs, moved: false });
  });
});

describe('the past', () => {
  it('comes back by name', async () => {
    await using rig = await ApiRig.start();
    const name = 'before';
    const made = await rig.json('/snapshots', { method: 'POST', body: { name } });
    expect(made).toMatchObject({ name, t: rig.bench.world.nowUs });
    await rig.steps([{ power: 'cut' }, { delay: '5s' }]);
    expect(await rig.json('/board')).toMatchObject({ charts: { appliance: 'off' } });
    const back = await rig.json(`/snapshots/${name}/restore`, { method: 'POST', body: {} });
    expect(back['t']).toBe(made['t']);
    expect(await rig.json('/board')).toMatchObject({
      t: made['t'],
      charts: { appliance: 'ready' },
    });
    const { outcome } = await rig.steps([
      { 'write-serial': 'admin\r' },
      { 'wait-serial': 'word:' },
    ]);
    expect(outcome).toBe('passed');
    expect(await rig.json('/snapshots')).toMatchObject({
      snapshots: [{ name, t: made['t'] }],
      branches: [{ snapshots: [{ name }, {}] }],
    });
  });

  it('comes back by time, and before what happened', async () => {
    await using rig = await ApiRig.start();
    const { nowUs } = rig.bench.world;
    const back = (body: object) => rig.json('/clock/back', { method: 'POST', body });
    await rig.steps({ delay: '10s' });
    expect(await back({ by: '10s' })).toMatchObject({ t: nowUs });
    await rig.steps([{ delay: '3s' }, { press: { 'part-id': 'reset', hold: '3s' } }]);
    expect(await back({ before: '"kind":"press"' })).toMatchObject({ t: nowUs + 2_999_999 });
    expect(await back({ to: new Date(nowUs / 1000).toISOString() })).toMatchObject({ t: nowUs });
  });

  it.each([
    ['/snapshots/none/restore', {}, 404, /lists those there are/],
    ['/snapshots', { name: '../x' }, 422, /letters, digits/],
    ['/clock/back', { to: '2030-01-01T00:00:00Z' }, 409, /no way into the future/],
    ['/clock/back', { to: '2001-01-01T00:00:00Z' }, 409, /the way back ends at/],
    ['/clock/back', { before: 'nothing of the kind' }, 409, /Nothing matches/],
    ['/clock/back', { before: '(' }, 409, /no regular expression/],
    ['/clock/back', {}, 422, /say one of by, to and before/],
  ])('refuses %s %j', async (path, body, status, detail) => {
    await using rig = await ApiRig.start();
    const answer = await rig.ask(path, { method: 'POST', body });
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toMatch(detail);
  });
});

describe('what stands around the board', () => {
  it('is the phone of the steps', async () => {
    await using rig = await ApiRig.start();
    await rig.steps({ phone: { add: 'JBSWY3DPEHPK3PXPJBSWY3DP', as: 'carol' } });
    await rig.steps({ phone: { skew: '-90s' } });
    const phone = await rig.json('/phone');
    expect(phone).toMatchObject({ skewMs: -90_000, driftPpm: 0 });
    const code = expect.stringMatching(/^\d{6}$/) as string;
    expect(phone['accounts']).toMatchObject([{ name: 'carol', code }]);
    const typed = await rig.steps({ 'write-serial': '${totp(carol)}' });
    expect(typed.outcome).toBe('passed');
  });

  it('is an empty mailbox, and no mail of a number', async () => {
    await using rig = await ApiRig.start();
    expect(await rig.json('/mail')).toMatchObject({ mails: [] });
    expect((await rig.ask('/mail/1')).statusCode).toBe(404);
    expect((await rig.ask('/mail/x')).statusCode).toBe(422);
  });

  it('is a mail, once the mail server has it', async () => {
    await using rig = await ApiRig.start();
    const envelope = { from: 'nas@example.org', to: ['carol@example.org'] };
    const content = { from: '', to: [], subject: 'Your code', text: '123456\n' };
    await rig.live.pacer.act(() => rig.bench.mailServer.take(envelope, new Uint8Array(), content));
    const line = { number: 1, from: 'nas@example.org', to: ['carol@example.org'] };
    expect(await rig.json('/mail')).toMatchObject({ mails: [{ ...line, subject: 'Your code' }] });
    expect(await rig.json('/mail/1')).toMatchObject({ ...line, text: '123456\n' });
  });

  it('is the time servers', async () => {
    await using rig = await ApiRig.start();
    await rig.steps({ ntp: { server: 'ntp2.example', offset: '10m' } });
    const { servers } = await rig.json<{ servers: object[] }>('/time-servers');
    expect(servers).toMatchObject([
      { name: 'ntp1.example', offsetMs: 0, suggested: true, behaviour: { stratum: 2 } },
      { name: 'ntp2.example', offsetMs: 600_000 },
      { name: 'ntp3.example' },
    ]);
  });
});

describe('artefacts', () => {
  it('are the trace, the console, the board and the waveforms', async () => {
    await using rig = await ApiRig.start();
    const trace = await rig.ask('/artefacts/trace.jsonl');
    expect(trace.headers['content-type']).toContain('application/x-ndjson');
    expect(trace.body).toBe(rig.bench.traceText());
    const console_ = await rig.ask('/artefacts/console.txt');
    expect(console_.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(console_.body).toBe(rig.bench.board.uart.output);
    expect((await rig.ask('/artefacts/board.json')).json()).toEqual(await rig.json('/board'));
    expect((await rig.ask('/artefacts/waves.vcd')).body).toMatch(/\$timescale\s+1 ?us\s/);
  });

  it('are the QR code on the console, which no text of it shows', async () => {
    await using rig = await ApiRig.start();
    expect((await rig.ask('/artefacts/qr.png')).statusCode).toBe(404);
    const { bench } = rig;
    const { toString } = await import('qrcode');
    const uri = 'otpauth://totp/admin?secret=JBSWY3DPEHPK3PXP';
    const drawn = await toString(uri, { type: 'terminal', small: true });
    Object.defineProperty(bench.board.uart, 'output', { value: `\r\n${drawn}\r\n${uri}\r\n` });
    const png = PNG.sync.read((await rig.ask('/artefacts/qr.png')).rawPayload);
    expect(jsqr.default(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe(uri);
    const text = (await rig.ask('/artefacts/console.txt')).body;
    expect(text).not.toMatch(/JBSWY3DP|[▀▄█]/);
  });
});

describe('the page', () => {
  it('says what there is', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const { body, headers } = await rig.ask('/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<a href="/api/v1/board">GET /api/v1/board</a>');
    expect(body).toContain('POST /api/v1/snapshots/{name}/restore');
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LiveApiRig } from './live-rig.ts';

const token = 'abcdefghijklmnop-0123';

describe('the server of the API', () => {
  it('answers on a free port, and says where', async () => {
    await using rig = await LiveApiRig.open();
    expect(rig.server.where).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await rig.steps([{ power: 'on' }, { 'wait-state': { appliance: 'ready' } }])).toBe(
      'passed',
    );
    const board = (await (await fetch(`${rig.url}/api/v1/board`)).json()) as object;
    expect(board).toMatchObject({ charts: { appliance: 'ready' } });
    expect(rig.bugs).toEqual([]);
  });

  it('says what to do where the port is taken', async () => {
    await using one = await LiveApiRig.open();
    const port = Number(new URL(one.url).port);
    await using other = await LiveApiRig.open({ port });
    expect(other.server.where).toBe(
      `not reachable: port ${port} is taken; start nasboard with another: --panel-port 0`,
    );
    expect(other.server.url).toBeUndefined();
  });

  it('shows a token that it made, and none that it was given', async () => {
    await using made = await LiveApiRig.open({ host: '0.0.0.0' });
    const [, shown = ''] = / {3}token (\S+) /.exec(made.server.where) ?? [];
    expect(made.server.where).toContain('(other machines can reach it)');
    const url = `http://127.0.0.1:${new URL(made.url).port}/api/v1/speed`;
    expect((await fetch(url)).status).toBe(401);
    const headers = { authorization: `Bearer ${shown}` };
    expect((await fetch(url, { headers })).status).toBe(200);
    await using given = await LiveApiRig.open({ token });
    expect(given.server.where).toMatch(/ {3}token that of NASBOARD_TOKEN$/);
  });

  it('ends a step that waits when its caller hangs up, and goes on with the next', async () => {
    await using rig = await LiveApiRig.open();
    await rig.live.start('off');
    const hangUp = new AbortController();
    const waits = fetch(`${rig.url}/api/v1/steps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ delay: '30d' }),
      signal: hangUp.signal,
    });
    const stream = rig.connect('/trace');
    await stream.opened();
    hangUp.abort();
    await expect(waits).rejects.toThrow();
    expect(await rig.steps({ delay: '1us' })).toBe('passed');
    expect(rig.bugs).toEqual([]);
  });

  it('closes while steps wait and streams are open', async () => {
    const rig = await LiveApiRig.open();
    await rig.live.start('off');
    const stream = rig.connect('/trace');
    await stream.opened();
    const waits = rig.steps({ delay: '30d' });
    const failed = expect(waits).rejects.toThrow();
    const closed = once(stream.socket, 'close');
    // Both have reached the bench by then.
    await fetch(`${rig.url}/api/v1/speed`);
    await rig[Symbol.asyncDispose]();
    await failed;
    await closed;
    expect(rig.bugs).toEqual([]);
  });

  it('closes while somebody does not answer that', async () => {
    const rig = await LiveApiRig.open();
    const socket = connect(Number(new URL(rig.url).port), '127.0.0.1');
    const upgrade = [
      'GET /api/v1/trace HTTP/1.1',
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    socket.write(`${upgrade.join('\r\n')}\r\n\r\n`);
    await once(socket, 'data');
    socket.resume();
    const closed = once(socket, 'close');
    await rig[Symbol.asyncDispose]();
    await closed;
    expect(rig.bugs).toEqual([]);
  });

  it('survives who sends no HTTP', async () => {
    await using rig = await LiveApiRig.open();
    const { port } = new URL(rig.url);
    for (const bytes of ['\0\0\0', 'GET / HTTP/1.1\r\n\r\n', 'GET /api HTTP/9\r\n', '{"a":1}\n']) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.end(bytes);
      await once(socket, 'close');
    }
    expect((await fetch(`${rig.url}/api/v1/speed`)).status).toBe(200);
  });
});

describe('the trace as a WebSocket', () => {
  it('has each record as it comes, after the header', async () => {
    await using rig = await LiveApiRig.open();
    const stream = rig.connect('/trace');
    await stream.opened();
    await rig.steps([{ power: 'on' }, { 'wait-state': { appliance: 'ready' } }]);
    const expected = rig.live.bench.traceText().trimEnd().split('\n');
    await stream.until(() => stream.texts.length >= expected.length);
    expect(stream.texts).toEqual(expected);
  });

  it('has what was wanted of it, from where it was wanted', async () => {
    await using rig = await LiveApiRig.open();
    await rig.steps([{ power: 'on' }, { 'wait-state': { appliance: 'ready' } }]);
    const stream = rig.connect('/trace?source=led,power&since=start');
    await stream.opened();
    await rig.steps({ power: 'off' });
    const { records } = rig.live.bench.trace;
    const wanted = records.filter(({ source }) => source === 'led' || source === 'power');
    await stream.until(() => stream.records.length > wanted.length);
    expect(stream.records.slice(1)).toEqual(wanted);
    const t = wanted.at(-3)?.t ?? 0;
    const url = `${rig.url}/api/v1/trace?source=led,power&kind=on,off,colour&since=${t}`;
    const file = (await (await fetch(url)).text()).trimEnd().split('\n').slice(1);
    expect(file.map((line) => JSON.parse(line) as unknown)).toEqual(
      wanted.filter((each) => each.t >= t && ['on', 'off', 'colour'].includes(each.kind)),
    );
  });

  it('goes on with the bench that takes the place of this one', async () => {
    await using rig = await LiveApiRig.open();
    await rig.steps([{ power: 'on' }, { 'wait-state': { appliance: 'ready' } }]);
    await rig.live.pacer.act(() => rig.live.history.mark('here'));
    const stream = rig.connect('/trace?source=power');
    await stream.opened();
    await rig.steps({ power: 'cut' });
    await rig.live.goBack('here');
    await rig.steps({ power: 'off' });
    await stream.until(() => stream.records.at(-1)?.['kind'] === 'off');
    const kinds = stream.records.map(({ kind, trace }) => kind ?? trace);
    expect(kinds).toEqual(['nasboard', 'cut', 'replaced', 'nasboard', 'off']);
  });

  it.each([
    ['/trace?source=a%20b', 422],
    ['/trace?since=yesterday', 422],
    ['/trace?colour=red', 422],
    ['/board', 101],
    ['/nothing', 404],
  ])('answers %s with %i', async (path, status) => {
    await using rig = await LiveApiRig.open();
    const stream = rig.connect(path);
    expect(await stream.opened()).toBe(status);
  });

  it('is for nobody from another site, by another name, or without the token', async () => {
    await using rig = await LiveApiRig.open({ token });
    const good = { authorization: `Bearer ${token}` };
    const statuses = [
      rig.connect('/trace', { headers: { ...good, origin: 'http://evil.example' } }),
      rig.connect('/trace', { headers: { ...good, host: 'evil.example' } }),
      rig.connect('/trace'),
      rig.connect(`/trace?token=${token}`),
      rig.connect('/trace', { headers: good }),
      rig.connect('/serial', {}, ['nasboard', `token.${token}`]),
    ].map((each) => each.opened());
    expect(await Promise.all(statuses)).toEqual([403, 421, 401, 401, 101, 101]);
  });
});

describe('the console as a WebSocket', () => {
  it('says what the board says, and types what it is sent', async () => {
    await using rig = await LiveApiRig.open();
    const console_ = rig.connect('/serial');
    await console_.opened();
    await rig.steps([{ power: 'on' }, { 'wait-serial': 'login: ' }]);
    const said = (): string => console_.texts.join('');
    await console_.until(() => said().includes('login: '));
    expect(said()).toBe(rig.live.bench.board.uart.output);
    console_.socket.send('admin');
    console_.socket.send(Buffer.from('\r'));
    await console_.until(() => said().includes('Password: '));
    expect(rig.bugs).toEqual([]);
  });

  it('asks who comes without a WebSocket to come with one', async () => {
    await using rig = await LiveApiRig.open();
    const answer = await fetch(`${rig.url}/api/v1/serial`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
  });
});

import { describe, expect, it } from 'vitest';
import { accessAt, refusalOf, type Access } from '#sim/bench-api/access';
import { ApiRig } from './api-rig.ts';

const token = 'abcdefghijklmnop-0123';
const loopback: Access = { host: '127.0.0.1', token: undefined };
const outside: Access = { host: '0.0.0.0', token };
const path = '/api/v1/board';

function refusedBy(access: Access, headers: Record<string, string>, at = path) {
  return refusalOf(access, { headers, path: at })?.problem;
}

describe('who may ask', () => {
  it.each([
    ['127.0.0.1:7080', undefined],
    ['localhost:7080', undefined],
    ['LOCALHOST', undefined],
    ['[::1]:7080', undefined],
    ['127.0.0.1', undefined],
    ['evil.example:7080', 'wrong-host'],
    ['127.0.0.1.evil.example', 'wrong-host'],
    ['localhost.evil.example', 'wrong-host'],
    ['192.168.1.7:7080', 'wrong-host'],
    ['127.0.0.1@evil.example', 'wrong-host'],
    ['', 'wrong-host'],
  ])('on loopback, with Host %j: %s', (host, refusal) => {
    expect(refusedBy(loopback, { host })).toBe(refusal);
  });

  it('needs a Host', () => {
    expect(refusedBy(loopback, {})).toBe('wrong-host');
  });

  it.each([
    ['http://127.0.0.1:7080', undefined],
    ['http://127.0.0.1:8080', 'cross-site'],
    ['https://127.0.0.1:7080', 'cross-site'],
    ['http://localhost:7080', 'cross-site'],
    ['http://evil.example', 'cross-site'],
    ['null', 'cross-site'],
  ])('from a page of %s: %s', (origin, refusal) => {
    expect(refusedBy(loopback, { host: '127.0.0.1:7080', origin })).toBe(refusal);
  });

  it.each([
    ['none', undefined],
    ['same-origin', undefined],
    ['same-site', 'cross-site'],
    ['cross-site', 'cross-site'],
  ])('with Sec-Fetch-Site %s: %s', (site, refusal) => {
    const headers = { host: '127.0.0.1:7080', 'sec-fetch-site': site };
    expect(refusedBy(loopback, headers)).toBe(refusal);
    // A link leads to the page from anywhere.
    expect(refusedBy(loopback, headers, '/')).toBeUndefined();
  });

  it.each([
    [{}, 'token-missing'],
    [{ authorization: `Bearer ${token}` }, undefined],
    [{ authorization: `bearer ${token}` }, undefined],
    [{ authorization: `Bearer ${token}x` }, 'token-missing'],
    [{ authorization: 'Bearer ' }, 'token-missing'],
    [{ authorization: `Basic ${token}` }, 'token-missing'],
    [{ 'sec-websocket-protocol': `nasboard, token.${token}` }, undefined],
    [{ 'sec-websocket-protocol': 'nasboard, token.' }, 'token-missing'],
    [{ 'sec-websocket-protocol': `nasboard, ${token}` }, 'token-missing'],
  ])('beyond loopback, with %j: %s', (headers, refusal) => {
    expect(refusedBy(outside, { host: '192.168.1.7:7080', ...headers })).toBe(refusal);
  });

  it('takes no token from a URL', async () => {
    await using rig = await ApiRig.start({ isOff: true, access: { host: '127.0.0.1', token } });
    const bare = await rig.ask('/board');
    expect(bare.statusCode).toBe(401);
    expect(bare.headers['www-authenticate']).toBe('Bearer');
    expect((await rig.ask(`/board?token=${token}`)).statusCode).toBe(401);
    const headers = { authorization: `Bearer ${token}` };
    expect((await rig.ask('/board', { headers })).statusCode).toBe(200);
    expect(JSON.stringify((await rig.ask('/board', { headers })).json())).not.toContain(token);
  });

  it('makes a token of chance beyond loopback, and none on it', () => {
    expect(accessAt('localhost', undefined).token).toBeUndefined();
    const tokens = ['0.0.0.0', '::', '192.168.1.7'].map((host) => accessAt(host, undefined).token);
    expect(new Set(tokens).size).toBe(3);
    for (const each of tokens) expect(each).toMatch(/^[\w-]{32}$/);
    expect(accessAt('127.0.0.1', token).token).toBe(token);
  });

  it.each(['short', 'with blanks in it anywhere', 'with/slash/0123456789'])(
    'refuses the token %j',
    (bad) => {
      expect(() => accessAt('127.0.0.1', bad)).toThrow(/NASBOARD_TOKEN has 16 to 256 letters/);
    },
  );

  it('answers with headers that keep other sites out, refusals too', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const answers = [
      await rig.ask('/board'),
      await rig.ask('/'),
      await rig.ask('/nothing'),
      await rig.ask(`/mail/${'1'.repeat(600)}`),
      await rig.ask('/mail/%'),
      await rig.ask('/board', { headers: { host: 'evil.example' } }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 404, 404, 400, 421]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('takes no body of type %s, which pages of other sites can send', async (type, status) => {
    await using rig = await ApiRig.start({ isOff: true });
    const headers = { 'content-type': type };
    const body = '{"power": "on"}';
    const answer = await rig.ask('/steps', { method: 'POST', body, headers });
    expect(answer.statusCode).toBe(status);
    expect(rig.bench.board.isPowered).toBe(false);
  });

  it('takes no body that is too large', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const body = JSON.stringify([{ delay: 'x'.repeat(300_000) }]);
    expect((await rig.ask('/steps', { method: 'POST', body })).statusCode).toBe(413);
  });
});

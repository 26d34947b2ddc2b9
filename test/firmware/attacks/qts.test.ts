import { createRequire } from 'node:module';
import type * as Argon2 from '@node-rs/argon2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TestAnswer } from '#sim/test-kit/http';
import { answerOf, passwordOf, statusesOf, webScene, type WebScene } from './web-scene.ts';

const login = '/cgi-bin/authLogin.cgi';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

type Fields = Readonly<Record<string, string>>;

/** A sign-in by the QTS API with the right password of that user. */
async function signIn(
  scene: WebScene,
  name: string,
  more: Fields = {},
  from = '192.168.1.100',
): Promise<Fields> {
  const form = { user: name, pwd: base64(passwordOf(name)), ...more };
  return (await scene.api(from).client.post(login, { form })).xml<Fields>();
}

/** Whether a `sid` is good. */
async function opens(scene: WebScene, sid: string): Promise<boolean> {
  const answer = await scene.api('10.0.0.66').client.get(login, { query: { sid } });
  return answer.xml<Fields>()['authPassed'] === '1';
}

/** All that a client sees. */
function seen({ status, headers, body }: TestAnswer): string {
  return JSON.stringify({ status, headers: { ...headers, date: undefined }, body });
}

afterEach(() => vi.restoreAllMocks());

describe('a code given to the QTS API', () => {
  it('opens once, whichever API it was given to first', async () => {
    await using scene = await webScene();
    const code = scene.code('maria');
    expect(await signIn(scene, 'maria', { security_code: code })).toMatchObject({
      authPassed: '1',
    });
    const again = await signIn(scene, 'maria', { security_code: code }, '10.0.0.66');
    expect(again).toMatchObject({ authPassed: '0', need_2sv: '1' });
    expect(again['authSid']).toBeUndefined();
    const api = scene.api();
    const proof = { method: 'code', code };
    expect((await api.prove(await api.pending('maria'), proof)).status).toBe(401);
  });

  it('lets one of three in who give it at the same instant, to either API', async () => {
    await using scene = await webScene();
    const code = scene.code('maria');
    const form = { user: 'maria', pwd: base64(passwordOf('maria')), security_code: code };
    const pending = await scene.api().pending('maria');
    const answers = await scene.atOnce([
      { method: 'POST', path: login, form },
      { method: 'POST', path: login, form, from: '10.0.0.66' },
      {
        method: 'POST',
        path: `/api/v1/login/${pending}/verify`,
        json: { method: 'code', code },
      },
    ]);
    const passed = answers.filter(
      ({ status, body }) => status === 200 && !/authPassed><!\[CDATA\[0/.test(body),
    );
    expect(passed).toHaveLength(1);
    expect(statusesOf(answers)).toMatch(/^200 200 (200|401)$/);
  });

  it('of another user is worth nothing, nor is the answer of another', async () => {
    await using scene = await webScene();
    for (const proof of [
      { security_code: scene.code('carl') },
      { security_code: scene.kept.carl.recoveryCodes[0] ?? '' },
      { security_answer: answerOf('carl') },
    ]) {
      expect(await signIn(scene, 'maria', proof)).toMatchObject({ authPassed: '0' });
    }
  });

  it('is not looked at any more while the account waits, wherever the guesses came from', async () => {
    await using scene = await webScene();
    for (let place = 0; place < 6; place += 1) {
      const guess = { security_code: scene.wrongCode(place) };
      await signIn(scene, 'maria', guess, `10.7.0.${place + 1}`);
    }
    const right = { security_code: scene.code('maria') };
    expect(await signIn(scene, 'maria', right)).toMatchObject({ authPassed: '0' });
    await scene.bench.advance('5s');
    const later = { security_code: scene.code('maria') };
    expect(await signIn(scene, 'maria', later)).toMatchObject({ authPassed: '1' });
  });
});

describe('the alternative method of the QTS API', () => {
  it('is over after five wrong answers; the phone still opens', async () => {
    await using scene = await webScene();
    for (let place = 1; place <= 5; place += 1) {
      const wrong = { security_answer: `wrong ${place}` };
      expect(await signIn(scene, 'maria', wrong, `10.7.1.${place}`)).toMatchObject({
        authPassed: '0',
        emergency_try_count: String(place),
        emergency_try_limit: '5',
      });
    }
    const right = await signIn(scene, 'maria', { security_answer: answerOf('maria') });
    expect(right).toMatchObject({ authPassed: '0', lost_phone: '-1' });
    const code = { security_code: scene.code('maria') };
    expect(await signIn(scene, 'maria', code)).toMatchObject({ authPassed: '1' });
  });
});

describe('whoever has no password', () => {
  const asked: readonly Fields[] = [
    {},
    { get_question: '1', q_lang: 'ENG' },
    { send_mail: '1' },
    { security_code: '123456' },
    { security_code: '12345678' },
    { security_answer: 'Rex' },
    { vtoken: 'AAAAAAAAAAAAAAAAAAAAAA', client_id: 'x' },
    { qtoken: 'AAAAAAAAAAAAAAAAAAAAAA', client_id: 'x' },
    { force_to_check_2sv: '1' },
  ];

  it.each(asked)(
    'learns with %j nothing of who exists and who has 2-step verification',
    async (more) => {
      await using scene = await webScene();
      const argon2 = createRequire(import.meta.url)('@node-rs/argon2') as typeof Argon2;
      const spies = [vi.spyOn(argon2, 'hashSync'), vi.spyOn(argon2, 'verifySync')];
      const looks = new Set<string>();
      for (const [place, user] of ['maria', 'bob', 'admin', 'eve', 'a/b', ''].entries()) {
        for (const spy of spies) spy.mockClear();
        const form = { user, pwd: base64('wrong-password-1'), ...more };
        const answer = await scene.api(`10.7.2.${place + 1}`).client.post(login, { form });
        const hashes = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
        looks.add(`${seen(answer)} after ${hashes} hashes`);
      }
      expect([...looks]).toEqual([expect.stringMatching(/after 1 hashes$/)]);
      expect([...looks][0]).not.toMatch(/need_2sv|question|lost_phone|send_result/);
    },
  );
});

describe('a password in clear', () => {
  it.each([
    ['192.168.1.100', {}],
    ['10.0.0.66', { 'x-forwarded-for': '127.0.0.1', host: 'localhost' }],
    ['127.0.0.1.evil.example', {}],
    ['::ffff:10.0.0.1', {}],
    ['128.0.0.1', {}],
  ])('is not taken from %s with %j', async (from, headers) => {
    await using scene = await webScene();
    const form = { user: 'bob', plain_pwd: passwordOf('bob') };
    const answer = await scene.api(from).client.post(login, { form, headers });
    expect(answer.xml<Fields>()).toMatchObject({ authPassed: '0' });
  });

  it.each(['127.0.0.1', '::1'])('from %s skips no second step', async (from) => {
    await using scene = await webScene();
    const form = { user: 'maria', plain_pwd: passwordOf('maria') };
    const answer = await scene.api(from).client.post(login, { form });
    expect(answer.xml<Fields>()).toMatchObject({ authPassed: '0', need_2sv: '1' });
    const bob = { user: 'bob', plain_pwd: passwordOf('bob') };
    expect((await scene.api(from).client.post(login, { form: bob })).xml<Fields>()).toMatchObject({
      authPassed: '1',
    });
  });
});

describe('the second step of the QTS API', () => {
  it.each([
    ['127.0.0.1', {}],
    ['::1', {}],
    ['127.0.0.1', { force_to_check_2sv: '0' }],
    ['10.0.0.66', { remote_ip: '127.0.0.1' }],
    ['10.0.0.66', { dont_verify_2sv_again: '1' }],
    ['10.0.0.66', { vtoken: '', client_id: '' }],
    ['10.0.0.66', { need_2sv: '0', authPassed: '1', isAdmin: '1' }],
    ['10.0.0.66', { security_code: '' }],
    ['10.0.0.66', { service: '100' }],
    ['10.0.0.66', { sid: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ] as readonly (readonly [string, Fields])[])(
    'is asked for from %s with %j',
    async (from, more) => {
      await using scene = await webScene();
      const answer = await signIn(scene, 'maria', more, from);
      expect(answer).toMatchObject({ authPassed: '0', need_2sv: '1' });
      expect(answer['authSid']).toBeUndefined();
      expect(answer['vtoken']).toBeUndefined();
    },
  );
});

describe('a session of the QTS API', () => {
  it('has a token of its own making, whatever sid the client brings', async () => {
    await using scene = await webScene();
    const planted = 'AAAAAAAAAAAAAAAAAAAAAA';
    const { authSid = '' } = await signIn(scene, 'bob', { sid: planted });
    expect(authSid).not.toBe(planted);
    expect(await opens(scene, planted)).toBe(false);
    expect(await opens(scene, authSid)).toBe(true);
  });

  it('is worth nothing once the password was changed', async () => {
    await using scene = await webScene();
    const { authSid = '' } = await signIn(scene, 'bob');
    const admin = await scene.signedIn('admin');
    await admin.ask('PATCH', '/users/bob', { password: 'Another-word-8' });
    expect(await opens(scene, authSid)).toBe(false);
  });
});

describe('what a client of the QTS API sends', () => {
  it('comes back as text: a name that is markup elsewhere breaks no answer', async () => {
    await using scene = await webScene();
    const admin = await scene.signedIn('admin');
    const name = 'R&D {&gt} #1';
    await admin.ask('POST', '/users', { name, password: passwordOf(name) });
    expect(await signIn(scene, name)).toMatchObject({ authPassed: '1', username: name });
  });

  it.each([
    ']]><authPassed>1</authPassed>',
    '<authPassed>1</authPassed>',
    'a\r\nauthPassed: 1',
    '&authPassed;',
    '\u0000\u0001\ufffe',
  ])('such as the name and client %j does not become markup', async (text) => {
    await using scene = await webScene();
    const refused = await signIn(scene, text, { client_id: text, client_app: text });
    expect(refused).toEqual({ authPassed: '0', errorValue: '-1' });
    const form = { user: 'bob', pwd: base64(passwordOf('bob')), client_id: text };
    const answer = await scene.api().client.post(login, { form });
    const { client_id: shown = '', ...others } = answer.xml<Fields>();
    expect(others).toMatchObject({ authPassed: '1', username: 'bob' });
    // One text, whatever becomes of what XML cannot write.
    expect(shown.replace(/\s|\ufffd/g, '')).toBe(text.replace(/[\s\u0000-\u001f\ufffe]/g, ''));
    expect(answer.headers['authpassed']).toBeUndefined();
  });

  const pwd = encodeURIComponent(base64(passwordOf('bob')));
  it.each([
    ['a name twice', `?user=bob&user=admin&pwd=${pwd}`, 400],
    ['percent-encoding that is none', `?user=bob%zz&pwd=${pwd}`, 400],
    ['half a character', `?user=b%C3&pwd=${pwd}`, 400],
    ['an overlong slash', `?user=b%C0%AF&pwd=${pwd}`, 400],
    ['another path', `/../authLogin.cgi?user=bob&pwd=${pwd}`, 404],
    ['a file behind the path', `/x?user=bob&pwd=${pwd}`, 404],
    ['a path in percent', `%2f..%2fauthLogin.cgi?user=bob&pwd=${pwd}`, 404],
  ])('with %s is refused', async (_, rest, status) => {
    await using scene = await webScene();
    const [answer] = await scene.atOnce([{ path: `${login}${rest}` }]);
    expect(answer?.status).toBe(status);
  });

  it.each([
    ['encoded twice', encodeURIComponent(pwd)],
    ['in clear', encodeURIComponent(passwordOf('bob'))],
    ['with something behind it', `${pwd}AAAA`],
    ['as UTF-16', encodeURIComponent(Buffer.from(passwordOf('bob'), 'utf16le').toString('base64'))],
    ['empty', ''],
  ])('as a password %s lets nobody in', async (_, encoded) => {
    await using scene = await webScene();
    const answer = await scene.api().client.get(`${login}?user=bob&pwd=${encoded}`);
    expect(answer.xml<Fields>()).toEqual({ authPassed: '0', errorValue: '-1' });
  });

  it('is refused where it is huge, and harms nothing', async () => {
    await using scene = await webScene();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { client } = scene.api();
    const big = await client.post(login, { headers: form, body: `user=${'x'.repeat(70_000)}` });
    expect(big.status).toBe(413);
    const many = 'a=1&'.repeat(10_000);
    expect((await client.post(login, { headers: form, body: many })).status).toBe(400);
    for (const type of ['text/xml', 'application/json', 'multipart/form-data; boundary=x']) {
      const headers = { 'content-type': type };
      const answer = await client.post(login, { headers, body: 'user=bob' });
      expect(answer.status, type).toBe(415);
    }
    expect(await signIn(scene, 'bob')).toMatchObject({ authPassed: '1' });
  });
});

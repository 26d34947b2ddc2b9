import { describe, expect, it } from 'vitest';
import { passwordOf, problemOf, webScene, type WebScene } from './web-scene.ts';

const cookieName = 'nasboard_session';

/** Whether a token still lets anybody in, as a browser's cookie or a script's header. */
async function opens(scene: WebScene, token: string): Promise<boolean> {
  const thief = scene.api('10.0.0.66');
  const asCookie = { headers: { cookie: `${cookieName}=${token}` } };
  const asHeader = { headers: { authorization: `Bearer ${token}` } };
  const [cookie, header] = [
    await thief.request('GET', '/me', undefined, asCookie),
    await thief.request('GET', '/me', undefined, asHeader),
  ];
  expect(cookie.status).toBe(header.status);
  return cookie.status === 200;
}

async function tokenOf(scene: WebScene, name: 'bob' | 'maria'): Promise<string> {
  const token = (await scene.signedIn(name)).client.cookie(cookieName);
  if (token === undefined) throw new Error('there is no cookie');
  return token;
}

describe('a session', () => {
  it('cannot be fixed before the login: its token is new, and the one shown is worth nothing', async () => {
    await using scene = await webScene();
    const planted = 'AAAAAAAAAAAAAAAAAAAAAA';
    const answer = await scene.api().begin('bob');
    const headers = { cookie: `${cookieName}=${planted}` };
    const json = { user: 'bob', password: passwordOf('bob') };
    const fixed = await scene.api().request('POST', '/login', json, { headers });
    for (const { headers: given } of [answer, fixed]) {
      expect(String(given['set-cookie'])).not.toContain(planted);
    }
    expect(await opens(scene, planted)).toBe(false);
  });

  it('is another one after the second step, and what waited for it is no session', async () => {
    await using scene = await webScene();
    const api = scene.api();
    const pending = await api.pending('maria');
    expect(api.client.cookie(cookieName)).toBeUndefined();
    expect(await opens(scene, pending)).toBe(false);
    await api.prove(pending, { method: 'code', code: scene.code('maria') });
    const token = api.client.cookie(cookieName) ?? '';
    expect(token).not.toBe(pending);
    expect(await opens(scene, token)).toBe(true);
    expect(await opens(scene, pending)).toBe(false);
  });

  it('of before goes on beside a new one of the same browser, and each ends alone', async () => {
    await using scene = await webScene();
    const api = scene.api();
    await api.begin('bob');
    const first = api.client.cookie(cookieName) ?? '';
    await api.begin('bob');
    const second = api.client.cookie(cookieName) ?? '';
    expect(second).not.toBe(first);
    await api.ask('DELETE', '/session');
    expect(await opens(scene, second)).toBe(false);
    expect(await opens(scene, first)).toBe(true);
  });

  it('has a cookie that no script reads and no other site sends', async () => {
    await using scene = await webScene();
    const { headers } = await scene.api().begin('bob');
    expect(String(headers['set-cookie'])).toMatch(/; HttpOnly/);
    expect(String(headers['set-cookie'])).toMatch(/; SameSite=Strict/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['token', (token: string) => `/me?token=${token}`],
    ['sid', (token: string) => `/me?sid=${token}`],
    ['access_token', (token: string) => `/me?access_token=${token}`],
    ['the cookie', (token: string) => `/me?${cookieName}=${token}`],
    ['the path', (token: string) => `/me;${cookieName}=${token}`],
  ])('is not taken from the URL: %s', async (_, path) => {
    await using scene = await webScene();
    const answer = await scene.api().request('GET', path(await tokenOf(scene, 'bob')));
    expect([401, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('bob');
  });
});

describe('a stolen cookie', () => {
  const endings: Readonly<Record<string, (scene: WebScene) => Promise<void>>> = {
    'its owner changes the password': async (scene) => {
      const api = await scene.signedIn('bob');
      const passwords = { currentPassword: passwordOf('bob'), newPassword: 'Another-word-8' };
      await api.ask('PUT', '/me/password', passwords);
    },
    'an administrator changes the password': async (scene) => {
      const admin = await scene.signedIn('admin');
      await admin.ask('PATCH', '/users/bob', { password: 'Another-word-8' });
    },
    'an administrator disables the user': async (scene) => {
      const admin = await scene.signedIn('admin');
      await admin.ask('PATCH', '/users/bob', { disabled: true });
      await admin.ask('PATCH', '/users/bob', { disabled: false });
    },
    'its owner ends that session': async (scene) => {
      const api = await scene.signedIn('bob');
      const { sessions } = await api.ask<{
        sessions: { id: string; isPresent?: boolean; address: string }[];
      }>('GET', '/me/sessions');
      for (const { id } of sessions) await api.request('DELETE', `/me/sessions/${id}`);
    },
    'the appliance restarts': async (scene) => scene.restartAt(scene.nowMs),
    'it was not used for half an hour': async (scene) => scene.bench.advance('30m'),
  };

  it.each(Object.entries(endings))('is worth nothing once %s', async (_, end) => {
    await using scene = await webScene();
    const token = await tokenOf(scene, 'bob');
    expect(await opens(scene, token)).toBe(true);
    await end(scene);
    expect(await opens(scene, token)).toBe(false);
  });

  it('takes no other password, and switches nothing off, without the password', async () => {
    await using scene = await webScene();
    const api = await scene.signedIn('maria');
    const tries: readonly [string, string, object][] = [
      ['PUT', '/me/password', { newPassword: 'Another-word-8' }],
      ['PUT', '/me/password', { currentPassword: 'wrong', newPassword: 'Another-word-8' }],
      ['POST', '/me/two-step/disable', { password: 'wrong', code: scene.code('maria') }],
      ['POST', '/me/two-step/enrolment', {}],
    ];
    for (const [method, path, json] of tries) {
      const answer = await api.request(method, path, json);
      expect(problemOf(answer), path).toBe('password-wrong');
    }
    expect((await scene.api().begin('maria')).json()).toMatchObject({ status: 'second-step' });
  });
});

describe('a sign-in that waits for its second step', () => {
  it('is over after five minutes, to the millisecond', async () => {
    await using scene = await webScene();
    const begunMs = scene.nowMs;
    const [early, late] = [scene.api(), scene.api()];
    const pending = [await early.pending('maria'), await late.pending('maria')] as const;
    await scene.passUntil(begunMs + 299_999);
    const proof = { method: 'code', code: scene.code('maria') };
    expect((await early.prove(pending[0], proof)).status).toBe(200);
    await scene.passUntil(begunMs + 300_000);
    const answer = await late.prove(pending[1], { method: 'code', code: scene.code('maria', 1) });
    expect(problemOf(answer)).toBe('login-expired');
  });

  it('is over once it has succeeded, or the password was changed', async () => {
    await using scene = await webScene();
    const api = scene.api();
    const [used, stale] = [await api.pending('maria'), await api.pending('maria')];
    await api.prove(used, { method: 'code', code: scene.code('maria') });
    const again = { method: 'code', code: scene.code('maria', 1) };
    expect(problemOf(await scene.api().prove(used, again))).toBe('login-expired');
    const admin = await scene.signedIn('admin');
    await admin.ask('PATCH', '/users/maria', { password: 'Another-word-8' });
    expect(problemOf(await scene.api().prove(stale, again))).toBe('login-expired');
  });

  it('cannot be guessed: ids have 128 bit, and none is given out twice', async () => {
    await using scene = await webScene();
    const ids = new Set<string>();
    for (let count = 0; count < 20; count += 1) ids.add(await scene.api().pending('maria'));
    expect(ids.size).toBe(20);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(16);
  });
});

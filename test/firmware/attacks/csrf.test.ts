import { describe, expect, it } from 'vitest';
import { passwordOf, problemOf, webScene } from './web-scene.ts';

/** A change that an attacker would like an administrator's browser to make. */
const evil = { name: 'mallory', password: 'Mallory-word-9', groups: ['administrators'] };

/** What a page of another site can send without being asked: a "simple" request. */
const simpleRequests: readonly [string, { headers: Record<string, string>; body: string }][] = [
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/plain; application/json',
  'text/plain; charset=application/json',
].map((type) => [type, { headers: { 'content-type': type }, body: JSON.stringify(evil) }]);

describe('a page of another site that an administrator looks at', () => {
  it.each([
    ['no token', {}, 'csrf-token'],
    ['an empty token', { 'x-csrf-token': '' }, 'csrf-token'],
    ['a guessed token', { 'x-csrf-token': 'A'.repeat(43) }, 'csrf-token'],
    ['its own origin', { origin: 'http://evil.example' }, 'cross-site'],
    ['no origin to speak of', { origin: 'null' }, 'cross-site'],
    [
      'an origin that begins like ours',
      { origin: 'http://192.168.1.50.evil.example' },
      'cross-site',
    ],
    ['an origin of another port', { origin: 'http://192.168.1.50:8081' }, 'cross-site'],
    ['the word of the browser', { 'sec-fetch-site': 'cross-site' }, 'cross-site'],
    ['a site beside ours', { 'sec-fetch-site': 'same-site' }, 'cross-site'],
  ])('changes nothing with %s', async (_, headers, problem) => {
    await using scene = await webScene();
    const admin = await scene.signedIn('admin');
    const { csrfToken } = admin;
    if (problem === 'csrf-token') admin.csrfToken = undefined;
    const answer = await admin.request('POST', '/users', evil, { headers });
    expect(answer.status).toBe(403);
    expect(problemOf(answer)).toBe(problem);
    admin.csrfToken = csrfToken;
    const { users } = await admin.ask<{ users: { name: string }[] }>('GET', '/users');
    expect(users.map(({ name }) => name)).not.toContain('mallory');
  });

  it('cannot use the token of another session', async () => {
    await using scene = await webScene();
    const admin = await scene.signedIn('admin');
    const bob = await scene.signedIn('bob');
    admin.csrfToken = bob.csrfToken;
    expect(problemOf(await admin.request('POST', '/users', evil))).toBe('csrf-token');
  });

  it.each(simpleRequests)('changes nothing with a body of type %s', async (_, sent) => {
    await using scene = await webScene();
    const admin = await scene.signedIn('admin');
    const answer = await admin.request('POST', '/users', undefined, sent);
    expect(answer.status).toBe(415);
    expect((await admin.request('GET', '/users/mallory')).status).toBe(404);
  });

  it('cannot sign a browser in under a name of its choice', async () => {
    await using scene = await webScene();
    const login = { user: 'bob', password: passwordOf('bob') };
    const browser = scene.api();
    for (const [, { headers }] of simpleRequests) {
      const body = JSON.stringify(login);
      const answer = await browser.request('POST', '/login', undefined, { headers, body });
      expect(answer.status).toBe(415);
    }
    const headers = { origin: 'http://evil.example' };
    const answer = await browser.request('POST', '/login', login, { headers });
    expect(problemOf(answer)).toBe('cross-site');
    expect(browser.client.cookie('nasboard_session')).toBeUndefined();
  });

  it('is told by no header that it may read or send anything', async () => {
    await using scene = await webScene();
    const admin = await scene.signedIn('admin');
    const asked = {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-csrf-token',
    };
    for (const [method, path] of [
      ['OPTIONS', '/users'],
      ['GET', '/users'],
      ['OPTIONS', '/login'],
    ] as const) {
      const { headers } = await admin.request(method, path, undefined, { headers: asked });
      const names = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
      expect(names).toEqual([]);
    }
  });

  it('is not meant where a script shows its token itself: no cookie goes with that', async () => {
    await using scene = await webScene();
    const script = scene.api();
    const answer = await script.begin('admin', { token: true });
    script.token = answer.json<{ token: string }>().token;
    expect(script.client.cookie('nasboard_session')).toBeUndefined();
    expect((await script.request('POST', '/users', evil)).status).toBe(201);
  });
});

import { describe, expect, it } from 'vitest';
import { passwordOf, problemOf, webScene, type WebScene } from './web-scene.ts';

/** The appliance is none the worse: it serves, and nothing was reported as a bug. */
async function expectUnharmed(scene: WebScene): Promise<void> {
  expect((await scene.signedIn('bob')).csrfToken).toBeDefined();
  expect(scene.bench.states['appliance']).toBe('ready');
}

const json = { 'content-type': 'application/json' };

describe('the second step', () => {
  it.each([
    ['127.0.0.1', {}],
    ['::1', {}],
    ['::ffff:127.0.0.1', {}],
    ['10.0.0.66', { 'x-forwarded-for': '127.0.0.1' }],
    ['10.0.0.66', { forwarded: 'for=127.0.0.1', 'x-real-ip': '::1', 'client-ip': '127.0.0.1' }],
    ['10.0.0.66', { host: 'localhost', 'x-forwarded-host': 'localhost' }],
    ['10.0.0.66', { 'x-original-url': '/api/v1/info', 'x-http-method-override': 'GET' }],
  ])('is asked for from %s with %j', async (from, headers) => {
    await using scene = await webScene();
    const login = { user: 'maria', password: passwordOf('maria') };
    const api = scene.api(from);
    const answer = await api.request('POST', '/login', login, { headers });
    expect(answer.json()).toMatchObject({ status: 'second-step' });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await api.request('GET', '/me')).status).toBe(401);
  });

  it('is logged with the address of the connection, whatever a header says', async () => {
    await using scene = await webScene();
    const headers = { 'x-forwarded-for': '1.2.3.4', forwarded: 'for=1.2.3.4' };
    const login = { user: 'maria', password: 'wrong-password-1' };
    await scene.api('10.0.0.66').request('POST', '/login', login, { headers });
    expect(scene.bench.log.at(-1)).toMatchObject({ address: '10.0.0.66' });
    expect(JSON.stringify(scene.bench.log)).not.toContain('1.2.3.4');
  });
});

describe('a user name', () => {
  it.each([
    ['ends a header', 'eve\r\nset-cookie: nasboard_session=x'],
    ['ends a line of the log', 'eve\n2026-11-24 login of admin'],
    ['is a control character', 'eve\u0000\u001b[2J'],
    ['turns the writing', 'eve\u202eadmin'],
    ['is a path', '../../etc/passwd'],
    ['is markup', '<script>alert(1)</script>'],
    ['closes a CDATA section', ']]><authPassed>1</authPassed>'],
    ['is a query', "' OR 1=1; DROP TABLE users; --"],
    ['is a format', '%s%n${jndi:ldap://x}'],
  ])('that %s gets nobody in, and harms neither log nor answer', async (_, name) => {
    await using scene = await webScene();
    const answer = await scene.api().request('POST', '/login', { user: name, password: name });
    expect(problemOf(answer)).toBe('wrong-credentials');
    expect(answer.headers['set-cookie']).toBeUndefined();
    // A name that nobody has may be a password typed too early.
    expect(JSON.stringify(scene.bench.log)).not.toContain(JSON.stringify(name).slice(1, -1));
    await expectUnharmed(scene);
  });

  it.each([
    'eve\r\nset-cookie: x=y',
    'eve\u0000',
    'eve\u202eadmin',
    '<script>alert(1)</script>',
    ']]><authPassed>1</authPassed>',
    '../etc',
    'a\\b',
    "o'brien",
    ' admin',
    'ａdmin',
    'ADMIN',
  ])('such as %j is not given to anybody', async (name) => {
    await using scene = await webScene();
    const admin = await scene.signedIn('admin');
    const answer = await admin.request('POST', '/users', { name, password: passwordOf('eve') });
    expect(['name-invalid', 'name-taken']).toContain(problemOf(answer));
    expect(answer.body).not.toContain(name);
  });

  it.each(['R&D', 'Åsa Ångström', '山田', '$&', '__proto__', 'constructor', '%41dmin'])(
    'such as %s is a name like any other, in paths too',
    async (name) => {
      await using scene = await webScene();
      const admin = await scene.signedIn('admin');
      const user = { name, password: passwordOf('eve') };
      expect((await admin.request('POST', '/users', user)).status).toBe(201);
      const path = `/users/${encodeURIComponent(name)}`;
      expect(await admin.ask('GET', path)).toMatchObject({ name, isAdministrator: false });
      const answer = await scene.api().request('POST', '/login', {
        user: name,
        password: passwordOf('eve'),
      });
      expect(answer.json()).toMatchObject({ status: 'signed-in' });
      await admin.ask('DELETE', path);
      expect((await admin.request('GET', path)).status).toBe(404);
      expect((await admin.request('GET', '/users/admin')).status).toBe(200);
    },
  );
});

describe('a body', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  it.each([
    ['that is too large', `{"user":"${'x'.repeat(70_000)}"}`, 413],
    ['that is huge', 'x'.repeat(5_000_000), 413],
    ['that is no JSON', '{"user":', 400],
    ['that is nothing', '', 400],
    ['that is nested without end', deep, 422],
    ['that is no object', '[]', 422],
    ['that is null', 'null', 422],
    ['with a field too many', '{"user":"a","password":"b","isAdmin":true}', 422],
    ['with another prototype', '{"__proto__":{"isAdmin":true},"user":"a","password":"b"}', 400],
    ['with another constructor', '{"constructor":{"prototype":{"a":1}},"user":"a"}', 400],
    ['with lists for words', '{"user":["admin"],"password":["b"]}', 422],
    ['with numbers for words', '{"user":1,"password":2}', 422],
    ['with words too long', `{"user":"admin","password":"${'x'.repeat(600)}"}`, 422],
    ['with bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400],
  ])('%s is refused, and harms nothing', async (_, body, status) => {
    await using scene = await webScene();
    const answer = await scene.api().request('POST', '/login', undefined, { body, headers: json });
    expect(answer.status).toBe(status);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body.length).toBeLessThan(2_000);
    await expectUnharmed(scene);
  });

  it('that does not fit its schema is not repeated in the answer', async () => {
    await using scene = await webScene();
    const body = { user: 'maria', password: ['Secret-word-1'], 'Secret-word-2': 'Secret-word-3' };
    const answer = await scene.api().request('POST', '/login', body);
    expect(problemOf(answer)).toBe('invalid');
    expect(answer.body).not.toContain('Secret-word');
  });
});

describe('a path', () => {
  it.each([
    '/api/v1/%6de',
    '/api/v1/me/',
    '/API/V1/ME',
    '/api//v1/me',
    '//api/v1/me',
    '/./api/v1/me',
    '/api/v1/info/../me',
    '/api/v1/info/..%2fme',
    '/api/v1/info%2f..%2fme',
    '/api/v1/%2e%2e/v1/me',
    '/api/v1/me%00',
    '/api/v1/me%20',
    '/api/v1/me;jsessionid=1',
    '/api/v1/me?x=/api/v1/info',
    '/api/v1/me#/info',
    '/api/v1/users/%61dmin',
    '/api/v1/users/..%2finfo',
    '/api/v1/users%2fadmin',
    '/api/v1/%E0%A4%A',
    '/api/v1/%',
    '/api/v1/%zz',
    '/cgi-bin/../api/v1/me',
    'http://192.168.1.50:8080/api/v1/me',
    '/../../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/package.json',
  ])('such as %s tells nothing to who is not signed in', async (path) => {
    await using scene = await webScene();
    const before = scene.bench.log.length;
    const [answer] = await scene.atOnce([{ path: '/api/v1/me' }]);
    expect(answer?.status).toBe(401);
    const wire = { url: path, from: '10.0.0.66', headers: {} };
    const asked = scene.bench.bench.board.network.http.request(wire);
    await scene.bench.advance('1s');
    const { status, body } = await asked;
    expect([400, 401, 404]).toContain(status);
    expect(body).not.toMatch(/isAdministrator|root:|"name"/);
    expect(scene.bench.log).toHaveLength(before);
    await expectUnharmed(scene);
  });

  it.each(['TRACE', 'CONNECT', 'PROPFIND', 'HEAD', 'FOO', 'get'])(
    'with the method %s does nothing',
    async (method) => {
      await using scene = await webScene();
      const admin = await scene.signedIn('admin');
      const answer = await admin.client.request(method, '/api/v1/users').catch(() => undefined);
      if (method !== 'get') expect([400, 404, 405, 501, undefined]).toContain(answer?.status);
      await expectUnharmed(scene);
    },
  );
});

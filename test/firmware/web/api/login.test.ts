import { describe, expect, it } from 'vitest';
import { powerOn } from '#sim/testing';
import { adminPassword, apiAnswerOf, appliance, Browser, newUser, passwordOf } from './api-rig.ts';

describe('signing in through the API', () => {
  it('gives a browser a cookie that scripts cannot read and other sites do not send', async () => {
    const { bench } = await appliance();
    const browser = new Browser(bench);
    const answer = await browser.logIn('admin', adminPassword, { application: 'a browser' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'signed-in',
      session: { user: { name: 'admin', isAdministrator: true }, limitedTo: null },
      token: null,
    });
    const [cookie = ''] = [answer.headers['set-cookie'] ?? []].flat();
    expect(cookie).toMatch(/^nasboard_session=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers['cache-control']).toBe('no-store');
    const present = await browser.get('/session');
    expect(present.body.csrfToken).toBe(answer.body.csrfToken);
    expect((await browser.get('/me/sessions')).body.sessions).toContainEqual(
      expect.objectContaining({ application: 'a browser', isThisOne: true }),
    );
  });

  it('gives a script a token, and no cookie', async () => {
    const { bench } = await appliance();
    const script = new Browser(bench);
    const answer = await script.logIn('admin', adminPassword, { token: true });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body.csrfToken).toBeNull();
    const headers = { authorization: `Bearer ${answer.body.token}` };
    expect((await script.get('/me')).problem).toBe('not-signed-in');
    expect((await script.get('/me', { headers })).body.name).toBe('admin');
    const made = await script.request('POST', '/groups', { name: 'staff' }, { headers });
    expect(made.status).toBe(201);
    const wrong = { authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAA' };
    expect((await script.get('/me', { headers: wrong })).problem).toBe('not-signed-in');
  });

  it('begins a new session each time, and ends one for good', async () => {
    const { bench } = await appliance();
    const browser = new Browser(bench);
    await browser.logIn('admin', adminPassword);
    const first = browser.client.cookie('nasboard_session');
    await browser.logIn('admin', adminPassword);
    const second = browser.client.cookie('nasboard_session');
    expect(second).not.toBe(first);
    expect((await browser.delete('/session')).status).toBe(204);
    expect(browser.client.cookie('nasboard_session')).toBeUndefined();
    const cookie = `nasboard_session=${second}`;
    expect((await browser.get('/me', { headers: { cookie } })).status).toBe(401);
  });

  it('does not take a session from a query', async () => {
    const { bench } = await appliance();
    const script = new Browser(bench);
    const { body } = await script.logIn('admin', adminPassword, { token: true });
    for (const name of ['token', 'sid', 'access_token', 'nasboard_session']) {
      const answer = await script.get('/me', { query: { [name]: body.token ?? '' } });
      expect(answer.problem).toBe('not-signed-in');
    }
  });

  it('does not tell whether there is such a user', async () => {
    const { bench, admin } = await appliance();
    await newUser(admin, 'mara');
    await newUser(admin, 'off');
    await admin.patch('/users/off', { disabled: true });
    const asked = new Browser(bench, '10.0.0.9');
    const answers = [
      await asked.logIn('mara', 'wrong'),
      await asked.logIn('nobody', 'wrong'),
      await asked.logIn('off', passwordOf('off')),
      await asked.logIn('\u{202e}<script>', ''),
    ];
    const seen = answers.map(({ raw }) => [raw.status, raw.body]);
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]?.problem).toBe('wrong-credentials');
    expect(answers[0]?.headers['www-authenticate']).toBe('Bearer');
  });

  it('says how long an address has to wait that failed too often', async () => {
    const { bench } = await appliance();
    const guesser = new Browser(bench, '10.0.0.9');
    for (let count = 0; count < 5; count += 1) await guesser.logIn('admin', 'wrong');
    const answer = await guesser.logIn('admin', adminPassword);
    expect(answer).toMatchObject({ status: 429, problem: 'too-many-tries' });
    expect(answer.headers['retry-after']).toBe('300');
    expect(answer.body.waitSeconds).toBe(300);
    expect((await new Browser(bench, '10.0.0.10').logIn('admin', adminPassword)).status).toBe(200);
  });

  it('limits how many requests an address makes', async () => {
    await using bench = await powerOn();
    const many = new Browser(bench, '10.0.0.9');
    const answers = [];
    for (let count = 0; count < 302; count += 1) answers.push(await many.get('/info'));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(300);
    expect(answers.at(-1)).toMatchObject({ status: 429, problem: 'too-many-requests' });
    expect(answers.at(-1)?.headers['retry-after']).toBe('1');
    expect((await new Browser(bench, '10.0.0.10').get('/info')).status).toBe(200);
    await bench.advance('1s');
    expect((await many.get('/info')).status).toBe(200);
  });

  it('lets addresses in as the security level says', async () => {
    const { bench, admin } = await appliance();
    await admin.patch('/settings', {
      'security.level': 'medium',
      'accessList.denied': ['10.0.0.0/24'],
    });
    const denied = await new Browser(bench, '10.0.0.9').logIn('admin', adminPassword);
    expect(denied).toMatchObject({ status: 403, problem: 'address-not-allowed' });
    expect((await new Browser(bench, '10.0.1.9').logIn('admin', adminPassword)).status).toBe(200);
  });

  it('tells everybody no more than the login page needs', async () => {
    await using bench = await powerOn();
    const answer = await new Browser(bench).get('/info');
    expect(answer.body).toEqual({
      model: bench.label.model,
      version: expect.any(String) as string,
      hostName: bench.label.model,
    });
  });
});

describe('a request that somebody else’s page makes', () => {
  it.each([
    ['without the token', {}],
    ['with an empty token', { 'x-csrf-token': '' }],
    ['with another token', { 'x-csrf-token': 'A'.repeat(43) }],
  ])('is refused %s', async (_, headers) => {
    const { admin } = await appliance();
    admin.csrfToken = undefined;
    for (const [method, path] of [
      ['POST', '/groups'],
      ['PUT', '/me/email'],
      ['PATCH', '/settings'],
      ['DELETE', '/session'],
    ] as const) {
      const answer = await admin.request(method, path, {}, { headers });
      expect(answer).toMatchObject({ status: 403, problem: 'csrf-token' });
    }
    expect(admin.bench.log.at(-1)).toMatchObject({ user: 'admin', category: 'access' });
  });

  it('is refused with the token of another session', async () => {
    const { bench, admin } = await appliance();
    const other = new Browser(bench);
    await other.logIn('admin', adminPassword);
    expect(other.csrfToken).not.toBe(admin.csrfToken);
    admin.csrfToken = other.csrfToken;
    expect((await admin.post('/groups', { name: 'staff' })).problem).toBe('csrf-token');
  });

  it.each([
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://nas.example:8080.evil.example' }],
    [{ origin: 'http://nas.example' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('is refused where the browser says so: %j', async (headers) => {
    const { admin } = await appliance();
    const sent = { host: 'nas.example:8080', ...headers };
    const answer = await admin.request('POST', '/groups', { name: 'staff' }, { headers: sent });
    expect(answer).toMatchObject({ status: 403, problem: 'cross-site' });
    const body = { user: 'admin', password: adminPassword };
    const login = await admin.request('POST', '/login', body, { headers: sent });
    expect(login.problem).toBe('cross-site');
  });

  it.each([
    [{ origin: 'http://nas.example:8080', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'https://NAS.example:8080' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('is done where it is the appliance’s own: %j', async (headers) => {
    const { admin } = await appliance();
    const sent = { host: 'nas.example:8080', ...headers };
    const answer = await admin.request('POST', '/groups', { name: 'staff' }, { headers: sent });
    expect(answer.status).toBe(201);
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['a form', { form: { user: 'admin', password: 'x' } }, 415, 'content-type'],
    ['plain text', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'content-type'],
    ['XML', { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415, 'content-type'],
    [
      'no JSON',
      { body: 'hunter2', headers: { 'content-type': 'application/json' } },
      400,
      'malformed',
    ],
    [
      'half JSON',
      { body: '{"user":', headers: { 'content-type': 'application/json' } },
      400,
      'malformed',
    ],
    ['nothing', { body: '', headers: { 'content-type': 'application/json' } }, 400, 'malformed'],
    [
      'a prototype',
      { body: '{"__proto__":{"user":1}}', headers: { 'content-type': 'application/json' } },
      400,
      'malformed',
    ],
    [
      'too much',
      {
        body: JSON.stringify({ user: 'x'.repeat(70_000), password: '' }),
        headers: { 'content-type': 'application/json' },
      },
      413,
      'too-large',
    ],
    [
      'nesting without end',
      { body: '['.repeat(30_000), headers: { 'content-type': 'application/json' } },
      400,
      'malformed',
    ],
  ] as const)('such as %s is refused', async (_, request, status, problem) => {
    await using bench = await powerOn();
    const raw = await bench.http.post('/api/v1/login', request);
    expect(apiAnswerOf(raw)).toMatchObject({ status, problem });
    expect(raw.body).not.toMatch(/hunter2|FST_|stack|node_modules/);
    expect(raw.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('is told what does not fit, and nothing of what was there', async () => {
    await using bench = await powerOn();
    const answer = await new Browser(bench).post('/login', {
      user: ['hunter2'],
      hunter3: 'hunter4',
      token: 'hunter5',
    });
    expect(answer).toMatchObject({ status: 422, problem: 'invalid' });
    expect(answer.raw.body).not.toMatch(/hunter/);
    expect(answer.body.errors).toEqual([
      { in: 'body', pointer: '/user', detail: expect.any(String) as string },
      { in: 'body', pointer: '/password', detail: 'is missing' },
      { in: 'body', pointer: '/token', detail: expect.any(String) as string },
      { in: 'body', pointer: '', detail: 'has a field that is not known' },
    ]);
  });

  it('is not repeated, not even to an administrator', async () => {
    const { admin } = await appliance();
    const answers = [
      await admin.get('/users/hunter2'),
      await admin.delete('/users/hunter2'),
      await admin.delete('/groups/hunter2'),
      await admin.put('/groups/administrators/members/hunter2'),
      await admin.delete('/shares/hunter2'),
      await admin.post('/users', { name: 'hunter2"', password: 'hunter2-password' }),
      await admin.patch('/settings', { 'time.zone': 'hunter2' }),
      await admin.get('/hunter2'),
      await admin.get('/%E0%A4%A/hunter2'),
      await admin.get(`/users/${'hunter2'.repeat(99)}`),
    ];
    for (const answer of answers) {
      expect(answer.problem).toBeDefined();
      expect(answer.raw.body).not.toContain('hunter2');
    }
  });

  it('cannot bring header fields of its own into the answer', async () => {
    const { bench, admin } = await appliance();
    const name = 'a\r\nSet-Cookie: x=1';
    const answers = [
      await admin.post('/groups', { name }),
      await admin.get(`/users/${encodeURIComponent(name)}`),
      await admin.get('/log/export', { query: { format: name } }),
      await new Browser(bench).logIn(name, name, { application: name }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.raw.body).not.toContain('Set-Cookie');
    }
  });
});

import { describe, expect, it } from 'vitest';
import { adminPassword, appliance, Browser, newUser, passwordOf } from './api-rig.ts';

describe('users through the API', () => {
  it('are created, changed and deleted, each noted with who did it', async () => {
    const { bench, admin } = await appliance();
    await admin.post('/groups', { name: 'staff' });
    const made = await admin.post('/users', {
      name: 'Mara',
      password: passwordOf('mara'),
      email: 'mara@mail.example',
      groups: ['staff'],
    });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      name: 'Mara',
      isAdministrator: false,
      usesDefaultPassword: false,
      isDisabled: false,
      disabledFrom: null,
      email: 'mara@mail.example',
      groups: ['everyone', 'staff'],
      twoStep: 'disabled',
    });
    const from = '2026-12-01T00:00:00.000Z';
    const dated = await admin.patch('/users/mara', { disabled: { from } });
    expect(dated.body).toMatchObject({ isDisabled: false, disabledFrom: from });
    const off = await admin.patch('/users/mara', { disabled: true, email: null });
    expect(off.body).toMatchObject({ isDisabled: true, disabledFrom: null, email: null });
    expect((await admin.patch('/users/mara', { disabled: false })).body.isDisabled).toBe(false);
    expect((await admin.delete('/users/MARA')).status).toBe(204);
    expect((await admin.get('/users/mara')).problem).toBe('not-found');
    const texts = bench.log
      .filter(({ category, address }) => category === 'accounts' && address === '192.168.1.100')
      .map(({ text }) => text);
    expect(texts).toEqual([
      'default password replaced',
      'group staff created',
      'user Mara created in staff',
      `user Mara disabled from ${from} on`,
      'user Mara disabled',
      'e-mail address of Mara removed',
      'user Mara enabled',
      'user MARA deleted',
    ]);
  });

  it.each([
    [{ name: 'a"b', password: 'Good-password-1' }, 422, 'name-invalid'],
    [{ name: 'ADMIN', password: 'Good-password-1' }, 409, 'name-taken'],
    [{ name: 'mara', password: 'short' }, 422, 'password-refused'],
    [{ name: 'mara', password: 'Good-password-1', groups: ['none'] }, 404, 'not-found'],
    [{ name: 'mara', password: 'Good-password-1', email: 'a\r\nb' }, 422, 'email-invalid'],
    [{ name: 'mara', password: 'Good-password-1', isAdministrator: true }, 422, 'invalid'],
  ])('are refused where they cannot be: %j', async (user, status, problem) => {
    const { admin } = await appliance();
    expect(await admin.post('/users', user)).toMatchObject({ status, problem });
    expect((await admin.get('/users')).body.users).toHaveLength(1);
  });

  it('are changed as a whole or not at all', async () => {
    const { bench, admin } = await appliance();
    await newUser(admin, 'mara');
    const answer = await admin.patch('/users/mara', { password: 'New-password-1', email: 'none' });
    expect(answer.problem).toBe('email-invalid');
    const mara = new Browser(bench);
    expect((await mara.logIn('mara', passwordOf('mara'))).status).toBe(200);
    expect(bench.log.map(({ text }) => text)).not.toContain('password of mara changed');
    expect(bench.log.map(({ text }) => text)).toContain('refused: email-invalid');
  });

  it('always leave an administrator', async () => {
    const { admin } = await appliance();
    const second = await newUser(admin, 'second', { groups: ['administrators'] });
    expect((await second.patch('/users/admin', { disabled: true })).status).toBe(200);
    expect((await admin.get('/me')).problem).toBe('not-signed-in');
    for (const [method, path, body] of [
      ['PATCH', '/users/second', { disabled: true }],
      ['PATCH', '/users/second', { disabled: { from: '2027-01-01T00:00:00Z' } }],
      ['DELETE', '/users/second'],
      ['DELETE', '/groups/administrators/members/second'],
    ] as const) {
      const answer = await second.request(method, path, body);
      expect(answer).toMatchObject({ status: 409, problem: 'last-administrator' });
    }
    expect((await second.delete('/users/admin')).problem).toBe('built-in');
  });

  it('lose their sessions with their password', async () => {
    const { admin } = await appliance();
    const mara = await newUser(admin, 'mara');
    expect((await mara.get('/me')).body.name).toBe('mara');
    await admin.patch('/users/mara', { password: 'New-password-1' });
    expect((await mara.get('/me')).problem).toBe('not-signed-in');
    expect((await admin.patch('/users/admin', { password: 'New-password-1' })).problem).toBe(
      'own-account',
    );
  });

  it('set the address of their notifications', async () => {
    const { admin } = await appliance();
    const mara = await newUser(admin, 'mara');
    const password = passwordOf('mara');
    const other = { email: 'thief@mail.example', password: 'wrong' };
    expect((await mara.put('/me/email', other)).problem).toBe('password-wrong');
    expect((await mara.put('/me/email', { email: 'mara@mail.example', password })).status).toBe(
      204,
    );
    expect((await mara.get('/me')).body.email).toBe('mara@mail.example');
    expect((await mara.put('/me/email', { email: 'none', password })).problem).toBe(
      'email-invalid',
    );
    expect((await mara.put('/me/email', { email: null, password })).status).toBe(204);
    expect((await mara.get('/me')).body.email).toBeNull();
  });
});

describe('groups and shared folders through the API', () => {
  it('have members', async () => {
    const { admin } = await appliance();
    await newUser(admin, 'mara');
    await admin.post('/groups', { name: 'staff' });
    expect((await admin.put('/groups/staff/members/mara')).status).toBe(204);
    expect((await admin.get('/groups')).body.groups).toContainEqual({
      name: 'staff',
      isBuiltIn: false,
      members: ['mara'],
    });
    expect((await admin.delete('/groups/staff/members/mara')).status).toBe(204);
    expect((await admin.delete('/groups/everyone/members/mara')).problem).toBe('built-in');
    expect((await admin.put('/groups/staff/members/none')).problem).toBe('not-found');
    expect((await admin.delete('/groups/staff')).status).toBe(204);
    expect((await admin.delete('/groups/administrators')).problem).toBe('built-in');
  });

  it('have rights', async () => {
    const { admin } = await appliance();
    await newUser(admin, 'mara');
    expect((await admin.post('/shares', { name: 'Photos' })).status).toBe(201);
    const right = { to: { user: 'mara' }, access: 'read' };
    expect((await admin.put('/shares/Photos/rights', right)).status).toBe(204);
    expect((await admin.get('/shares')).body.shares).toContainEqual({
      name: 'Photos',
      rights: [
        { holder: 'user', name: 'mara', access: 'read' },
        { holder: 'group', name: 'administrators', access: 'write' },
      ],
    });
    const toBoth = { to: { user: 'mara', group: 'staff' }, access: 'read' };
    expect((await admin.put('/shares/Photos/rights', toBoth)).problem).toBe('invalid');
    expect((await admin.delete('/shares/Photos')).status).toBe(204);
    expect((await admin.delete('/shares/Photos')).problem).toBe('not-found');
  });
});

describe('sessions through the API', () => {
  it('are listed and ended by their users, and all by administrators', async () => {
    const { bench, admin } = await appliance();
    const mara = await newUser(admin, 'mara');
    const again = new Browser(bench, '10.0.0.9');
    await again.logIn('mara', passwordOf('mara'), { application: 'a phone' });
    const own = (await mara.get('/me/sessions')).body.sessions;
    expect(own).toHaveLength(2);
    const phone = own.find(({ application }) => application === 'a phone');
    expect(phone).toMatchObject({ user: 'mara', address: '10.0.0.9', isThisOne: false });
    expect((await mara.delete(`/me/sessions/${phone?.id}`)).status).toBe(204);
    expect((await again.get('/me')).status).toBe(401);
    const all = (await admin.get('/sessions')).body.sessions;
    expect(all.map(({ user }) => user)).toEqual(['admin', 'mara']);
    expect((await mara.delete(`/me/sessions/${all[0]?.id}`)).problem).toBe('not-found');
    expect((await admin.delete(`/sessions/${all[1]?.id}`)).status).toBe(204);
    expect((await mara.get('/me')).status).toBe(401);
    expect(bench.log.at(-1)?.text).toMatch(/^session of mara .* ended$/);
  });
});

describe('settings through the API', () => {
  it('are told by group, without the secret ones', async () => {
    const { admin } = await appliance();
    expect((await admin.patch('/settings', { 'lcd.password': '4711' })).status).toBe(200);
    const { body, raw } = await admin.get('/settings');
    expect(body.network['network.systemPort']).toBe(8080);
    expect(body.time['time.zone']).toBe('UTC');
    expect(raw.body).not.toMatch(/lcd|4711/);
    expect(admin.bench.log.at(-1)?.text).toBe('lcd.password changed');
  });

  it('are changed together or not at all', async () => {
    const { admin } = await appliance();
    const answer = await admin.patch('/settings', {
      'time.zone': 'Europe/Berlin',
      'session.idleMinutes': 0,
      'no.setting': 1,
    });
    expect(answer).toMatchObject({ status: 422, problem: 'invalid' });
    expect(answer.body.errors).toEqual([
      {
        in: 'body',
        pointer: '/session.idleMinutes',
        detail: 'is a whole number from 1 to 720',
      },
      { in: 'body', pointer: '', detail: 'has a field that is not known' },
    ]);
    expect((await admin.get('/settings')).body.time['time.zone']).toBe('UTC');
  });

  it('answer before the system port moves', async () => {
    const { bench, admin } = await appliance();
    const answer = await admin.patch('/settings', { 'network.systemPort': 9090 });
    expect(answer.status).toBe(200);
    await bench.advance('200ms');
    expect(bench.bench.board.network.http.ports).toEqual([9090]);
    expect((await admin.get('/settings')).body.network['network.systemPort']).toBe(9090);
    const seen = bench.trace.records.filter(({ source }) => source === 'http');
    const answered = seen.findIndex(({ kind, path }) => {
      return kind === 'response' && path === '/api/v1/settings';
    });
    expect(seen.findLastIndex(({ kind }) => kind === 'listen')).toBeGreaterThan(answered);
    expect(seen.findIndex(({ kind }) => kind === 'close')).toBeGreaterThan(answered);
  });

  it('take effect on the network', async () => {
    const { bench, admin } = await appliance();
    await admin.patch('/settings', {
      'network.mode': 'static',
      'network.address': '192.168.7.20',
      'network.mask': '255.255.255.0',
    });
    await bench.advance('1s');
    const { adapters } = (await admin.get('/network')).body;
    expect(adapters[0]).toMatchObject({ mode: 'static', address: '192.168.7.20', isLinkUp: true });
  });
});

describe('the event log through the API', () => {
  it('is read page by page, and filtered', async () => {
    const { bench, admin } = await appliance();
    for (let count = 0; count < 5; count += 1) await admin.post('/groups', { name: `g${count}` });
    const seen: number[] = [];
    let next: number | null = null;
    do {
      const query: Record<string, string> = { limit: '3', ...(next && { before: String(next) }) };
      const { body } = await admin.get('/log', { query });
      seen.push(...body.entries.map(({ id }) => id));
      ({ next } = body);
    } while (next !== null);
    expect(seen).toEqual(bench.log.map(({ id }) => id).toReversed());
    const { body } = await admin.get('/log', { query: { category: 'login' } });
    expect(body.entries.map(({ category }) => category)).toEqual(['login']);
    expect((await admin.get('/log', { query: { limit: '501' } })).problem).toBe('invalid');
    expect((await admin.get('/log', { query: { limit: '-1' } })).problem).toBe('invalid');
  });

  it('is a file for spreadsheets, without formulas, and one for programs', async () => {
    const { admin } = await appliance();
    await admin.post('/groups', { name: 'x' });
    const long = new Browser(admin.bench);
    await newUser(admin, '-1 (a) b');
    await long.logIn('-1 (a) b', 'wrong');
    const csv = await admin.get('/log/export', { query: { format: 'csv' } });
    expect(csv.headers['content-type']).toMatch(/^text\/csv/);
    expect(csv.headers['content-disposition']).toBe('attachment; filename="event-log.csv"');
    const lines = csv.raw.body.split('\r\n');
    expect(lines[0]).toBe('id,time,severity,category,user,address,text');
    expect(lines.at(-2)).toMatch(/,'-1 \(a\) b,192\.168\.1\.100,login refused: wrong/);
    const jsonl = await admin.get('/log/export', { query: { format: 'jsonl' } });
    const entries = jsonl.raw.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number });
    expect(entries.map(({ id }) => id)).toEqual(admin.bench.log.map(({ id }) => id));
  });
});

describe('resetting and restarting through the API', () => {
  it('is answered, then done', async () => {
    const { bench, admin } = await appliance();
    expect((await admin.post('/reset', { kind: 'basic', password: 'wrong' })).problem).toBe(
      'password-wrong',
    );
    const answer = await admin.post('/reset', { kind: 'basic', password: adminPassword });
    expect(answer.status).toBe(202);
    await bench.advance('200ms');
    expect(bench.takeResets()).toEqual(['basic']);
    expect((await admin.get('/me')).problem).toBe('not-signed-in');
    expect(bench.log.at(-1)).toMatchObject({
      user: 'admin',
      text: expect.stringContaining('basic reset by the web interface') as string,
    });
  });

  it('of everything restarts the appliance, which says meanwhile that it is not ready', async () => {
    const { bench, admin } = await appliance();
    const answer = await admin.post('/reset', { kind: 'advanced', password: adminPassword });
    expect(answer.status).toBe(202);
    await bench.advance('200ms');
    expect(await new Browser(bench).get('/info')).toMatchObject({
      status: 503,
      problem: 'not-ready',
    });
    await bench.until(() => bench.states['appliance'] !== 'resetting-advanced');
    await bench.ready();
    const fresh = await new Browser(bench).logIn('admin', bench.label.defaultPassword);
    expect(fresh.body.session.limitedTo).toBe('change-password');
  });

  it('restarts', async () => {
    const { bench, admin } = await appliance();
    expect((await admin.post('/reboot')).status).toBe(202);
    await bench.until(() => bench.states['appliance'] !== 'ready');
    await bench.ready();
    expect((await admin.get('/me')).problem).toBe('not-signed-in');
  });
});

describe('mail accounts through the API', () => {
  const account = {
    name: 'ours',
    host: 'mail.example',
    port: 587,
    security: 'starttls',
    sender: 'nas@mail.example',
    user: 'nas',
    password: 'Mail-password-1',
  };

  it('are kept, shown without their password, and changed', async () => {
    const { admin } = await appliance();
    const { id } = (await admin.post('/mail-accounts', account)).body;
    const { body, raw } = await admin.get('/mail-accounts');
    const { password, ...shown } = account;
    expect(body.accounts).toEqual([{ ...shown, id, hasPassword: true, isDefault: true }]);
    expect(raw.body).not.toContain(password);
    const changed = { user: null, password: null, port: 25, security: 'none' };
    expect((await admin.patch(`/mail-accounts/${id}`, changed)).status).toBe(204);
    const second = (await admin.post('/mail-accounts', { ...account, name: 'other' })).body;
    expect((await admin.put(`/mail-accounts/${second.id}/default`)).status).toBe(204);
    expect((await admin.get('/mail-accounts')).body.accounts).toMatchObject([
      { id, port: 25, user: null, hasPassword: false, isDefault: false },
      { id: second.id, isDefault: true },
    ]);
    expect((await admin.delete(`/mail-accounts/${id}`)).status).toBe(204);
    expect((await admin.delete(`/mail-accounts/${id}`)).problem).toBe('not-found');
    expect((await admin.post('/mail-accounts', { ...account, host: 'no host\r\n' })).problem).toBe(
      'mail-account-invalid',
    );
  });

  it('send a test mail, and tell what the server says', async () => {
    const { bench, admin } = await appliance();
    const open = {
      name: 'open',
      host: 'mail.example',
      port: 25,
      security: 'none',
      sender: 'nas@mail.example',
    };
    const { id } = (await admin.post('/mail-accounts', open)).body;
    const to = 'somebody@mail.example';
    const path = `/mail-accounts/${id}/test`;
    expect((await admin.post(path, { to: 'a\r\nBcc: b@c.example' })).problem).toBe('email-invalid');
    expect((await admin.post(path, { to })).body).toEqual({ mail: 'sent', text: null });
    const mail = await bench.mailbox.waitFor({ to });
    expect(mail.subject).toContain('Test mail');
    bench.mailbox.down();
    expect((await admin.post(path, { to })).body).toMatchObject({ mail: 'failed' });
    expect((await admin.get('/outbox')).body).toEqual({ mails: [] });
  });
});

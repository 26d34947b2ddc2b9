import { describe, expect, it } from 'vitest';
import { wrongCodeFor } from './wrong-code.ts';
import {
  adminPassword,
  appliance,
  Browser,
  enrol,
  logInWithCode,
  newUser,
  passwordOf,
  securityAnswer,
} from './api-rig.ts';

const enrolment = '/me/two-step/enrolment';

describe('setting up 2-step verification through the API', () => {
  it('takes the password, shows a key and a QR code, and ends all sessions', async () => {
    const { bench, admin } = await appliance();
    const { phone } = bench;
    const other = new Browser(bench);
    await other.logIn('admin', adminPassword);
    expect((await admin.post(enrolment, {})).problem).toBe('password-wrong');
    expect((await admin.post(enrolment, { password: 'wrong' })).problem).toBe('password-wrong');
    expect((await admin.get(enrolment)).problem).toBe('enrolment-expired');
    const begun = await admin.post(enrolment, { password: adminPassword });
    expect(begun.body.key).toMatch(/^[A-Z2-7]{32}$/);
    expect(begun.body.uri).toContain(`secret=${begun.body.key}`);
    expect(begun.body).toMatchObject({
      account: 'admin',
      clock: { trust: 'synchronised', zone: 'UTC', secondsSinceSync: expect.any(Number) as number },
    });
    expect((await admin.get(enrolment)).body.key).toBe(begun.body.key);
    const picture = await admin.get(`${enrolment}/qr.png`);
    expect(picture.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'no-store',
    });
    await phone.scan(picture.raw, 'admin');
    const wrong = await wrongCodeFor(bench, 'admin');
    expect((await admin.post(`${enrolment}/confirm`, { code: wrong })).problem).toBe('code-wrong');
    expect((await admin.post(`${enrolment}/finish`)).problem).toBe('enrolment-expired');
    const code = phone.code('admin');
    expect((await admin.post(`${enrolment}/confirm`, { code })).status).toBe(204);
    const question = { method: 'question', number: 4, text: 'Who was it?', answer: 'Somebody' };
    expect((await admin.put(`${enrolment}/alternative`, question)).body).toEqual({ mail: null });
    const finished = await admin.post(`${enrolment}/finish`);
    expect(finished.body.recoveryCodes).toHaveLength(10);
    expect(admin.client.cookie('nasboard_session')).toBeUndefined();
    expect((await admin.get('/me')).status).toBe(401);
    expect((await other.get('/me')).status).toBe(401);
    const again = await new Browser(bench).logIn('admin', adminPassword);
    expect(again.body).toMatchObject({
      status: 'second-step',
      methods: ['code', 'question', 'recovery-code'],
      question: { number: 4, text: 'Who was it?' },
      alternative: { tries: 0, limit: 5 },
      clock: { trust: 'synchronised' },
      waitSeconds: 0,
    });
  });

  it('is the business of the session that began it, and of no other of the same user', async () => {
    const { bench, admin } = await appliance();
    const other = new Browser(bench);
    await other.logIn('admin', adminPassword);
    const begun = await admin.post(enrolment, { password: adminPassword });
    await bench.phone.add(begun.body.uri, 'admin');
    const code = bench.phone.code('admin');
    const question = { method: 'question', number: 1, answer: 'Rex' };
    const tries = [
      await other.get(enrolment),
      await other.get(`${enrolment}/qr.png`),
      await other.post(`${enrolment}/confirm`, { code }),
      await other.put(`${enrolment}/alternative`, question),
      await other.post(`${enrolment}/email-confirmation`, { code: '12345678' }),
      await other.post(`${enrolment}/finish`),
    ];
    expect(new Set(tries.map(({ problem }) => problem))).toEqual(new Set(['enrolment-expired']));
    expect((await admin.post(`${enrolment}/confirm`, { code })).status).toBe(204);
  });

  it('is dropped by leaving, and after ten minutes', async () => {
    const { bench, admin } = await appliance();
    await admin.post(enrolment, { password: adminPassword });
    expect((await admin.delete(enrolment)).status).toBe(204);
    expect((await admin.get(`${enrolment}/qr.png`)).problem).toBe('enrolment-expired');
    await admin.post(enrolment, { password: adminPassword });
    await bench.advance('10m');
    expect((await admin.get(enrolment)).problem).toBe('enrolment-expired');
  });

  it.each([
    [{ method: 'question', number: 1, answer: 'x' }, 'answer-invalid'],
    [{ method: 'question', number: 4, answer: 'Somebody' }, 'question-invalid'],
    [{ method: 'question', number: 5, answer: 'Somebody' }, 'invalid'],
    [{ method: 'email', address: 'admin@mail.example' }, 'no-mail'],
  ])('refuses another way that is none: %j', async (choice, problem) => {
    const { bench, admin } = await appliance();
    const { uri } = (await admin.post(enrolment, { password: adminPassword })).body;
    await bench.phone.add(uri, 'admin');
    await admin.post(`${enrolment}/confirm`, { code: bench.phone.code('admin') });
    const answer = await admin.put(`${enrolment}/alternative`, choice);
    expect(answer.problem).toBe(problem);
  });

  it('anew takes a present code', async () => {
    const { bench, admin } = await appliance();
    await enrol(admin, 'admin', adminPassword);
    await logInWithCode(admin, 'admin', adminPassword);
    expect((await admin.post(enrolment, { password: adminPassword })).problem).toBe('code-wrong');
    const code = await bench.phone.nextCode('admin');
    expect((await admin.post(enrolment, { password: adminPassword, code })).status).toBe(200);
  });

  it('waits for the clock', async () => {
    const { bench, admin } = await appliance({
      board: { rtc: { battery: 'dead' } },
      isTimeKnown: false,
    });
    const { clock } = (await admin.get('/session')).body;
    expect(clock).toMatchObject({ trust: 'unset', secondsSinceSync: null });
    expect((await admin.post(enrolment, { password: adminPassword })).problem).toBe('clock-unset');
    expect(bench.states['two-step.admin'] ?? 'disabled').toBe('disabled');
  });
});

describe('the second step through the API', () => {
  it('is a code that counts once', async () => {
    const { bench, admin } = await appliance();
    await enrol(admin, 'admin', adminPassword);
    const passed = await logInWithCode(admin, 'admin', adminPassword);
    expect(passed.body).toMatchObject({ status: 'signed-in', device: null });
    expect((await admin.get('/me')).body.twoStep).toBe('enabled');
    const replayed = await logInWithCode(new Browser(bench), 'admin', adminPassword);
    expect(replayed).toMatchObject({ status: 401, problem: 'wrong-proof' });
    expect(replayed.body.triesLeft).toBe(4);
  });

  it('ends with its success, its failure, its time and by giving up', async () => {
    const { bench, admin } = await appliance();
    await enrol(admin, 'admin', adminPassword);
    const { pending } = (await admin.logIn('admin', adminPassword)).body;
    const proof = { method: 'code', code: bench.phone.code('admin') };
    expect((await admin.get(`/login/${pending}`)).body.pending).toBe(pending);
    expect((await admin.post(`/login/${pending}/verify`, proof)).status).toBe(200);
    expect((await admin.post(`/login/${pending}/verify`, proof)).problem).toBe('login-expired');
    const second = (await admin.logIn('admin', adminPassword)).body.pending;
    expect((await admin.delete(`/login/${second}`)).status).toBe(204);
    expect((await admin.get(`/login/${second}`)).problem).toBe('login-expired');
    const third = (await admin.logIn('admin', adminPassword)).body.pending;
    await bench.advance('5m');
    expect((await admin.post(`/login/${third}/verify`, proof)).problem).toBe('login-expired');
    expect((await admin.post('/login/none/verify', proof)).status).toBe(404);
  });

  it('makes whoever guesses wait', async () => {
    const { bench, admin } = await appliance();
    await enrol(admin, 'admin', adminPassword);
    const code = await wrongCodeFor(bench, 'admin');
    const { pending } = (await admin.logIn('admin', adminPassword)).body;
    const tries = [];
    for (let count = 0; count < 6; count += 1) {
      tries.push(await admin.post(`/login/${pending}/verify`, { method: 'code', code }));
    }
    expect(tries.map(({ problem }) => problem)).toEqual([
      ...Array.from({ length: 5 }, () => 'wrong-proof'),
      'login-expired',
    ]);
    const next = (await admin.logIn('admin', adminPassword)).body.pending;
    const sixth = await admin.post(`/login/${next}/verify`, { method: 'code', code });
    expect(sixth.body).toMatchObject({ triesLeft: 4, waitSeconds: 5 });
    expect((await admin.get(`/login/${next}`)).body.waitSeconds).toBe(5);
    const early = await admin.post(`/login/${next}/verify`, { method: 'code', code });
    expect(early).toMatchObject({ status: 429, problem: 'too-many-tries' });
    expect(early.headers['retry-after']).toBe(String(early.body.waitSeconds));
  });

  it('is passed another way', async () => {
    const { bench, admin } = await appliance();
    const [first = '', second = ''] = await enrol(admin, 'admin', adminPassword);
    const verify = async (proof: object) => {
      const { pending } = (await admin.logIn('admin', adminPassword)).body;
      return admin.post(`/login/${pending}/verify`, proof);
    };
    expect((await verify({ method: 'question', answer: 'wrong' })).problem).toBe('wrong-proof');
    expect((await verify({ method: 'question', answer: securityAnswer })).status).toBe(200);
    expect((await verify({ method: 'recovery-code', code: first })).status).toBe(200);
    expect((await verify({ method: 'recovery-code', code: first })).problem).toBe('wrong-proof');
    expect((await verify({ method: 'recovery-code', code: second })).status).toBe(200);
    expect((await admin.get('/me/two-step')).body).toMatchObject({
      status: 'enabled',
      recoveryCodesLeft: 8,
      question: { number: 1, text: 'What is the name of your pet?' },
    });
    const renewed = await admin.post('/me/two-step/recovery-codes', {
      code: await bench.phone.nextCode('admin'),
    });
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    expect(renewed.body.recoveryCodes).not.toContain(second);
  });

  it('is skipped by a remembered device until it is forgotten', async () => {
    const { bench, admin } = await appliance();
    await enrol(admin, 'admin', adminPassword);
    const { device } = (
      await logInWithCode(admin, 'admin', adminPassword, { remember: true, days: 7 })
    ).body;
    const expected = bench.now.getTime() + 7 * 86_400_000;
    expect(Math.abs(Date.parse(device.expires) - expected)).toBeLessThan(60_000);
    const later = new Browser(bench);
    const skipped = await later.logIn('admin', adminPassword, { deviceToken: device.token });
    expect(skipped.body.status).toBe('signed-in');
    const [known] = (await later.get('/me/devices')).body.devices;
    expect(known).toMatchObject({ application: 'web API', expires: device.expires });
    expect((await later.delete(`/me/devices/${known?.id}`)).status).toBe(204);
    expect((await later.delete(`/me/devices/${known?.id}`)).problem).toBe('not-found');
    const asked = await later.logIn('admin', adminPassword, { deviceToken: device.token });
    expect(asked.body.status).toBe('second-step');
  });

  it('is skipped in a browser whose cookie no script reads, and for its own user only', async () => {
    const { bench, admin } = await appliance();
    await enrol(admin, 'admin', adminPassword);
    const wish = { remember: true, deviceInCookie: true };
    const answer = await logInWithCode(admin, 'admin', adminPassword, wish);
    expect(answer.body.device).toEqual({ token: null, expires: expect.any(String) as string });
    const cookies = [answer.headers['set-cookie'] ?? []].flat();
    expect(cookies).toContainEqual(
      expect.stringMatching(
        /^nasboard_device_[0-9a-f]{16}=[\w-]{22}; Max-Age=34560000; Path=\/api\/v1\/login; HttpOnly; SameSite=Strict$/,
      ),
    );
    expect((await admin.logIn('ADMIN', adminPassword)).body.status).toBe('signed-in');
    const carl = await newUser(admin, 'carl');
    await enrol(carl, 'carl', passwordOf('carl'));
    const shared = await admin.logIn('carl', passwordOf('carl'));
    expect(shared.body.status).toBe('second-step');
    const elsewhere = new Browser(bench);
    const asked = await elsewhere.logIn('admin', adminPassword);
    expect(asked.body.status).toBe('second-step');
  });

  it.each([0, -2, 1.5, 4000])('remembers no device for %d days', async (days) => {
    const { admin } = await appliance();
    const proof = { method: 'code', code: '123456', remember: true, days };
    expect((await admin.post('/login/none/verify', proof)).problem).toBe('invalid');
  });
});

describe('disabling 2-step verification through the API', () => {
  it('takes password and code, and ends all sessions', async () => {
    const { bench, admin } = await appliance();
    expect(
      (await admin.post('/me/two-step/disable', { password: adminPassword, code: '1' })).problem,
    ).toBe('two-step-not-enabled');
    await enrol(admin, 'admin', adminPassword);
    await logInWithCode(admin, 'admin', adminPassword);
    const code = await bench.phone.nextCode('admin');
    const disable = (password: string, typed: string) =>
      admin.post('/me/two-step/disable', { password, code: typed });
    expect((await disable('wrong', code)).problem).toBe('password-wrong');
    const wrong = await wrongCodeFor(bench, 'admin');
    expect((await disable(adminPassword, wrong)).problem).toBe('code-wrong');
    expect((await disable(adminPassword, code)).status).toBe(204);
    expect((await admin.get('/me')).status).toBe(401);
    expect((await admin.logIn('admin', adminPassword)).body.status).toBe('signed-in');
  });

  it('is what an administrator does for a locked-out user', async () => {
    const { admin } = await appliance();
    const mara = await newUser(admin, 'mara');
    await enrol(mara, 'mara', passwordOf('mara'));
    await logInWithCode(mara, 'mara', passwordOf('mara'));
    expect((await admin.post('/users/mara/two-step/unblock')).status).toBe(204);
    expect((await admin.post('/users/mara/two-step/reset')).status).toBe(204);
    expect((await mara.get('/me')).status).toBe(401);
    expect((await mara.logIn('mara', passwordOf('mara'))).body.status).toBe('signed-in');
    expect((await admin.post('/users/mara/two-step/reset')).problem).toBe('two-step-not-enabled');
    expect((await admin.post('/users/none/two-step/reset')).problem).toBe('not-found');
    await enrol(admin, 'admin', adminPassword);
    await logInWithCode(admin, 'admin', adminPassword);
    expect((await admin.post('/users/admin/two-step/reset')).problem).toBe('own-account');
  });
});

describe('enforcing 2-step verification through the API', () => {
  it('makes users incomplete, whose sessions may do nothing but the wizard', async () => {
    const { bench, admin } = await appliance();
    await newUser(admin, 'mara');
    await admin.post('/groups', { name: 'staff' });
    await admin.put('/groups/staff/members/mara');
    const applied = await admin.put('/two-step/enforcement', { users: [], groups: ['staff'] });
    expect(applied.body.groups).toContainEqual({ name: 'staff', isEnforced: true });
    expect(applied.body.users).toContainEqual({
      name: 'mara',
      status: 'incomplete',
      isNamed: false,
      enforcedThrough: ['staff'],
      isBlocked: false,
      isAlternativeBlocked: false,
    });
    const mara = new Browser(bench);
    const login = await mara.logIn('mara', passwordOf('mara'));
    expect(login.body.session.limitedTo).toBe('set-up-2sv');
    expect((await mara.get('/me')).problem).toBe('session-limited');
    // The password was just given.
    await enrol(mara, 'mara', undefined);
    await logInWithCode(mara, 'mara', passwordOf('mara'));
    expect((await mara.get('/me/two-step')).body).toMatchObject({
      status: 'enabled',
      isEnforced: true,
      enforcedThrough: ['staff'],
    });
    const code = await bench.phone.nextCode('mara');
    const off = await mara.post('/me/two-step/disable', { password: passwordOf('mara'), code });
    expect(off).toMatchObject({ status: 409, problem: 'two-step-enforced' });
    await admin.put('/two-step/enforcement', { users: [], groups: [] });
    expect((await mara.get('/me/two-step')).body).toMatchObject({
      status: 'enabled',
      isEnforced: false,
    });
  });

  it('is applied as a whole or not at all', async () => {
    const { admin } = await appliance();
    await newUser(admin, 'mara');
    const apply = (users: string[], groups: string[]) =>
      admin.put('/two-step/enforcement', { users, groups });
    expect((await apply(['mara', 'nobody'], ['everyone'])).problem).toBe('not-found');
    expect((await apply(['mara'], ['nobody'])).problem).toBe('not-found');
    const { body } = await admin.get('/two-step');
    expect(body.users.every(({ status }) => status === 'disabled')).toBe(true);
    const logged = admin.bench.log.filter(({ category }) => category === 'two-step');
    expect(logged.map(({ text }) => text)).toEqual([
      'refused: no-such-user',
      'refused: no-such-group',
    ]);
    await apply(['mara'], []);
    await apply(['mara'], ['everyone']);
    await apply(['admin'], ['everyone']);
    const texts = admin.bench.log.filter(({ category }) => category === 'two-step').slice(2);
    expect(texts.map(({ text }) => text.replace('2-step verification ', ''))).toEqual([
      'enforced on user mara',
      'enforced on group everyone',
      'enforced on user admin',
      'no longer enforced on user mara',
    ]);
  });
});

describe('passwords through the API', () => {
  it('change with the old one, and end all sessions', async () => {
    const { bench, admin } = await appliance();
    const change = (currentPassword: string, newPassword: string) =>
      admin.put('/me/password', { currentPassword, newPassword });
    expect((await change('wrong', 'New-password-1')).problem).toBe('password-wrong');
    expect((await admin.put('/me/password', { newPassword: 'New-password-1' })).problem).toBe(
      'password-wrong',
    );
    const refused = await change(adminPassword, bench.label.defaultPassword);
    expect(refused).toMatchObject({ status: 422, problem: 'password-refused' });
    expect(refused.body.detail).toBe('A password must not be the default password.');
    expect((await change(adminPassword, 'New-password-1')).body).toEqual({ isSignedOut: true });
    expect((await admin.get('/me')).status).toBe(401);
    expect((await admin.logIn('admin', 'New-password-1')).body.status).toBe('signed-in');
  });

  it('count as failed logins where they are wrong', async () => {
    const { bench, admin } = await appliance();
    const body = { currentPassword: 'wrong', newPassword: 'New-password-1' };
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await admin.put('/me/password', body));
    expect(answers.at(-1)).toMatchObject({ status: 429, problem: 'too-many-tries' });
    expect(bench.log.map(({ text }) => text).join()).not.toContain('New-password-1');
  });
});

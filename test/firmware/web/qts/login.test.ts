import { describe, expect, it } from 'vitest';
import { firmwareVersion } from '#firmware/version';
import { codeAt, passwordOf } from '../../two-step/two-step-rig.ts';
import { WebRig } from '../web-rig.ts';
import { answerOf, encoded, loginPath, managementPath, QtsClient } from './qts-client.ts';

const question = { number: 1, answer: 'Rex the second' } as const;

async function rigWith(...names: readonly string[]): Promise<QtsClient> {
  const rig = await WebRig.start();
  for (const name of names) rig.addUser(name);
  return new QtsClient(rig);
}

const notPassed = { authPassed: '0', errorValue: '-1' };

describe('authLogin.cgi', () => {
  it('signs in with name and password, by GET and by POST alike', async () => {
    const client = await rigWith('maria');
    const who = {
      authPassed: '1',
      authSid: expect.stringMatching(/^[\w-]{22}$/) as string,
      errorValue: '0',
      username: 'maria',
      isAdmin: '0',
      pw_status: '0',
      user_pw_expiry: '0',
      force_2sv: '0',
    };
    expect(await client.login('maria')).toEqual(who);
    const form = { user: 'maria', pwd: encoded(passwordOf('maria')), serviceKey: 1 };
    const byForm = await client.rig.ask({ method: 'POST', path: loginPath, form });
    expect(answerOf(byForm)).toEqual(who);
    const mixed = await client.rig.ask({
      method: 'POST',
      path: `${loginPath}?user=maria&r=0.123`,
      form: { pwd: form.pwd },
    });
    expect(answerOf(mixed)).toEqual(who);
  });

  it('calls an administrator one', async () => {
    const client = await rigWith();
    client.rig.addUser('ada', ['administrators']);
    expect(await client.login('ada')).toMatchObject({ authPassed: '1', isAdmin: '1' });
  });

  it('says the same, byte for byte, to whoever does not get in', async () => {
    const client = await rigWith('maria', 'bob', 'rob');
    const { rig } = client;
    rig.enrol('maria');
    rig.services.accounts.disableUser('rob');
    rig.services.settings.set('protection.ip.enabled', false);
    const tries = [
      { user: 'bob', pwd: encoded('wrong') },
      { user: 'maria', pwd: encoded('wrong') },
      { user: 'rob', pwd: encoded(passwordOf('rob')) },
      { user: 'nobody', pwd: encoded('wrong') },
      { user: 'bob', pwd: '%%%' },
      { user: 'bob', pwd: 'not base64!' },
      { user: 'bob', pwd: Buffer.from([0xff, 0xfe]).toString('base64') },
      { user: 'bob' },
      { user: 'bob', plain_pwd: passwordOf('bob') },
      { user: '' },
      { user: 'maria', pwd: encoded('wrong'), send_mail: 1, get_question: 1 },
      { user: 'nobody', pwd: encoded('wrong'), send_mail: 1, get_question: 1 },
      { user: 'nobody', pwd: encoded('wrong'), gen_client_id: 1, remme: 1 },
      { user: 'maria', qtoken: 'none' },
      { sid: 'none' },
      {},
    ];
    const bodies = new Set<string>();
    for (const query of tries) {
      const response = await rig.ask({ path: loginPath, query });
      expect(answerOf(response)).toEqual(notPassed);
      bodies.add(JSON.stringify([response.body, response.headers]));
    }
    expect(bodies.size).toBe(1);
  });

  it('counts a password that cannot be read as a failed login like any other', async () => {
    const client = await rigWith('maria');
    for (let count = 0; count < 5; count += 1) {
      await client.call(loginPath, { user: 'maria', pwd: '***' });
    }
    expect(await client.login('maria')).toEqual(notPassed);
    expect(client.rig.logTexts()[0]).toBe('login refused: the address failed too often');
    expect(await client.login('maria', {}, { from: '192.168.1.101' })).toMatchObject({
      authPassed: '1',
    });
  });

  it('takes passwords of any script, in UTF-8', async () => {
    const client = await rigWith();
    for (const [place, password] of [
      'Grüße-aus-Köln-1',
      'пароль-длинный-1',
      '密码足够长了吧-1',
      '🔑🔑🔑-and-1+1/2',
    ].entries()) {
      const name = `user${place}`;
      expect(client.rig.services.accounts.createUser({ name, password })).toEqual({ ok: true });
      const query = { user: name, pwd: encoded(password) };
      expect(await client.call(loginPath, query)).toMatchObject({ authPassed: '1' });
    }
  });

  it('takes base64 whose + came as a blank, and base64 without its padding', async () => {
    const client = await rigWith();
    const password = 'a~~>>>-longer-1';
    client.rig.services.accounts.createUser({ name: 'maria', password });
    expect(encoded(password)).toContain('+');
    for (const pwd of [
      encoded(password).replaceAll('=', ''),
      encoded(password).replaceAll('+', ' '),
    ]) {
      expect(await client.call(loginPath, { user: 'maria', pwd })).toMatchObject({
        authPassed: '1',
      });
    }
  });

  it.each([
    ['127.0.0.1', '1'],
    ['::1', '1'],
    ['::ffff:127.0.0.1', '1'],
    ['127.8.9.10', '1'],
    ['192.168.1.100', '0'],
    ['10.127.0.1', '0'],
    ['::ffff:10.0.0.1', '0'],
  ])('takes a password in clear from %s: %s', async (from, authPassed) => {
    const client = await rigWith('maria');
    const query = { user: 'maria', plain_pwd: passwordOf('maria') };
    expect(await client.call(loginPath, query, { from })).toMatchObject({ authPassed });
  });

  it.each([
    ['99', true],
    ['100', false],
    ['1', true],
    ['101', false],
    ['999999', false],
    ['-1', true],
    ['x', true],
  ])('to service %s makes a session: %s', async (service, isMade) => {
    const client = await rigWith('maria');
    const answer = await client.login('maria', { service });
    expect(answer).toMatchObject({ authPassed: '1', username: 'maria' });
    expect(answer.authSid !== undefined).toBe(isMade);
    expect(client.rig.services.sessions.all()).toHaveLength(isMade ? 1 : 0);
  });

  it('names a session after what the client calls itself', async () => {
    const client = await rigWith('maria');
    const headers = { 'user-agent': 'Backup/2' };
    await client.login('maria', {}, { headers });
    await client.login('maria', { client_agent: 'Agent' }, { headers });
    await client.login('maria', { client_app: 'Photos', client_agent: 'Agent' }, { headers });
    const { sessions } = client.rig.services;
    expect(
      sessions.all().map(({ application, address, via }) => [application, address, via]),
    ).toEqual([
      ['Backup/2', '192.168.1.100', 'web'],
      ['Agent', '192.168.1.100', 'web'],
      ['Photos', '192.168.1.100', 'web'],
    ]);
  });

  it('makes an id for a client that wants one, and repeats one that it has', async () => {
    const client = await rigWith('maria');
    const { client_id: made } = await client.login('maria', { gen_client_id: 1 });
    expect(made).toMatch(/^[0-9a-f]{32}$/);
    expect(await client.login('maria', { client_id: 'mine' })).toMatchObject({ client_id: 'mine' });
  });
});

describe('a limited session', () => {
  it('follows from the password on the label, and says so', async () => {
    const client = await rigWith();
    const pwd = encoded(client.rig.board.defaultPassword);
    const answer = await client.call(loginPath, { user: 'admin', pwd, remme: 1 });
    expect(answer).toMatchObject({ authPassed: '1', pw_status: '1', user_pw_expiry: '1' });
    expect(answer.qtoken).toBeUndefined();
    const sid = String(answer.authSid);
    expect(client.rig.services.sessions.find(sid)?.limitedTo).toBe('change-password');
    expect(await client.call(loginPath, { sid })).toMatchObject({
      authPassed: '1',
      pw_status: '1',
    });
    expect(await client.call(managementPath, { subfunc: 'sysinfo', sid })).toMatchObject({
      ...notPassed,
      pw_status: '1',
    });
  });

  it('follows where 2-step verification is enforced and not set up', async () => {
    const client = await rigWith('maria');
    const { twoStep } = client.rig.services;
    twoStep.enforceUser(client.rig.idOf('maria'), true, { user: 'admin', address: 'serial' });
    const answer = await client.login('maria');
    expect(answer).toMatchObject({ authPassed: '1', force_2sv: '1', pw_status: '0' });
    const session = client.rig.services.sessions.find(String(answer.authSid));
    expect(session?.limitedTo).toBe('set-up-2sv');
  });
});

describe('authLogin.cgi with a sid alone', () => {
  it('says whose session it is, and what this NAS is', async () => {
    const client = await rigWith('maria');
    client.rig.services.settings.set('network.hostName', 'attic');
    const { model } = client.rig.board.label;
    expect(await client.call(loginPath, { sid: await client.sidOf('maria') })).toEqual({
      authPassed: '1',
      errorValue: '0',
      username: 'maria',
      isAdmin: '0',
      pw_status: '0',
      user_pw_expiry: '0',
      force_2sv: '0',
      model: { modelName: model, displayModelName: model },
      firmware: {
        version: firmwareVersion,
        build: '20261101',
        patch: '0',
        buildTime: '2026/11/01',
      },
      hostname: 'attic',
      webAccessPort: '8080',
    });
  });

  it('counts as use of the session, which ends when nobody uses it', async () => {
    const client = await rigWith('maria');
    const sid = await client.sidOf('maria');
    await client.rig.pass(29 * 60);
    expect(await client.isGood(sid)).toBe(true);
    await client.rig.pass(29 * 60);
    expect(await client.isGood(sid)).toBe(true);
    await client.rig.pass(30 * 60);
    expect(await client.isGood(sid)).toBe(false);
  });
});

describe('a remembered login', () => {
  it('stands in for the password of its client, and never for the second step', async () => {
    const client = await rigWith('maria');
    const { qtoken } = await client.login('maria', { remme: 1, client_id: 'phone' });
    const again = { user: 'maria', qtoken: String(qtoken), client_id: 'phone' };
    expect(await client.call(loginPath, again)).toMatchObject({
      authPassed: '1',
      username: 'maria',
    });
    for (const query of [
      { ...again, client_id: 'other' },
      { ...again, user: 'admin' },
      { ...again, pwd: encoded('wrong') },
    ]) {
      expect(await client.call(loginPath, query)).toEqual(notPassed);
    }
  });

  it('asks for the second step of whoever has one', async () => {
    const client = await rigWith('maria');
    const maria = client.rig.enrol('maria', question);
    const code = codeAt(maria.secret, client.rig.nowMs);
    const { qtoken } = await client.login('maria', { remme: 1, security_code: code });
    const again = { user: 'maria', qtoken: String(qtoken) };
    expect(await client.call(loginPath, again)).toMatchObject({ authPassed: '0', need_2sv: '1' });
    await client.rig.pass(30);
    const next = codeAt(maria.secret, client.rig.nowMs);
    expect(await client.call(loginPath, { ...again, security_code: next })).toMatchObject({
      authPassed: '1',
    });
  });

  it('is forgotten with remme=0', async () => {
    const client = await rigWith('maria');
    const { qtoken } = await client.login('maria', { remme: 1 });
    const again = { user: 'maria', qtoken: String(qtoken) };
    expect(await client.call(loginPath, { ...again, remme: 0 })).toMatchObject({ authPassed: '1' });
    expect(await client.call(loginPath, again)).toEqual(notPassed);
  });

  it.each([
    ['0', 1],
    ['-7', 1],
    ['30', 30],
    ['x', 90],
  ])('with a duration of %s lasts %i days', async (duration, days) => {
    const client = await rigWith('maria');
    const { qtoken } = await client.login('maria', { remme: 1, duration });
    const again = { user: 'maria', qtoken: String(qtoken) };
    const { nowMs } = client.rig;
    client.rig.setClock(nowMs + days * 86_400_000 - 1000);
    expect(await client.call(loginPath, again)).toMatchObject({ authPassed: '1' });
    client.rig.setClock(nowMs + days * 86_400_000 + 1000);
    expect(await client.call(loginPath, again)).toEqual(notPassed);
  });
});

import { describe, expect, it } from 'vitest';
import { passwordOf } from '../two-step/two-step-rig.ts';
import { answerOf, encoded, loginPath, logoutPath, managementPath } from './qts/qts-client.ts';
import { WebRig } from './web-rig.ts';

const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const form = (body: string) => ({
  method: 'POST',
  path: loginPath,
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

/** Requests of every kind, and what they are answered. */
const requests = [
  ['a call', { path: loginPath }, 200],
  ['a call by POST without a body', { method: 'POST', path: loginPath }, 200],
  ['a call by POST with a form', form('user=a'), 200],
  [
    'a form in a named character set',
    {
      ...form('user=a'),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    },
    200,
  ],
  ['a path that leads nowhere', { path: '/nothing' }, 404],
  ['a path beside the page', { path: '/index.html' }, 404],
  ['a part of the page that there is not', { path: '/assets/nothing.js' }, 404],
  ['a call that there is not', { path: '/cgi-bin/sysinfoReq.cgi' }, 404],
  ['a call in other letters', { path: '/cgi-bin/AUTHLOGIN.CGI' }, 404],
  ['a call with a slash behind it', { path: `${loginPath}/` }, 404],
  ['a call with two slashes', { path: '/cgi-bin//authLogin.cgi' }, 404],
  ['a call with dots', { path: '/cgi-bin/../cgi-bin/authLogin.cgi' }, 404],
  ['a name that every object has', { path: '/cgi-bin/constructor' }, 404],
  ['PUT', { method: 'PUT', path: loginPath }, 405],
  ['DELETE', { method: 'DELETE', path: logoutPath }, 405],
  ['HEAD', { method: 'HEAD', path: loginPath }, 405],
  ['OPTIONS', { method: 'OPTIONS', path: managementPath }, 405],
  ['a method that nobody knows', { method: 'BREW', path: loginPath }, 501],
  ['a path that is no percent-encoding', { path: '/cgi-bin/%zz' }, 400],
  ['a query that is none', { path: `${loginPath}?user=%` }, 400],
  ['a body that is none', form('user=%E0%A4'), 400],
  ['a name twice', { path: `${loginPath}?user=a&user=b` }, 400],
  ['a name in query and body', { ...form('user=a'), path: `${loginPath}?user=a` }, 400],
  ['a body that is too large', form(`user=${'a'.repeat(65_536)}`), 413],
  ['JSON', { method: 'POST', path: loginPath, json: { user: 'a' } }, 415],
  ['a body of no kind', { method: 'POST', path: loginPath, body: 'user=a' }, 415],
] as const;

describe('an answer of the web server', () => {
  it.each(requests)('to %s is safe', async (_, request, status) => {
    const rig = await WebRig.start();
    const answer = await rig.ask(request);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(safeHeaders);
    expect(answer.headers).not.toHaveProperty('server');
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    if (status === 200) answerOf(answer);
    else expect(answer.body).toBe('');
    expect(rig.bugs).toEqual([]);
  });

  it('names the methods that a call takes', async () => {
    const rig = await WebRig.start();
    const { headers } = await rig.ask({ method: 'PUT', path: loginPath });
    expect(headers.allow).toBe('GET, POST');
  });

  it('has the date of the NAS, and none where the NAS does not know it', async () => {
    const rig = await WebRig.start();
    rig.setClock(Date.UTC(2027, 1, 3, 4, 5, 6));
    expect((await rig.ask({ path: '/' })).headers.date).toBe('Wed, 03 Feb 2027 04:05:06 GMT');
    const lost = await WebRig.start({ rtc: { battery: 'dead' } });
    expect((await lost.ask({ path: '/' })).headers).not.toHaveProperty('date');
    expect((await lost.ask({ path: '/%zz' })).headers).not.toHaveProperty('date');
  });
});

describe('an address', () => {
  it('may make 300 requests at once and 30 a second, and is then told when to come back', async () => {
    const rig = await WebRig.start();
    const path = '/nothing';
    for (let count = 0; count < 300; count += 1) {
      expect((await rig.ask({ path })).status).toBe(404);
    }
    const refused = await rig.ask({ path });
    expect(refused).toMatchObject({ status: 429, body: '' });
    expect(refused.headers).toMatchObject({ ...safeHeaders, 'retry-after': '1' });
    expect((await rig.ask({ path, from: '192.168.1.101' })).status).toBe(404);
    await rig.pass(1);
    for (let count = 0; count < 30; count += 1) {
      expect((await rig.ask({ path })).status).toBe(404);
    }
    expect((await rig.ask({ path })).status).toBe(429);
  });

  it('that the security level does not allow is refused everything, a good session too', async () => {
    const rig = await WebRig.start();
    rig.addUser('maria');
    const query = { user: 'maria', pwd: encoded(passwordOf('maria')) };
    const { authSid } = answerOf(await rig.ask({ path: loginPath, query }));
    const { settings } = rig.services;
    settings.set('accessList.denied', ['192.168.1.0/24']);
    settings.set('security.level', 'medium');
    const asking = { path: loginPath, query: { sid: String(authSid) } };
    for (const request of [asking, { path: loginPath, query }, { path: '/nothing' }]) {
      const answer = await rig.ask(request);
      expect(answer).toMatchObject({ status: 403, body: '' });
      expect(answer.headers).toMatchObject(safeHeaders);
    }
    const text = 'connection refused: the security level does not allow the address';
    expect(rig.logTexts().filter((line) => line === text)).toHaveLength(1);
    expect(answerOf(await rig.ask({ ...asking, from: '10.0.0.1' }))).toMatchObject({
      authPassed: '1',
    });
    settings.set('security.level', 'high');
    expect((await rig.ask({ ...asking, from: '10.0.0.1' })).status).toBe(403);
    settings.set('accessList.allowed', ['10.0.0.1']);
    expect((await rig.ask({ ...asking, from: '10.0.0.1' })).status).toBe(200);
    settings.restoreBasic();
    expect((await rig.ask(asking)).status).toBe(200);
  });
});

describe('a request', () => {
  it.each([
    ['ready', 200],
    ['resetting-basic', 200],
    ['resetting-advanced', 503],
    ['rebooting', 503],
    ['failed', 503],
  ] as const)('while the appliance is %s is answered %i', async (state, status) => {
    const rig = await WebRig.start();
    rig.state = state;
    const answer = await rig.ask({ path: loginPath });
    expect(answer.status).toBe(status);
    expect(answer.headers['retry-after']).toBe(status === 503 ? '10' : undefined);
  });

  it('that meets a failing flash is told to come back, and the console says what failed', async () => {
    const rig = await WebRig.start();
    const maria = rig.addEnrolled('maria');
    rig.board.flash.failWrites(1, 'io');
    const security_code = rig.wrongCode(maria);
    const query = { user: 'maria', pwd: encoded(passwordOf('maria')), security_code };
    const answer = await rig.ask({ path: loginPath, query });
    expect(answer).toMatchObject({ status: 503, body: '' });
    expect(answer.headers).toMatchObject({ ...safeHeaders, 'retry-after': '10' });
    expect(await rig.console()).toMatch(/Trouble: .*io/);
    expect(rig.bugs).toEqual([]);
  });

  it('that meets a bug learns nothing of it, and the appliance hears of it', async () => {
    const rig = await WebRig.start();
    const bug = new Error('secret of the house');
    Object.assign(rig.services, {
      sessions: {
        find: () => {
          throw bug;
        },
      },
    });
    const answer = await rig.ask({ path: loginPath, query: { sid: 'x' } });
    expect(answer).toMatchObject({ status: 500, body: '' });
    expect(answer.headers).toMatchObject(safeHeaders);
    expect(rig.bugs).toEqual([bug]);
  });
});

describe('the web server', () => {
  const isAt = async (rig: WebRig, port: number): Promise<boolean> =>
    rig.ask({ path: '/', port }).then(
      () => true,
      () => false,
    );

  it('follows the system port', async () => {
    const rig = await WebRig.start();
    rig.services.settings.set('network.systemPort', 9090);
    expect([await isAt(rig, 8080), await isAt(rig, 9090)]).toEqual([true, false]);
    rig.web.follow();
    expect([await isAt(rig, 8080), await isAt(rig, 9090)]).toEqual([false, true]);
    rig.services.settings.restoreBasic();
    rig.web.follow();
    expect([await isAt(rig, 8080), await isAt(rig, 9090)]).toEqual([true, false]);
    rig.web.follow();
    expect(await isAt(rig, 8080)).toBe(true);
  });

  it('stays where it is while the new port is taken, says so, and moves once it is free', async () => {
    const rig = await WebRig.start();
    const other = await rig.services.board.network.listen(9090, (_, response) => response.end());
    rig.services.settings.set('network.systemPort', 9090);
    rig.web.follow();
    expect(await isAt(rig, 8080)).toBe(true);
    expect(await rig.console()).toContain('Trouble: network: port 9090 listens already (busy)');
    await rig.pass(60);
    expect((await rig.console()).match(/Trouble/g)).toHaveLength(1);
    await other.close();
    await rig.pass(10);
    expect([await isAt(rig, 8080), await isAt(rig, 9090)]).toEqual([false, true]);
    expect(await rig.console()).toContain('The web server listens on port 9090 now.');
  });

  it('gives a taken port up where another one is wanted', async () => {
    const rig = await WebRig.start();
    const other = await rig.services.board.network.listen(9090, (_, response) => response.end());
    rig.services.settings.set('network.systemPort', 9090);
    rig.web.follow();
    await rig.pass(1);
    rig.services.settings.set('network.systemPort', 8080);
    rig.web.follow();
    await other.close();
    await rig.pass(60);
    expect([await isAt(rig, 8080), await isAt(rig, 9090)]).toEqual([true, false]);
  });

  it('listens no more once it is stopped, also where it waited for a port', async () => {
    const rig = await WebRig.start();
    const other = await rig.services.board.network.listen(9090, (_, response) => response.end());
    rig.services.settings.set('network.systemPort', 9090);
    rig.web.follow();
    await rig.pass(1);
    rig.web.stop();
    await other.close();
    await rig.pass(60);
    expect([await isAt(rig, 8080), await isAt(rig, 9090)]).toEqual([false, false]);
  });
});

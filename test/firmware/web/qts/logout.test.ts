import { describe, expect, it } from 'vitest';
import { WebRig } from '../web-rig.ts';
import { encoded, loginPath, logoutPath, QtsClient } from './qts-client.ts';

async function scene(): Promise<QtsClient> {
  const rig = await WebRig.start();
  rig.addUser('maria');
  rig.addUser('bob');
  return new QtsClient(rig);
}

describe('authLogout.cgi', () => {
  it('ends the session that it is given, and no other', async () => {
    const client = await scene();
    const [sid, other] = [await client.sidOf('maria'), await client.sidOf('maria')];
    expect(await client.call(logoutPath, { sid })).toEqual({ authPassed: '0' });
    expect(await client.isGood(sid)).toBe(false);
    expect(await client.isGood(other)).toBe(true);
  });

  it('answers the same where nobody was signed in', async () => {
    const client = await scene();
    expect(await client.call(logoutPath, { sid: 'none' })).toEqual({ authPassed: '0' });
    expect(await client.call(logoutPath, {})).toEqual({ authPassed: '0' });
  });

  it.each([
    [
      { logout: 1, del_user_session: 1 },
      { sessions: false, token: false },
    ],
    [
      { logout: 1, del_user_session: 2 },
      { sessions: false, token: true },
    ],
    [
      { logout: 1, del_user_session: 3 },
      { sessions: false, token: false },
    ],
    [
      { logout: 1, del_user_session: 4 },
      { sessions: true, token: true },
    ],
    [
      { logout: 1, del_user_session: 'constructor' },
      { sessions: true, token: true },
    ],
    [{ del_user_session: 1 }, { sessions: true, token: true }],
    [{ logout: 1 }, { sessions: true, token: true }],
  ])('with %o leaves of the user %o', async (query, left) => {
    const client = await scene();
    const bobs = await client.sidOf('bob');
    const other = await client.sidOf('maria');
    const { authSid, qtoken } = await client.login('maria', { remme: 1 });
    await client.call(logoutPath, { sid: String(authSid), ...query });
    expect(await client.isGood(String(authSid))).toBe(false);
    expect(await client.isGood(other)).toBe(left.sessions);
    const again = await client.call(loginPath, { user: 'maria', qtoken: String(qtoken) });
    expect(again.authPassed === '1').toBe(left.token);
    expect(await client.isGood(bobs)).toBe(true);
  });

  it('lets a limited session end itself only', async () => {
    const client = await scene();
    const login = { user: 'admin', pwd: encoded(client.rig.board.defaultPassword) };
    const { authSid: other } = await client.call(loginPath, login);
    const { authSid: sid } = await client.call(loginPath, login);
    await client.call(logoutPath, { sid: String(sid), logout: 1, del_user_session: 1 });
    expect(await client.isGood(String(sid))).toBe(false);
    expect(await client.isGood(String(other))).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { powerOn } from '#sim/testing';
import { apiOperations, type Operation } from './api-document.ts';
import { appliance, Browser, newUser, passwordOf } from './api-rig.ts';

const somewhere = (path: string): string => path.replace(/\{\w+\}/g, '1');

const wizard = [
  'POST /me/two-step/enrolment',
  'GET /me/two-step/enrolment',
  'DELETE /me/two-step/enrolment',
  'GET /me/two-step/enrolment/qr.png',
  'POST /me/two-step/enrolment/confirm',
  'PUT /me/two-step/enrolment/alternative',
  'POST /me/two-step/enrolment/email-confirmation',
  'POST /me/two-step/enrolment/finish',
];

const open = [
  'GET /openapi.json',
  'GET /info',
  'POST /login',
  'GET /login/{pending}',
  'POST /login/{pending}/verify',
  'POST /login/{pending}/email-code',
  'DELETE /login/{pending}',
];

const forUsers = [
  'GET /me',
  'PUT /me/password',
  'PUT /me/email',
  'GET /me/sessions',
  'DELETE /me/sessions/{id}',
  'GET /me/devices',
  'DELETE /me/devices/{id}',
  'GET /me/two-step',
  'POST /me/two-step/disable',
  'POST /me/two-step/recovery-codes',
  'GET /session',
  'DELETE /session',
  ...wizard,
];

/** Sessions, and all that they may call; it is said here once more, by somebody else. */
const sessions = {
  'nobody’s': { may: open, refusals: ['not-signed-in'] },
  'one with the default password': {
    may: [...open, 'GET /session', 'DELETE /session', 'PUT /me/password'],
    refusals: ['session-limited'],
  },
  'one of an administrator who must set 2-step verification up': {
    may: [...open, 'GET /session', 'DELETE /session', ...wizard],
    refusals: ['session-limited'],
  },
  'one of a user': { may: [...open, ...forUsers], refusals: ['not-administrator'] },
} as const;

type Kind = keyof typeof sessions;

const opened: Readonly<Record<Kind, () => Promise<Browser>>> = {
  'nobody’s': async () => new Browser(await powerOn()),
  'one with the default password': async () => {
    const browser = new Browser(await powerOn());
    await browser.logIn('admin', browser.bench.label.defaultPassword);
    return browser;
  },
  'one of an administrator who must set 2-step verification up': async () => {
    const { admin } = await appliance();
    await newUser(admin, 'chief', { groups: ['administrators'] });
    await admin.put('/two-step/enforcement', { users: ['chief'], groups: [] });
    const chief = new Browser(admin.bench);
    await chief.logIn('chief', passwordOf('chief'));
    return chief;
  },
  'one of a user': async () => {
    const { admin } = await appliance();
    return newUser(admin, 'mara');
  },
};

/** Makes each request; answers those that were let through. */
async function letThrough(
  browser: Browser,
  operations: readonly Operation[],
  refusals: readonly string[],
): Promise<readonly string[]> {
  const passed: string[] = [];
  for (const { method, path, requestBody } of operations) {
    const body = requestBody === undefined ? undefined : {};
    const answer = await browser.request(method, somewhere(path), body);
    if (!refusals.includes(answer.problem ?? '')) passed.push(`${method} ${path}`);
  }
  return passed;
}

describe('a session', async () => {
  // What ends the session comes last.
  const operations = (await apiOperations()).toSorted(
    (one, other) =>
      Number(one.path === '/session' && one.method === 'DELETE') -
      Number(other.path === '/session' && other.method === 'DELETE'),
  );

  it.each(Object.keys(sessions) as Kind[])(
    'such as %s may call this and nothing else',
    async (kind) => {
      const { may, refusals } = sessions[kind];
      const passed = await letThrough(await opened[kind](), operations, refusals);
      expect(passed.toSorted()).toEqual([...may].toSorted());
    },
  );

  it('of an administrator may call everything', async () => {
    const { admin } = await appliance();
    const refusals = ['not-signed-in', 'session-limited', 'not-administrator', 'csrf-token'];
    const passive = operations.filter(({ path }) => path !== '/reboot');
    const passed = await letThrough(admin, passive, refusals);
    expect(passed).toHaveLength(passive.length);
  });

  it('that must not be limited is not, once it has done what it was for', async () => {
    await using bench = await powerOn();
    const browser = new Browser(bench);
    await browser.logIn('admin', bench.label.defaultPassword);
    expect((await browser.get('/users')).problem).toBe('session-limited');
    await browser.put('/me/password', { newPassword: 'Correct-horse-1' });
    expect((await browser.get('/users')).status).toBe(200);
  });

  it('of somebody who is no administrator any more is none of one', async () => {
    const { admin } = await appliance();
    const chief = await newUser(admin, 'chief', { groups: ['administrators'] });
    expect((await chief.get('/users')).status).toBe(200);
    await admin.delete('/groups/administrators/members/chief');
    expect((await chief.get('/users')).problem).toBe('not-administrator');
    expect(admin.bench.log.at(-1)).toMatchObject({
      severity: 'warning',
      user: 'chief',
      text: 'refused: GET /users: not-administrator',
    });
  });

  it('ends when it was not used for half an hour, and after twelve hours', async () => {
    const { bench, admin } = await appliance();
    await bench.advance('29m');
    expect((await admin.get('/me')).status).toBe(200);
    await bench.advance('30m');
    expect((await admin.get('/me')).problem).toBe('not-signed-in');
  });
});

import { describe, expect, it } from 'vitest';
import { isIn, passwordOf, TwoStepRig } from '../two-step/two-step-rig.ts';

const wrong = { password: 'wrong' } as const;
const serial = { via: 'serial', address: 'serial' } as const;

function rigWith(...names: readonly string[]): TwoStepRig {
  const rig = new TwoStepRig();
  for (const name of names) rig.addUser(name);
  return rig;
}

describe('a sign-in', () => {
  it('says the same of a wrong password, a name that nobody has, a disabled user', () => {
    const rig = rigWith('maria', 'bob');
    rig.enrol('maria');
    rig.services.accounts.disableUser('bob');
    const refused = { kind: 'refused', reason: 'wrong-credentials' };
    expect(rig.begin('maria', wrong)).toEqual(refused);
    expect(rig.begin('nobody')).toEqual(refused);
    expect(rig.begin('bob')).toEqual(refused);
    expect(rig.begin('bob', wrong)).toEqual(refused);
  });

  it('with the password on the label may only change it, before all else', () => {
    const rig = new TwoStepRig();
    const { accounts, twoStep } = rig.services;
    twoStep.enforceUser(rig.idOf('admin'), true, { user: 'admin', address: 'serial' });
    const outcome = rig.begin('admin', { password: accounts.defaultPassword });
    if (outcome.kind !== 'signed-in') throw new Error(outcome.kind);
    const { id, token, limitedTo } = outcome.session;
    expect(limitedTo).toBe('change-password');
    accounts.setPassword('admin', 'chosen-password-1');
    rig.services.sessions.endAll(outcome.session.user.id, id);
    expect(rig.services.sessions.find(token)?.limitedTo).toBe('set-up-2sv');
    expect(rig.logTexts()[0]).toBe('logged in with the default password');
  });

  it('is not kept out by a log that cannot be written, and says so', () => {
    const rig = rigWith('maria');
    rig.board.flash.failWrites(100, 'io');
    const outcome = rig.begin('maria');
    expect(outcome).toMatchObject({ kind: 'signed-in', logProblem: expect.any(String) as string });
  });

  it('is kept out by a used step that cannot be written', () => {
    const rig = rigWith('maria');
    const maria = rig.enrol('maria');
    rig.board.flash.failWrites(1, 'io');
    expect(() => rig.signInByCode(maria)).toThrow('io');
    expect(rig.services.sessions.all()).toEqual([]);
    expect(isIn(rig.signInByCode(maria))).toBe(true);
  });
});

describe('IP access protection', () => {
  const fail = (rig: TwoStepRig, count: number, address = '10.0.0.1') =>
    Array.from({ length: count }, () => rig.begin('maria', { ...wrong, address }));

  it('blocks an address after five failures in a minute, for five minutes', async () => {
    const rig = rigWith('maria', 'bob');
    fail(rig, 4);
    expect(isIn(rig.begin('maria', { address: '10.0.0.1' }))).toBe(true);
    fail(rig, 1);
    const blocked = { kind: 'refused', reason: 'blocked-address', waitMs: 300_000 };
    expect(rig.begin('bob', { address: '10.0.0.1' })).toEqual(blocked);
    expect(isIn(rig.begin('maria', { address: '10.0.0.2' }))).toBe(true);
    await rig.pass(299.999);
    expect(rig.begin('maria', { address: '10.0.0.1' })).toMatchObject({ waitMs: 1 });
    await rig.pass(0.001);
    expect(isIn(rig.begin('maria', { address: '10.0.0.1' }))).toBe(true);
  });

  it('does not count what is longer ago than the period', async () => {
    const rig = rigWith('maria');
    fail(rig, 4);
    await rig.pass(60);
    fail(rig, 4);
    expect(isIn(rig.begin('maria', { address: '10.0.0.1' }))).toBe(true);
  });

  it('with a period of 0 counts regardless of time, until somebody gets in', async () => {
    const rig = rigWith('maria');
    rig.services.settings.set('protection.ip.periodMinutes', 0);
    fail(rig, 4);
    await rig.pass(86_400);
    expect(isIn(rig.begin('maria', { address: '10.0.0.1' }))).toBe(true);
    fail(rig, 4);
    await rig.pass(86_400);
    fail(rig, 1);
    expect(rig.begin('maria', { address: '10.0.0.1' })).toMatchObject({
      reason: 'blocked-address',
    });
  });

  it('counts a sign-in that ended at the second step once', () => {
    const rig = rigWith('maria');
    const maria = rig.enrol('maria');
    fail(rig, 4);
    const { pendingId } = rig.secondStep('maria', { address: '10.0.0.1' });
    const proof = { kind: 'code', code: rig.wrongCode(maria) } as const;
    for (let count = 0; count < 4; count += 1) rig.services.signIn.verify(pendingId, proof);
    expect(rig.begin('maria', { address: '10.0.0.1' }).kind).toBe('second-step');
    rig.services.signIn.verify(pendingId, proof);
    expect(rig.begin('maria', { address: '10.0.0.1' })).toMatchObject({
      reason: 'blocked-address',
    });
  });

  it('is not of the serial console: who is there can hold RESET as well', () => {
    const rig = rigWith('maria');
    for (let count = 0; count < 20; count += 1) rig.begin('maria', { ...wrong, ...serial });
    expect(isIn(rig.begin('maria', serial))).toBe(true);
  });

  it('can be switched off', () => {
    const rig = rigWith('maria');
    rig.services.settings.set('protection.ip.enabled', false);
    fail(rig, 50);
    expect(isIn(rig.begin('maria', { address: '10.0.0.1' }))).toBe(true);
  });

  it('writes an entry a minute of a blocked address, not one a try', async () => {
    const rig = rigWith('maria');
    fail(rig, 5);
    const before = rig.logTexts().length;
    fail(rig, 100);
    expect(rig.logTexts().length).toBe(before + 1);
    await rig.pass(60);
    fail(rig, 100);
    expect(rig.logTexts().length).toBe(before + 2);
  });
});

describe('account access protection', () => {
  const failFromEverywhere = (rig: TwoStepRig, name: string) => {
    for (let count = 0; count < 5; count += 1) {
      rig.begin(name, { ...wrong, address: `10.0.0.${count}` });
    }
  };

  it('is off until switched on', () => {
    const rig = rigWith('maria');
    failFromEverywhere(rig, 'maria');
    expect(isIn(rig.begin('maria'))).toBe(true);
  });

  it('blocks an account wherever the failures came from, and tells nobody', async () => {
    const rig = rigWith('maria');
    rig.services.settings.set('protection.account.enabled', true);
    failFromEverywhere(rig, 'maria');
    expect(rig.begin('maria')).toEqual({ kind: 'refused', reason: 'wrong-credentials' });
    expect(rig.begin('maria', serial)).toMatchObject({ kind: 'refused' });
    expect(rig.logTexts()[0]).toBe('login refused: the account is blocked after failed logins');
    await rig.pass(300);
    expect(isIn(rig.begin('maria'))).toBe(true);
  });

  it('never blocks an administrator', () => {
    const rig = rigWith();
    rig.addUser('boss', ['administrators']);
    rig.services.settings.set('protection.account.enabled', true);
    failFromEverywhere(rig, 'boss');
    expect(isIn(rig.begin('boss'))).toBe(true);
  });
});

describe('the allow and deny lists', () => {
  it.each([
    { level: 'low', address: '203.0.113.9', isLetIn: true },
    { level: 'medium', address: '203.0.113.9', isLetIn: false },
    { level: 'medium', address: '203.0.113.10', isLetIn: true },
    { level: 'medium', address: '::ffff:203.0.113.9', isLetIn: false },
    { level: 'high', address: '192.168.1.255', isLetIn: true },
    { level: 'high', address: '::ffff:192.168.1.7', isLetIn: true },
    { level: 'high', address: '192.168.2.0', isLetIn: false },
    { level: 'high', address: '203.0.113.10', isLetIn: false },
    { level: 'high', address: 'fe80::1', isLetIn: false },
    { level: 'high', address: 'serial', isLetIn: false },
  ] as const)('at level $level let $address in: $isLetIn', ({ level, address, isLetIn }) => {
    const rig = rigWith('maria');
    const { settings } = rig.services;
    settings.set('accessList.denied', ['203.0.113.9']);
    settings.set('accessList.allowed', ['192.168.1.0/24']);
    settings.set('security.level', level);
    expect(isIn(rig.begin('maria', { address }))).toBe(isLetIn);
    expect(isIn(rig.begin('maria', serial))).toBe(true);
    if (!isLetIn) {
      expect(rig.begin('maria', { ...wrong, address })).toEqual({
        kind: 'refused',
        reason: 'blocked-address',
      });
    }
  });

  it.each(['192.168.1', '192.168.1.0/33', '192.168.1.0/', '/24', '1.2.3.4/-1', 'fe80::/10', ''])(
    'do not take «%s»',
    (range) => {
      const { settings } = rigWith().services;
      expect(settings.set('accessList.denied', [range]).ok).toBe(false);
    },
  );
});

describe('a password', () => {
  it('is never kept by what is pending', () => {
    const rig = rigWith('maria');
    rig.enrol('maria');
    const step = rig.secondStep('maria');
    expect(JSON.stringify(step)).not.toContain(passwordOf('maria'));
    expect(step.pendingId).toMatch(/^[\w-]{22}$/);
  });
});

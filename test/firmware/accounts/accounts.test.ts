import { describe, expect, it } from 'vitest';
import { defaultAdminName } from '#firmware/accounts/accounts';
import { newServices, ServicesRig, tablesOf } from '../services-rig.ts';

const password = 'longer-than-8';

describe('a new appliance', () => {
  it('has the user admin, an administrator with the password on the label', () => {
    const rig = new ServicesRig();
    const { accounts } = rig.bootWell();
    expect(accounts.users()).toEqual([
      {
        id: 1,
        name: defaultAdminName,
        isAdministrator: true,
        disabledFromMs: undefined,
        usesDefaultPassword: true,
        sessionEpoch: 0,
      },
    ]);
    expect(accounts.defaultPassword).toBe(rig.board.defaultPassword);
  });
});

describe('creating a user', () => {
  it('makes one that can be found without regard to case, in the groups named', () => {
    const { accounts } = newServices();
    accounts.createGroup('Staff');
    const groups = ['staff', 'STAFF', 'everyone'];
    expect(accounts.createUser({ name: 'Ada', password, groups })).toEqual({ ok: true });
    expect(accounts.user('aDA')).toMatchObject({
      name: 'Ada',
      isAdministrator: false,
      usesDefaultPassword: false,
    });
    expect(accounts.group('staff')?.members).toEqual(['Ada']);
  });

  it('makes an administrator where it is put into that group', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'Ada', password, groups: ['Administrators'] });
    expect(accounts.user('ada')?.isAdministrator).toBe(true);
  });

  it.each([
    ['a bad name', { name: 'a/b' }, 'name-invalid'],
    ['the name of another, in another case', { name: 'ADMIN' }, 'name-taken'],
    ['a group that does not exist', { groups: ['everyone', 'nobody'] }, 'no-such-group'],
    ['a password that the policy forbids', { password: 'short1' }, 'password-too-short'],
  ])('is refused with %s, and nothing is changed', (_, wrong, reason) => {
    const { accounts, store } = newServices();
    const before = tablesOf(store);
    const outcome = accounts.createUser({ name: 'ada', password, ...wrong });
    expect(outcome).toMatchObject({ ok: false, reason });
    expect(outcome.ok ? '' : outcome.text).toMatch(/^[A-Z«].*\.$/);
    expect(tablesOf(store)).toEqual(before);
  });

  it('follows the password policy of the settings', () => {
    const { accounts, settings } = newServices();
    settings.set('password.lengthMin', 4);
    settings.set('password.needsDigit', false);
    expect(accounts.createUser({ name: 'ada', password: 'abcd' }).ok).toBe(true);
    settings.set('password.forbidsUserName', true);
    expect(accounts.createUser({ name: 'Anna-B', password: 'b-anna' })).toMatchObject({
      reason: 'password-is-user-name',
    });
  });

  it('never gives an id twice: what was made out to a removed user fits nobody', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'ada', password });
    const id = accounts.user('ada')?.id;
    accounts.removeUser('ada');
    accounts.createUser({ name: 'ada', password });
    expect(accounts.user('ada')?.id).not.toBe(id);
  });
});

describe('removing a user', () => {
  it('takes its memberships and rights along', () => {
    const { accounts, shares, store } = newServices();
    const before = tablesOf(store);
    accounts.createUser({ name: 'ada', password, groups: ['administrators'] });
    shares.grant({ share: 'Public', to: { user: 'ada' }, access: 'read' });
    expect(accounts.removeUser('ADA')).toEqual({ ok: true });
    expect(tablesOf(store)).toEqual(before);
  });

  it('is refused for admin and for nobody', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'ada', password, groups: ['administrators'] });
    expect(accounts.removeUser('Admin')).toMatchObject({ reason: 'built-in' });
    expect(accounts.removeUser('eve')).toMatchObject({ reason: 'no-such-user' });
  });
});

describe('a new password', () => {
  it('replaces the one on the label, and ends the sessions made before', () => {
    const { accounts } = newServices();
    const { defaultPassword } = accounts;
    expect(accounts.setPassword('ADMIN', password)).toEqual({ ok: true });
    expect(accounts.user('admin')).toMatchObject({ usesDefaultPassword: false, sessionEpoch: 1 });
    expect(accounts.authenticate('admin', password)).toMatchObject({
      ok: true,
      mustChangePassword: false,
    });
    expect(accounts.authenticate('admin', defaultPassword).ok).toBe(false);
  });

  it('cannot be the one on the label, for any user', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'ada', password });
    for (const name of ['admin', 'ada']) {
      const outcome = accounts.setPassword(name, accounts.defaultPassword.toLowerCase());
      expect(outcome).toMatchObject({ reason: 'password-is-default' });
    }
  });

  it('is needed for a user that exists', () => {
    const { accounts } = newServices();
    expect(accounts.setPassword('eve', password)).toMatchObject({ reason: 'no-such-user' });
  });
});

describe('disabling a user', () => {
  it('ends its sessions and keeps it out until it is enabled', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'ada', password });
    expect(accounts.disableUser('ada')).toEqual({ ok: true });
    expect(accounts.user('ada')).toMatchObject({ disabledFromMs: 0, sessionEpoch: 1 });
    expect(accounts.authenticate('ada', password)).toMatchObject({ ok: false, reason: 'disabled' });
    expect(accounts.enableUser('ada')).toEqual({ ok: true });
    expect(accounts.authenticate('ada', password).ok).toBe(true);
  });

  it('from a date on lets it in until that very millisecond', () => {
    const { accounts, wallClock } = newServices();
    const fromMs = Date.UTC(2027, 0, 1);
    accounts.createUser({ name: 'ada', password });
    expect(accounts.disableUser('ada', fromMs)).toEqual({ ok: true });
    wallClock.setManually(fromMs - 1);
    expect(accounts.authenticate('ada', password).ok).toBe(true);
    wallClock.setManually(fromMs);
    expect(accounts.authenticate('ada', password)).toMatchObject({ reason: 'disabled' });
  });

  it('by hand holds whatever the clock does', () => {
    const { accounts, wallClock } = newServices();
    accounts.createUser({ name: 'ada', password });
    accounts.disableUser('ada');
    wallClock.setManually(Date.UTC(2001, 0, 1));
    expect(accounts.authenticate('ada', password).ok).toBe(false);
  });
});

describe('the accounts', () => {
  it('are part of the transaction of the caller', () => {
    const { accounts, store } = newServices();
    expect(() =>
      store.transaction(() => {
        accounts.createUser({ name: 'ada', password });
        throw new Error('the caller changed its mind');
      }),
    ).toThrow('changed its mind');
    expect(accounts.user('ada')).toBeUndefined();
  });

  it('are there after a power cut', () => {
    const rig = new ServicesRig({ flash: { unsynced: 'lose' } });
    rig.bootWell().accounts.createUser({ name: 'ada', password });
    const { accounts } = rig.bootWell();
    expect(accounts.authenticate('ada', password).ok).toBe(true);
  });
});

describe('the e-mail address of a user', () => {
  it('is none at first, is set without blanks around it, and taken away', () => {
    const { accounts } = newServices();
    expect(accounts.user('admin')?.email).toBeUndefined();
    expect(accounts.setEmail('ADMIN', ' carol@example.org ')).toEqual({ ok: true });
    expect(accounts.user('admin')?.email).toBe('carol@example.org');
    expect(accounts.setEmail('admin', undefined)).toEqual({ ok: true });
    expect(accounts.user('admin')?.email).toBeUndefined();
  });

  it('ends no session', () => {
    const { accounts } = newServices();
    const before = accounts.user('admin')?.sessionEpoch;
    accounts.setEmail('admin', 'carol@example.org');
    expect(accounts.user('admin')?.sessionEpoch).toBe(before);
  });

  it.each([
    ['admin', 'carol', 'email-invalid'],
    ['admin', '', 'email-invalid'],
    ['admin', `${'x'.repeat(251)}@a.b`, 'email-invalid'],
    ['admin', 'carol@example.org\r\nBcc: eve@example.org', 'email-invalid'],
    ['nobody', 'carol@example.org', 'no-such-user'],
  ])('of %s is not set to %j: %s', (name, address, reason) => {
    const { accounts } = newServices();
    expect(accounts.setEmail(name, address)).toMatchObject({ ok: false, reason });
    expect(accounts.user('admin')?.email).toBeUndefined();
  });

  it('goes with the user', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'ada', password });
    accounts.setEmail('ada', 'ada@example.org');
    accounts.removeUser('ada');
    accounts.createUser({ name: 'ada', password });
    expect(accounts.user('ada')?.email).toBeUndefined();
  });
});

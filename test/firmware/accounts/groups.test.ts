import { describe, expect, it } from 'vitest';
import { newServices, tablesOf } from '../services-rig.ts';

const password = 'longer-than-8';

describe('the groups', () => {
  it('of a new appliance are administrators and everyone', () => {
    const { accounts } = newServices();
    expect(accounts.groups()).toEqual([
      { id: 1, name: 'administrators', isBuiltIn: true, members: ['admin'] },
      { id: 2, name: 'everyone', isBuiltIn: true, members: ['admin'] },
    ]);
  });

  it('of the owner come and go, with the rights they had', () => {
    const { accounts, shares, store } = newServices();
    const before = tablesOf(store);
    expect(accounts.createGroup('Staff')).toEqual({ ok: true });
    accounts.addMember({ group: 'staff', user: 'admin' });
    shares.grant({ share: 'Public', to: { group: 'staff' }, access: 'none' });
    expect(accounts.removeGroup('STAFF')).toEqual({ ok: true });
    expect(tablesOf(store)).toEqual(before);
  });

  it.each([
    ['a bad name', 'a:b', 'name-invalid'],
    ['the name of another, in another case', 'Everyone', 'name-taken'],
  ])('do not take %s', (_, name, reason) => {
    expect(newServices().accounts.createGroup(name)).toMatchObject({ ok: false, reason });
  });

  it('that are built in cannot be removed, those that do not exist neither', () => {
    const { accounts } = newServices();
    expect(accounts.removeGroup('Administrators')).toMatchObject({ reason: 'built-in' });
    expect(accounts.removeGroup('everyone')).toMatchObject({ reason: 'built-in' });
    expect(accounts.removeGroup('staff')).toMatchObject({ reason: 'no-such-group' });
  });

  it('take and lose members, without regard to case, twice without harm', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'Ada', password });
    accounts.createGroup('Staff');
    const member = { group: 'STAFF', user: 'ADA' };
    for (const members of [['Ada'], ['Ada']]) {
      expect(accounts.addMember(member)).toEqual({ ok: true });
      expect(accounts.group('staff')?.members).toEqual(members);
    }
    for (let times = 0; times < 2; times += 1) {
      expect(accounts.removeMember(member)).toEqual({ ok: true });
      expect(accounts.group('staff')?.members).toEqual([]);
    }
  });

  it('everyone holds everyone, and nobody can leave it', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'Ada', password });
    expect(accounts.group('everyone')?.members).toEqual(['Ada', 'admin']);
    expect(accounts.addMember({ group: 'everyone', user: 'ada' })).toEqual({ ok: true });
    expect(accounts.removeMember({ group: 'everyone', user: 'ada' })).toMatchObject({
      reason: 'built-in',
    });
  });

  it('do not take or lose whom or what does not exist', () => {
    const { accounts } = newServices();
    for (const change of ['addMember', 'removeMember'] as const) {
      const inNone = accounts[change]({ group: 'staff', user: 'admin' });
      expect(inNone).toMatchObject({ reason: 'no-such-group' });
      const nobody = accounts[change]({ group: 'everyone', user: 'eve' });
      expect(nobody).toMatchObject({ reason: 'no-such-user' });
    }
  });

  it('administrators never loses admin', () => {
    const { accounts } = newServices();
    accounts.createUser({ name: 'ada', password, groups: ['administrators'] });
    expect(accounts.removeMember({ group: 'administrators', user: 'admin' })).toMatchObject({
      reason: 'built-in',
    });
  });
});

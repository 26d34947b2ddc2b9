import { describe, expect, it } from 'vitest';
import type { User } from '#firmware/accounts/accounts';
import { createShares } from '#firmware/accounts/shares';
import type { Services } from '#firmware/services';
import { newServices, ServicesRig, tablesOf } from '../services-rig.ts';

const password = 'longer-than-8';
const bytes = new TextEncoder().encode('what an owner keeps');

function userOf(services: Services, name: string): User {
  const user = services.accounts.user(name);
  if (user === undefined) throw new Error(`no user ${name}`);
  return user;
}

/** A share of admin's with a file in it, and ada, who has no right to it. */
function photos() {
  const services = newServices();
  const { accounts, shares } = services;
  accounts.createUser({ name: 'ada', password });
  shares.create('Photos');
  const [admin, ada] = [userOf(services, 'admin'), userOf(services, 'ada')];
  const at = { share: 'photos', path: '2026/cat.jpg' };
  expect(shares.writeFile(admin, at, bytes)).toEqual({ ok: true });
  return { ...services, admin, ada, at };
}

describe('the shared folders', () => {
  it('of a new appliance are Public, where everyone may write', () => {
    const services = newServices();
    const { accounts, shares } = services;
    accounts.createUser({ name: 'ada', password });
    expect(shares.list()).toEqual([{ id: 1, name: 'Public', directory: 'Public' }]);
    expect(shares.rights('public')).toEqual([
      { holder: 'group', name: 'administrators', access: 'write' },
      { holder: 'group', name: 'everyone', access: 'write' },
    ]);
    const ada = userOf(services, 'ada');
    expect(shares.accessOf(ada, 'PUBLIC')).toBe('write');
    expect(shares.listFiles(ada, { share: 'Public', path: '' })).toEqual({ ok: true, value: [] });
    expect(shares.writeFile(ada, { share: 'Public', path: 'hello' }, bytes)).toEqual({ ok: true });
  });

  it('of the owner are for administrators until rights are given', () => {
    const { shares, admin, ada } = photos();
    expect(shares.list().map(({ name }) => name)).toEqual(['Photos', 'Public']);
    expect(shares.accessOf(admin, 'Photos')).toBe('write');
    expect(shares.accessOf(ada, 'Photos')).toBe('none');
  });

  it.each([
    ['a bad name', 'a*b', 'name-invalid'],
    ['a step on a path', '..', 'name-invalid'],
    ['the name of another, in another case', 'PUBLIC', 'name-taken'],
  ])('do not take %s', (_, name, reason) => {
    expect(newServices().shares.create(name)).toMatchObject({ ok: false, reason });
  });

  it('cannot be where a file is', () => {
    const { board, shares } = newServices();
    board.dataVolume.writeFile('Notes', bytes);
    expect(shares.create('notes')).toMatchObject({ ok: false, reason: 'name-taken' });
  });

  it('keep their data when they are removed, and show it when they are made again', () => {
    const { shares, store, admin, at } = photos();
    expect(shares.remove('PHOTOS')).toEqual({ ok: true });
    expect(store.rows('SELECT * FROM share_rights WHERE share_id <> 1')).toEqual([]);
    expect(shares.readFile(admin, at)).toMatchObject({ ok: false, reason: 'no-such-share' });
    expect(shares.create('pHotos')).toEqual({ ok: true });
    expect(shares.share('Photos')).toMatchObject({ name: 'pHotos', directory: 'Photos' });
    expect(shares.readFile(admin, at)).toEqual({ ok: true, value: bytes });
  });

  it('that do not exist are refused by every request', () => {
    const { shares, admin } = photos();
    const nowhere = { share: 'nowhere', path: 'x' };
    const refusal = { ok: false, reason: 'no-such-share' };
    expect(shares.remove('nowhere')).toMatchObject(refusal);
    expect(shares.rights('nowhere')).toBeUndefined();
    expect(shares.accessOf(admin, 'nowhere')).toBe('none');
    const to = { user: 'admin' };
    expect(shares.grant({ share: 'nowhere', to, access: 'read' })).toMatchObject(refusal);
    expect(shares.listFiles(admin, nowhere)).toMatchObject(refusal);
    expect(shares.writeFile(admin, nowhere, bytes)).toMatchObject(refusal);
    expect(shares.removeFile(admin, nowhere)).toMatchObject(refusal);
  });
});

describe('a right', () => {
  it('is given to users and groups, replaced, and taken away', () => {
    const { shares, ada } = photos();
    const give = (
      to: { user: string } | { group: string },
      access: 'none' | 'read' | 'write' | 'unset',
    ) => expect(shares.grant({ share: 'Photos', to, access })).toEqual({ ok: true });
    give({ user: 'ADA' }, 'read');
    expect(shares.accessOf(ada, 'Photos')).toBe('read');
    give({ user: 'ada' }, 'write');
    give({ group: 'everyone' }, 'none');
    expect(shares.accessOf(ada, 'Photos')).toBe('write');
    expect(shares.rights('Photos')).toEqual([
      { holder: 'user', name: 'ada', access: 'write' },
      { holder: 'group', name: 'administrators', access: 'write' },
      { holder: 'group', name: 'everyone', access: 'none' },
    ]);
    give({ user: 'ada' }, 'unset');
    expect(shares.accessOf(ada, 'Photos')).toBe('none');
    give({ group: 'everyone' }, 'unset');
    give({ group: 'everyone' }, 'unset');
    expect(shares.rights('Photos')).toHaveLength(1);
  });

  it('reaches a user through the groups it is in, as long as it is in them', () => {
    const { accounts, shares, ada } = photos();
    accounts.createGroup('staff');
    shares.grant({ share: 'Photos', to: { group: 'staff' }, access: 'read' });
    expect(shares.accessOf(ada, 'Photos')).toBe('none');
    accounts.addMember({ group: 'staff', user: 'ada' });
    expect(shares.accessOf(ada, 'Photos')).toBe('read');
    accounts.removeMember({ group: 'staff', user: 'ada' });
    expect(shares.accessOf(ada, 'Photos')).toBe('none');
  });

  it('is for those who exist', () => {
    const { shares } = photos();
    const give = (to: { user: string } | { group: string }) =>
      shares.grant({ share: 'Photos', to, access: 'read' });
    expect(give({ user: 'eve' })).toMatchObject({ reason: 'no-such-user' });
    expect(give({ group: 'eve' })).toMatchObject({ reason: 'no-such-group' });
  });
});

describe('a file in a shared folder', () => {
  it('is listed, read, written and removed by those who may', () => {
    const { shares, admin, at } = photos();
    const listed = shares.listFiles(admin, { share: 'Photos', path: '2026' });
    const entry = { name: 'cat.jpg', kind: 'file', size: bytes.length };
    expect(listed).toEqual({ ok: true, value: [entry] });
    expect(shares.readFile(admin, at)).toEqual({ ok: true, value: bytes });
    expect(shares.removeFile(admin, at)).toEqual({ ok: true });
    expect(shares.readFile(admin, at)).toMatchObject({ ok: false, reason: 'no-such-file' });
    expect(shares.removeFile(admin, at)).toMatchObject({ ok: false, reason: 'no-such-file' });
  });

  it('is out of reach without a right, and cannot be changed with one to read', () => {
    const { shares, ada, at } = photos();
    const denied = { ok: false, reason: 'access-denied' };
    expect(shares.readFile(ada, at)).toMatchObject(denied);
    expect(shares.listFiles(ada, { share: 'Photos', path: '' })).toMatchObject(denied);
    shares.grant({ share: 'Photos', to: { user: 'ada' }, access: 'read' });
    expect(shares.readFile(ada, at)).toMatchObject({ ok: true });
    expect(shares.writeFile(ada, at, bytes)).toMatchObject(denied);
    expect(shares.removeFile(ada, at)).toMatchObject(denied);
  });

  it.each(['../Public/hello', 'a/../../Public/hello', '/etc/passwd', 'a//b', './a', 'a/', '..'])(
    'cannot be at %s',
    (path) => {
      const { board, shares, admin } = photos();
      board.dataVolume.makeDirectory('Public');
      board.dataVolume.writeFile('Public/hello', bytes);
      const at = { share: 'Photos', path };
      const refusal = { ok: false, reason: 'path-invalid' };
      expect(shares.readFile(admin, at)).toMatchObject(refusal);
      expect(shares.writeFile(admin, at, bytes)).toMatchObject(refusal);
      expect(shares.removeFile(admin, at)).toMatchObject(refusal);
      expect(shares.listFiles(admin, at)).toMatchObject(refusal);
    },
  );

  it('stays inside even on a volume that would follow any path', () => {
    const { board, store, accounts } = newServices();
    const lax = { ...board.dataVolume, readFile: () => bytes };
    const admin = accounts.user('admin');
    const at = { share: 'Public', path: 'a/../../Private/diary' };
    expect(admin && createShares(store, lax).readFile(admin, at)).toMatchObject({
      ok: false,
      reason: 'path-invalid',
    });
  });

  it.each([
    ['a part that is too long', 'x'.repeat(256)],
    ['a NUL', 'a\0b'],
    ['the name of a directory', '2026'],
    ['nothing', ''],
  ])('cannot be called %s', (_, path) => {
    const { shares, admin } = photos();
    expect(shares.writeFile(admin, { share: 'Photos', path }, bytes)).toMatchObject({
      ok: false,
      reason: 'path-invalid',
    });
  });

  it('does not replace a directory, nor lie under a file', () => {
    const { shares, admin } = photos();
    const under = { share: 'Photos', path: '2026/cat.jpg/whiskers' };
    expect(shares.writeFile(admin, under, bytes).ok).toBe(false);
    expect(shares.readFile(admin, under).ok).toBe(false);
    expect(shares.listFiles(admin, under).ok).toBe(false);
  });
});

describe('the shared folders and a power cut', () => {
  it('are as they were, with their data', () => {
    const rig = new ServicesRig({ flash: { unsynced: 'lose' } });
    const first = rig.bootWell();
    first.shares.create('Photos');
    first.shares.writeFile(userOf(first, 'admin'), { share: 'Photos', path: 'cat' }, bytes);
    const before = tablesOf(first.store);
    const { store, shares } = rig.bootWell();
    expect(tablesOf(store)).toEqual(before);
    expect(
      shares.readFile(userOf(rig.services, 'admin'), { share: 'Photos', path: 'cat' }),
    ).toEqual({
      ok: true,
      value: bytes,
    });
  });
});

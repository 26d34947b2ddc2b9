import { describe, expect, it } from 'vitest';
import { definitions, settingKeys } from '#firmware/settings/settings';
import { advancedReset, basicReset } from '#firmware/reset/factory';
import type { LogEntry } from '#firmware/log/event-log';
import { configurationOf, newServices, ServicesRig, tablesOf } from '../services-rig.ts';
import { live, ownPassword, resets } from './factory-rig.ts';

function livedInServices() {
  const services = newServices();
  live(services);
  return services;
}

describe('the basic reset', () => {
  it('gives admin the default password, which must then be changed, and ends its sessions', () => {
    const { accounts, ...services } = livedInServices();
    const { sessionEpoch } = accounts.user('admin') ?? {};
    resets.basic({ accounts, ...services });
    expect(accounts.authenticate('admin', ownPassword).ok).toBe(false);
    expect(accounts.authenticate('admin', accounts.defaultPassword)).toMatchObject({
      ok: true,
      mustChangePassword: true,
      user: { isAdministrator: true, sessionEpoch: (sessionEpoch ?? 0) + 1 },
    });
  });

  it('enables admin', () => {
    const services = livedInServices();
    services.accounts.disableUser('admin');
    resets.basic(services);
    const { accounts } = services;
    expect(accounts.authenticate('admin', accounts.defaultPassword).ok).toBe(true);
  });

  it('restores the network, the security level and the LCD password, and no other setting', () => {
    const services = livedInServices();
    const before = services.settings.all();
    resets.basic(services);
    for (const key of settingKeys) {
      const { restoredByBasicReset, default: value } = definitions[key];
      expect(services.settings.get(key)).toEqual(restoredByBasicReset ? value : before[key]);
    }
    expect(services.settings.get('network.hostName')).toBe('attic');
  });

  it('leaves the other users, the groups, the shared folders and their rights as they are', () => {
    const services = livedInServices();
    const before = tablesOf(services.store);
    resets.basic(services);
    const after = tablesOf(services.store);
    for (const table of ['user_groups', 'group_members', 'shares', 'share_rights']) {
      expect(after[table]).toEqual(before[table]);
    }
    expect(after['users']?.slice(1)).toEqual(before['users']?.slice(1));
    expect(services.accounts.authenticate('ada', 'ada-password-1').ok).toBe(true);
  });

  it('leaves mail accounts, mails that wait and the address of admin as they are', () => {
    const services = livedInServices();
    const { mailAccounts, outbox } = services;
    const before = { list: mailAccounts.list(), waiting: outbox.waiting() };
    resets.basic(services);
    expect(mailAccounts.list()).toEqual(before.list);
    expect(outbox.waiting().slice(0, before.waiting.length)).toEqual(before.waiting);
    expect(before).toMatchObject({ list: [{ name: 'Office' }] });
    expect(before.waiting[0]).toMatchObject({ subject: 'Hello' });
    expect(services.accounts.user('admin')?.email).toBe('carol@example.org');
  });

  it('frees admin of 2-step verification, and leaves the other users theirs', () => {
    const { twoStep, ...services } = livedInServices();
    const [admin, ada] = ['admin', 'ada'].map((name) => services.accounts.user(name)?.id ?? 0);
    if (admin === undefined || ada === undefined) throw new Error('nobody is there');
    const before = tablesOf(services.store)['two_step'];
    expect([admin, ada].map((id) => twoStep.status(id))).toEqual(['enabled', 'enabled']);
    expect(twoStep.details(admin)).toMatchObject({ wrongCodes: 1, devices: 1 });
    expect(services.sessions.of(admin)).toHaveLength(1);
    resets.basic({ twoStep, ...services });
    // It is enforced on admin: what is enforced stays so.
    expect([admin, ada].map((id) => twoStep.status(id))).toEqual(['incomplete', 'enabled']);
    expect(twoStep.details(admin)).toMatchObject({ wrongCodes: 0, devices: 0 });
    expect(services.sessions.of(admin)).toEqual([]);
    expect(services.sessions.of(ada)).toHaveLength(1);
    expect(twoStep.devices(ada)).toHaveLength(1);
    expect(tablesOf(services.store)['two_step']).toEqual(before?.slice(1));
  });

  it('of a new appliance changes nothing but the count of what ended sessions', () => {
    const { store, ...services } = newServices();
    const before = configurationOf(store);
    resets.basic({ store, ...services });
    expect(configurationOf(store)).toEqual(before);
  });
});

describe('the advanced reset', () => {
  it('leaves the configuration of a new appliance', () => {
    const services = livedInServices();
    resets.advanced(services);
    expect(configurationOf(services.store)).toEqual(configurationOf(newServices().store));
    const { accounts } = services;
    expect(accounts.authenticate('admin', accounts.defaultPassword)).toMatchObject({
      ok: true,
      mustChangePassword: true,
    });
    expect(accounts.authenticate('ada', 'ada-password-1').ok).toBe(false);
  });

  it('takes 2-step verification from everybody, and new secrets get a new salt', () => {
    const { store, ...services } = livedInServices();
    const saltOf = (): unknown => tablesOf(store)['secret_salt'];
    const before = saltOf();
    expect(before).toHaveLength(1);
    resets.advanced({ store, ...services });
    expect(saltOf()).toEqual([]);
    expect(services.twoStep.enforcement()).toEqual({ users: [], groups: [] });
    expect(services.twoStep.list()).toMatchObject([{ userName: 'admin', status: 'disabled' }]);
    live({ store, ...services });
    expect(saltOf()).toHaveLength(1);
    expect(saltOf()).not.toEqual(before);
  });

  it('drops mail accounts, mails that wait and the address of admin', () => {
    const services = livedInServices();
    resets.advanced(services);
    expect(services.mailAccounts.list()).toEqual([]);
    expect(services.outbox.waiting()).toEqual([]);
    expect(services.outbox.isConfigured).toBe(false);
    expect(services.accounts.user('admin')?.email).toBeUndefined();
  });

  it('ends the sessions of admin, and no new user can take over those of an old one', () => {
    const { accounts, ...services } = livedInServices();
    const oldIds = accounts.users().map(({ id }) => id);
    const before = accounts.user('admin')?.sessionEpoch ?? 0;
    resets.advanced({ accounts, ...services });
    expect(accounts.user('admin')?.sessionEpoch).toBeGreaterThan(before);
    accounts.createUser({ name: 'ada', password: 'ada-password-1' });
    expect(oldIds).not.toContain(accounts.user('ada')?.id);
  });

  it('touches no data, which shows again in a folder made under its old name', () => {
    const services = livedInServices();
    const { accounts, shares } = services;
    const admin = accounts.user('admin');
    if (admin === undefined) throw new Error('no admin');
    const at = { share: 'Photos', path: 'cat' };
    shares.writeFile(admin, at, Uint8Array.of(1, 2, 3));
    resets.advanced(services);
    expect(shares.readFile(admin, at)).toMatchObject({ reason: 'no-such-share' });
    shares.create('photos');
    expect(shares.readFile(admin, at)).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3) });
  });

  it('gives rights of old groups and users to nobody new', () => {
    const services = livedInServices();
    resets.advanced(services);
    const { accounts, shares } = services;
    accounts.createUser({ name: 'eve', password: 'eves-password-1' });
    accounts.createGroup('staff');
    accounts.addMember({ group: 'staff', user: 'eve' });
    shares.create('Photos');
    const eve = accounts.user('eve');
    expect(eve && shares.accessOf(eve, 'Photos')).toBe('none');
  });
});

describe.each(['basic', 'advanced'] as const)('the %s reset', (kind) => {
  it('keeps the event log, writes itself into it, and is heard once it is durable', () => {
    const services = livedInServices();
    const { log } = services;
    const before = log.page({ limit: 1_000 });
    const heard: LogEntry[] = [];
    log.onEntry((entry) => heard.push(entry));
    resets[kind](services);
    const [entry, ...others] = log.page({ limit: 1_000 });
    expect(entry).toMatchObject({ severity: 'warning', category: 'reset' });
    expect(entry?.text).toMatch(new RegExp(`^${kind} reset by the RESET button`));
    expect(others).toEqual(before);
    expect(heard).toEqual([entry]);
  });

  it('says who asked for it on the console', () => {
    const services = livedInServices();
    const reset = kind === 'basic' ? basicReset : advancedReset;
    reset(services, { via: 'console', user: 'ada' });
    const [entry] = services.log.page({ limit: 1 });
    expect(entry?.user).toBe('ada');
    expect(entry?.text).toContain('the console');
  });

  it('writes no secret into the log', () => {
    const services = livedInServices();
    resets[kind](services);
    const written = JSON.stringify(services.log.page({ limit: 1_000 }));
    for (const secret of [ownPassword, services.accounts.defaultPassword, '1234', '$argon2id']) {
      expect(written).not.toContain(secret);
    }
  });

  it('lasts over a power cut right after it', () => {
    const rig = new ServicesRig({ flash: { unsynced: 'lose' } });
    live(rig.bootWell());
    resets[kind](rig.services);
    const after = tablesOf(rig.services.store);
    expect(tablesOf(rig.bootWell().store)).toEqual(after);
  });

  it('that the flash refuses changes nothing, in the store and in memory', () => {
    const rig = new ServicesRig();
    live(rig.bootWell());
    const { store, settings, accounts } = rig.services;
    const before = tablesOf(store);
    const values = settings.all();
    for (const failing of [5, 2, 1]) {
      rig.board.flash.failWrites(failing);
      expect(() => resets[kind](rig.services)).toThrow('store:');
    }
    expect(settings.all()).toEqual(values);
    expect(accounts.authenticate('admin', ownPassword).ok).toBe(true);
    expect(tablesOf(store)).toEqual(before);
    resets[kind](rig.services);
    expect(settings.get('network.mode')).toBe('dhcp');
  });
});

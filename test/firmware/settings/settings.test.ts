import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  definitions,
  settingKeys,
  type SettingKey,
  type Settings,
  type SettingValues,
} from '#firmware/settings/settings';
import { newServices, ServicesRig } from '../services-rig.ts';

/** A value of each setting that is not its default. */
const others: SettingValues = {
  'network.mode': 'static',
  'network.address': '192.168.1.10',
  'network.mask': '255.255.255.0',
  'network.gateway': '192.168.1.1',
  'network.jumboFrames': true,
  'network.trunking': '802.3ad',
  'network.systemPort': 443,
  'network.vlan': 12,
  'network.serviceBinding': { web: [0] },
  'network.hostName': 'attic',
  'security.level': 'high',
  'lcd.password': '1234',
  'hardware.resetSwitch': false,
  'hardware.audioAlert': false,
  'console.autoLaunch': false,
  'console.idleMinutes': 1,
  'time.zone': 'Europe/Berlin',
  'time.dateFormat': 'D.M.YYYY',
  'time.hours': 12,
  'time.ntp.enabled': false,
  'time.ntp.servers': ['ntp.example.org'],
  'time.ntp.every': 7,
  'time.ntp.unit': 'days',
  'password.lengthMin': 64,
  'password.needsDigit': false,
  'password.needsMixedCase': true,
  'password.needsSpecial': true,
  'password.forbidsRepeats': true,
  'password.forbidsUserName': true,
  'password.maxAgeDays': 90,
  'log.keepDays': 30,
  'twoStep.window': 10,
  'twoStep.allowQuestions': false,
  'twoStep.allowEmail': false,
  'protection.ip.enabled': false,
  'protection.ip.attempts': 3,
  'protection.ip.periodMinutes': 0,
  'protection.ip.blockMinutes': 60,
  'protection.account.enabled': true,
  'protection.account.attempts': 10,
  'protection.account.periodMinutes': 30,
  'protection.account.blockMinutes': 1,
  'accessList.denied': ['203.0.113.9'],
  'accessList.allowed': ['192.168.1.0/24', '10.0.0.1'],
  'session.idleMinutes': 5,
  'web.requestsPerSecond': 100,
};

describe('a setting', () => {
  it.each(settingKeys)('%s has its default, takes another value, and keeps it', (key) => {
    const rig = new ServicesRig({ flash: { unsynced: 'lose' } });
    const { settings } = rig.bootWell();
    expect(settings.get(key)).toEqual(definitions[key].default);
    expect(settings.set(key, others[key])).toEqual({ ok: true });
    expect(settings.get(key)).toEqual(others[key]);
    expect(rig.bootWell().settings.get(key)).toEqual(others[key]);
  });

  it('is stored only where it differs from its default', () => {
    const { settings, store } = newServices();
    settings.set('network.mode', 'static');
    settings.set('network.vlan', 0);
    expect(store.rows('SELECT * FROM settings')).toEqual([
      { key: 'network.mode', value: '"static"' },
    ]);
    settings.set('network.mode', 'dhcp');
    expect(store.rows('SELECT * FROM settings')).toEqual([]);
    expect(settings.get('network.mode')).toBe('dhcp');
  });

  it.each<[SettingKey, unknown]>([
    ['network.mode', 'bootp'],
    ['network.mode', true],
    ['network.address', '192.168.1'],
    ['network.address', '192.168.1.256'],
    ['network.address', '192.168.1.01'],
    ['network.address', ''],
    ['network.address', ' 192.168.1.1'],
    ['network.address', '1.2.3.4.5'],
    ['network.mask', '255.0.255.0'],
    ['network.mask', '0.0.0.0'],
    ['network.mask', '255.255.255.1'],
    ['network.gateway', 'router'],
    ['network.systemPort', 0],
    ['network.systemPort', 65_536],
    ['network.systemPort', 80.5],
    ['network.systemPort', '80'],
    ['network.systemPort', Number.NaN],
    ['network.vlan', -1],
    ['network.vlan', 4095],
    ['network.serviceBinding', { telnet: [0] }],
    ['network.serviceBinding', { web: 0 }],
    ['network.serviceBinding', { web: [16] }],
    ['network.serviceBinding', null],
    ['network.hostName', '-nas'],
    ['network.hostName', 'nas-'],
    ['network.hostName', 'a.b'],
    ['network.hostName', 'fifteen-letters'],
    ['lcd.password', '123456789'],
    ['lcd.password', 'abcd'],
    ['console.idleMinutes', 0],
    ['console.idleMinutes', 1441],
    ['time.zone', 'Mars/Olympus'],
    ['time.zone', ''],
    ['time.dateFormat', 'YYYYMMDD'],
    ['time.hours', 23],
    ['password.lengthMin', 3],
    ['password.lengthMin', 65],
    ['hardware.resetSwitch', 'on'],
    ['hardware.resetSwitch', undefined],
  ])('%s does not take %j: it says what it takes and stays as it is', (key, value) => {
    const { settings, store } = newServices();
    const outcome = settings.setUnchecked(key, value);
    expect(outcome).toMatchObject({ ok: false, reason: 'value-invalid' });
    expect(outcome.ok ? '' : outcome.text).toMatch(
      new RegExp(`^${definitions[key].label.split('(')[0]}`),
    );
    expect(settings.get(key)).toEqual(definitions[key].default);
    expect(store.rows('SELECT * FROM settings')).toEqual([]);
  });

  it.each<[SettingKey, unknown]>([
    ['network.mask', '128.0.0.0'],
    ['network.mask', '255.255.255.255'],
    ['network.gateway', ''],
    ['network.systemPort', 1],
    ['network.systemPort', 65_535],
    ['network.vlan', 4094],
    ['network.hostName', 'a'],
    ['network.hostName', 'fourteen-chars'],
    ['console.idleMinutes', 1440],
    ['password.lengthMin', 4],
    ['time.zone', 'America/Argentina/Buenos_Aires'],
  ])('%s takes %j', (key, value) => {
    expect(newServices().settings.setUnchecked(key, value)).toEqual({ ok: true });
  });

  it('that says no to a secret does not repeat it', () => {
    const outcome = newServices().settings.setUnchecked('lcd.password', '0123456789');
    expect(JSON.stringify(outcome)).not.toContain('0123456789');
  });

  it('that was set in a transaction which failed is what it was before', () => {
    const { settings, store } = newServices();
    settings.set('network.vlan', 3);
    expect(() =>
      store.transaction(() => {
        settings.set('network.vlan', 4);
        settings.set('network.jumboFrames', true);
        expect(settings.get('network.vlan')).toBe(4);
        throw new Error('the caller changed its mind');
      }),
    ).toThrow('changed its mind');
    expect(settings.get('network.vlan')).toBe(3);
    expect(settings.get('network.jumboFrames')).toBe(false);
  });

  it('that the flash did not take is what it was before', () => {
    const rig = new ServicesRig();
    const { settings } = rig.bootWell();
    rig.board.flash.failWrites(1);
    expect(() => settings.set('network.vlan', 4)).toThrow('store:');
    expect(settings.get('network.vlan')).toBe(0);
    expect(settings.set('network.vlan', 4)).toEqual({ ok: true });
    expect(rig.bootWell().settings.get('network.vlan')).toBe(4);
  });
});

describe('a stored value that is of no use', () => {
  it.each([
    ['network.vlan', '"twelve"', 'VLAN ID'],
    ['network.vlan', '{', 'cannot be read'],
    ['network.vlan', '', 'cannot be read'],
    ['network.speed', '1', 'no such setting'],
    ['__proto__', '{}', 'no such setting'],
  ])('%s = %s is reported once, and the default applies', (key, value, problem) => {
    const rig = new ServicesRig();
    const { store } = rig.bootWell();
    store.run('INSERT INTO settings VALUES (?, ?)', key, value);
    store.run('INSERT INTO settings VALUES (?, ?)', 'security.level', '"high"');
    const { settings, log } = rig.bootWell();
    expect(settings.get('network.vlan')).toBe(0);
    expect(settings.get('security.level')).toBe('high');
    settings.restoreBasic();
    expect(settings.all()['network.vlan']).toBe(0);
    const entries = log.page({ category: 'settings' });
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ severity: 'warning' });
    expect(entries[0]?.text).toContain(key);
    expect(entries[0]?.text).toContain(problem);
  });
});

describe('restoring', () => {
  const differ = (): ReturnType<typeof newServices> => {
    const services = newServices();
    for (const key of settingKeys) services.settings.set(key, others[key]);
    expect(services.settings.all()).toEqual(others);
    return services;
  };

  it('the basic settings leaves the others as they are', () => {
    const { settings } = differ();
    settings.restoreBasic();
    for (const key of settingKeys) {
      const { restoredByBasicReset, default: value } = definitions[key];
      expect(settings.get(key)).toEqual(restoredByBasicReset ? value : others[key]);
    }
  });

  it('all settings leaves nothing stored', () => {
    const { settings, store } = differ();
    settings.restoreAll();
    expect(store.rows('SELECT * FROM settings')).toEqual([]);
    for (const key of settingKeys) expect(settings.get(key)).toEqual(definitions[key].default);
  });
});

describe('whatever is set, restored and rolled back', () => {
  it('what is remembered is what is stored', () => {
    type Change = (settings: Settings) => void;
    const anySet = fc
      .tuple(fc.constantFrom(...settingKeys), fc.boolean())
      .map(([key, isOther]): Change => (settings) => {
        settings.setUnchecked(key, isOther ? others[key] : definitions[key].default);
      });
    const anyChange = fc.oneof(
      { weight: 5, arbitrary: anySet },
      fc.constant<Change>((settings) => settings.restoreBasic()),
      fc.constant<Change>((settings) => settings.restoreAll()),
    );
    const anyTransaction = fc.record({
      changes: fc.array(anyChange, { maxLength: 4 }),
      fate: fc.constantFrom('alone', 'commit', 'roll-back'),
    });
    fc.assert(
      fc.property(fc.array(anyTransaction, { maxLength: 8 }), (transactions) => {
        const rig = new ServicesRig();
        const { settings, store } = rig.bootWell();
        for (const { changes, fate } of transactions) {
          const work = (): void => {
            for (const change of changes) change(settings);
            if (fate === 'roll-back') throw new RangeError('roll back');
          };
          if (fate === 'commit') store.transaction(work);
          else if (fate === 'roll-back') expect(() => store.transaction(work)).toThrow(RangeError);
          else work();
          settings.get('network.mode');
        }
        const remembered = settings.all();
        expect(rig.bootWell().settings.all()).toEqual(remembered);
      }),
      { numRuns: 100 },
    );
  });
});

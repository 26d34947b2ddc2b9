import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { definitions, isSettingKey, settingKeys } from '#firmware/settings/definitions';

describe('the table of settings', () => {
  it.each(settingKeys)('gives %s a default that its own rule takes', (key) => {
    const { schema, default: value } = definitions[key];
    expect(v.safeParse(schema, value)).toMatchObject({ success: true, output: value });
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  });

  it('says what RESET held for three seconds restores', () => {
    const restored = settingKeys.filter((key) => definitions[key].restoredByBasicReset);
    expect(restored).toEqual([
      'network.mode',
      'network.address',
      'network.mask',
      'network.gateway',
      'network.jumboFrames',
      'network.trunking',
      'network.systemPort',
      'network.vlan',
      'network.serviceBinding',
      'security.level',
      'lcd.password',
    ]);
  });

  it('has the defaults that the vendor documents', () => {
    const defaults = Object.fromEntries(settingKeys.map((key) => [key, definitions[key].default]));
    expect(defaults).toMatchObject({
      'network.mode': 'dhcp',
      'network.jumboFrames': false,
      'network.trunking': 'active-backup',
      'network.systemPort': 8080,
      'network.vlan': 0,
      'network.serviceBinding': {},
      'security.level': 'low',
      'lcd.password': '',
      'hardware.resetSwitch': true,
      'console.autoLaunch': true,
      'password.lengthMin': 8,
      'password.needsDigit': true,
    });
  });

  it('is closed', () => {
    expect(isSettingKey('network.mode')).toBe(true);
    for (const text of ['network', 'toString', '__proto__', 'constructor', '']) {
      expect(isSettingKey(text)).toBe(false);
    }
  });
});

describe('time servers', () => {
  const isGood = (value: unknown): boolean =>
    v.safeParse(definitions['time.ntp.servers'].schema, value).success;

  it.each([
    'ntp.example.org',
    'ntp1',
    '192.0.2.1',
    'ntp.example.org:1123',
    '2001:db8::1',
    '[2001:db8::1]',
    '[2001:db8::1]:123',
    'fe80::1%eth0',
  ])('may be %s', (server) => {
    expect(isGood([server])).toBe(true);
  });

  it.each([
    '',
    ' ',
    'ntp example',
    '-ntp.example',
    'ntp..example',
    'ntp.example:0',
    'a:65536',
    '[a]',
  ])('cannot be «%s»', (server) => {
    expect(isGood([server])).toBe(false);
  });

  it('are up to 16, each once', () => {
    const many = Array.from({ length: 17 }, (_, place) => `ntp${place}.example`);
    expect([isGood(many.slice(1)), isGood(many)]).toEqual([true, false]);
    expect(isGood(['ntp.example', 'NTP.example'])).toBe(false);
  });
});

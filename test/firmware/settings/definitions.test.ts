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

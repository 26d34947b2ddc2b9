import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identitySuite } from '#hal/conformance/index';
import { createIdentity } from '#hal/linux/identity';
import { conforms } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings, openingsLimitMs } from './open-files.ts';

const label = `
model: TS-X
serialNumber: Q226B00417
macAddresses: [24:5e:be:4a:10:7c, 24:5e:be:4a:10:7d]
`;

conforms(identitySuite, {
  driver: 'a label in a file',
  start: () => {
    const folder = createFolder();
    const options = { deviceKey: folder.at('key'), label: folder.put('label.yaml', label) };
    const first = createIdentity(options);
    return {
      subject: { port: first, act: { restart: async () => createIdentity(options) } },
      end: () => folder.remove(),
    };
  },
});

let folder: Folder;

beforeEach(() => {
  folder = createFolder();
});

afterEach(() => {
  folder.remove();
});

describe('the label', () => {
  const from = (text: string) =>
    createIdentity({ deviceKey: folder.at('key'), label: folder.put('label.yaml', text) });

  test('it is told in the form of the contract, however it was written', () => {
    expect(from(label)).toMatchObject({
      model: 'TS-X',
      serialNumber: 'Q226B00417',
      macAddresses: ['24:5E:BE:4A:10:7C', '24:5E:BE:4A:10:7D'],
    });
  });

  test.each([
    ['model: 7', 'model'],
    ['model: "Großes NAS"', 'model'],
    ['macAddresses: [25:5e:be:4a:10:7c]', 'macAddresses.0'],
    ['macAddresses: []', 'macAddresses'],
    ['colour: red', 'colour'],
    ['model: [', 'label'],
  ])('«%s» is refused, with the place', (text, place) => {
    expect(() => from(text)).toThrow(place);
  });

  test('what it leaves out is asked of the board file, then of the machine', () => {
    const sys = folder.at('sys');
    folder.put('sys/class/dmi/id/product_name', 'Mainboard 3000\n');
    folder.put('sys/class/dmi/id/product_serial', 'S-1\n');
    folder.put('sys/class/net/eth10/address', '24:5e:be:00:00:10\n');
    folder.put('sys/class/net/eth10/device/vendor', '');
    folder.put('sys/class/net/eth2/address', '24:5e:be:00:00:02\n');
    folder.put('sys/class/net/eth2/device/vendor', '');
    folder.put('sys/class/net/br0/address', '24:5e:be:00:00:02\n');
    folder.put('sys/class/net/lo/address', '00:00:00:00:00:00\n');
    const identity = createIdentity({
      deviceKey: folder.at('key'),
      label: folder.put('label.yaml', 'serialNumber: Q1'),
      serialNumber: 'of the board file',
      sys,
    });
    expect(identity).toMatchObject({
      model: 'Mainboard 3000',
      serialNumber: 'Q1',
      macAddresses: ['24:5E:BE:00:00:02', '24:5E:BE:00:00:10'],
    });
  });

  test('a machine without devices on its adapters gives all that have an address', () => {
    folder.put('sys/class/net/veth0/address', '0a:00:00:00:00:01\n');
    folder.put('sys/class/net/lo/address', '00:00:00:00:00:00\n');
    const options = { deviceKey: folder.at('key'), model: 'M', serialNumber: 'S' };
    const { macAddresses } = createIdentity({ ...options, sys: folder.at('sys') });
    expect(macAddresses).toEqual(['0A:00:00:00:00:01']);
  });

  test('what nobody tells is asked for by name', () => {
    const sys = folder.at('sys');
    const deviceKey = folder.at('key');
    expect(() => createIdentity({ deviceKey, sys })).toThrow('tells the model');
    expect(() => createIdentity({ deviceKey, sys, model: 'M' })).toThrow('serialNumber');
    const known = { deviceKey, sys, model: 'M', serialNumber: 'S' };
    expect(() => createIdentity(known)).toThrow('macAddresses');
  });
});

describe('the device key', () => {
  const create = () =>
    createIdentity({ deviceKey: folder.at('deep/key'), label: folder.put('label.yaml', label) });

  test('it is made once, for its owner alone', () => {
    const key = create().deviceKey();
    const { mode } = statSync(folder.at('deep/key'));
    expect((mode & 0o777).toString(8)).toBe('600');
    expect(Buffer.compare(readFileSync(folder.at('deep/key')), key)).toBe(0);
  });

  test.each([0o640, 0o604, 0o666])('mode %o is refused: others may read it', (mode) => {
    create();
    chmodSync(folder.at('deep/key'), mode);
    expect(create).toThrow('chmod 600');
  });

  test.each([0, 31, 33])('one of %d bytes is damaged, and never replaced', (bytes) => {
    create();
    writeFileSync(folder.at('deep/key'), new Uint8Array(bytes));
    expect(create).toThrow('put back a good copy');
    expect(statSync(folder.at('deep/key')).size).toBe(bytes);
  });

  test('no error shows a byte of it', () => {
    const hex = Buffer.from(create().deviceKey()).toString('hex');
    chmodSync(folder.at('deep/key'), 0o644);
    expect(create).not.toThrow(hex);
  });

  test('it is gone after close, and no descriptor is left', { timeout: openingsLimitMs }, () => {
    const identity = create();
    identity.close();
    identity.close();
    expect(() => identity.deviceKey()).toThrow('closed');
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) create().close();
    expect(openFiles()).toBe(before);
  });
});

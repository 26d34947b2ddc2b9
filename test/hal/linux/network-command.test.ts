import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HalError } from '#hal/errors';
import { createApplyCommand } from '#hal/linux/network-command';
import type { AddressSettings } from '#hal/network';
import { createFolder, type Folder } from './folder.ts';

let folder: Folder;

beforeEach(() => {
  folder = createFolder();
});

afterEach(() => {
  folder.remove();
});

function script(text: string): string {
  const path = folder.put('apply', `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

const dhcp: AddressSettings = { mode: 'dhcp', mtu: 1500 };

/** Calls the program in turn, then one that fails: its failure says that the others are done. */
async function faultAfter(
  command: readonly string[],
  ...calls: readonly (readonly [string, AddressSettings])[]
): Promise<HalError> {
  return new Promise((resolve) => {
    const { apply } = createApplyCommand(command, resolve);
    for (const [adapter, settings] of calls) apply(adapter, settings);
  });
}

describe('a program that applies network settings', () => {
  test('it gets the adapter and the settings as words, one call after the other', async () => {
    const list = folder.at('calls');
    const path = script(`echo "$*" >> ${list}; [ "$2" = last ] && exit 1; exit 0`);
    const fixed = { mode: 'static', address: '192.0.2.2', mask: '255.255.255.0' } as const;
    const fault = await faultAfter(
      [path, '--now'],
      ['eth0', dhcp],
      ['eth0', { ...fixed, mtu: 9000 }],
      ['eth1', { ...fixed, gateway: '192.0.2.1', mtu: 1500 }],
      ['last', dhcp],
    );
    expect(fault.code).toBe('io');
    expect(folder.text('calls').trim().split('\n')).toEqual([
      '--now eth0 1500 dhcp',
      '--now eth0 9000 static 192.0.2.2 255.255.255.0',
      '--now eth1 1500 static 192.0.2.2 255.255.255.0 192.0.2.1',
      '--now last 1500 dhcp',
    ]);
  });

  test('no shell is in between: what looks like a command is a word', async () => {
    const list = folder.at('calls');
    const path = script(`echo "$1" >> ${list}; exit 1`);
    await faultAfter([path], ['eth0; touch evil', dhcp]);
    expect(folder.text('calls').trim()).toBe('eth0; touch evil');
  });

  test('what it says of its failure is told', async () => {
    const path = script('echo "no such adapter" >&2; exit 1');
    expect((await faultAfter([path], ['eth0', dhcp])).message).toContain('no such adapter');
  });

  test('one that is not there is told as that', async () => {
    expect((await faultAfter([folder.at('none')], ['eth0', dhcp])).code).toBe('not-present');
  });
});

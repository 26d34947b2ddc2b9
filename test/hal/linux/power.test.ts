import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PowerActs, powerSuite } from '#hal/conformance/index';
import type { Closable } from '#hal/linux/closable';
import { createPower, type PowerConfig, type PowerOptions } from '#hal/linux/power';
import type { Power } from '#hal/power';
import { conforms, type Rig } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';

/** A machine that does what it was ordered to when it is looked at. */
interface Machine {
  readonly config: PowerConfig;
  readonly options: PowerOptions;
  /** All orders so far, by their words. */
  orders(): string[];
  /** Another boot, as another boot id. */
  boot(): void;
  /** What the order does in place of putting itself down. */
  script(text: string): void;
  /** What the watchdog says of the last start, as sysfs has it. */
  setBootStatus(text: string): void;
}

function createMachine(folder: Folder): Machine {
  const program = folder.put('order', '#!/bin/sh\necho "$*" >> "$0.log"\n');
  chmodSync(program, 0o755);
  const watchdog = folder.put('watchdog', '');
  let boots = 0;
  const boot = (): void => {
    boots += 1;
    folder.put('boot_id', `0d5c2c1e-0000-4000-8000-00000000000${boots}\n`);
  };
  boot();
  return {
    config: {
      marker: folder.at('marker'),
      reboot: [program, 'reboot', '--now'],
      off: [program, 'poweroff'],
      watchdog,
    },
    options: { sysfs: folder.at('sys'), bootId: folder.at('boot_id') },
    orders: () => {
      if (!existsSync(folder.at('order.log'))) return [];
      return folder.text('order.log').trim().split('\n');
    },
    boot,
    script: (text) => writeFileSync(program, `#!/bin/sh\n${text}\n`),
    setBootStatus: (text) => void folder.put('sys/class/watchdog/watchdog0/bootstatus', text),
  };
}

function rig(): Rig<Power, PowerActs> {
  const folder = createFolder();
  const machine = createMachine(folder);
  const open = (): Power & Closable => createPower(machine.config, machine.options);
  let present = open();
  let isOn = true;
  let lives = 1;
  let seen = 0;
  const start = (): void => {
    machine.boot();
    present = open();
    isOn = true;
    lives += 1;
  };
  return {
    subject: {
      get port() {
        return present;
      },
      act: {
        settle: async () => {
          const order = machine.orders().slice(seen).at(0);
          seen = machine.orders().length;
          if (order === undefined) return;
          present.close();
          isOn = false;
          if (order === 'reboot --now') start();
        },
        isOn: () => isOn,
        lives: () => lives,
        present: () => present,
        switchOn: async () => start(),
      },
    },
    end: () => folder.remove(),
  };
}

conforms(powerSuite, { driver: 'the commands of this system', start: rig });

describe('the supply', () => {
  let folder: Folder;
  let machine: Machine;

  beforeEach(() => {
    folder = createFolder();
    machine = createMachine(folder);
  });

  afterEach(() => folder.remove());

  const open = (): Power & Closable => createPower(machine.config, machine.options);

  test('gives its orders as they stand in the board file', () => {
    const power = open();
    power.reboot();
    power.off();
    expect(machine.orders()).toEqual(['reboot --now', 'poweroff']);
  });

  test.each([
    ['0\n', 'power-on'],
    ['32\n', 'watchdog'],
    ['0x20\n', 'watchdog'],
    ['33\n', 'watchdog'],
    ['64\n', 'power-on'],
  ])('takes the boot status %j for a start by %s', (text, reason) => {
    machine.setBootStatus(text);
    expect(open().bootReason).toBe(reason);
  });

  test('takes an ordered restart for that, though the watchdog did it', () => {
    open().reboot();
    machine.boot();
    machine.setBootStatus('32\n');
    expect(open().bootReason).toBe('reboot');
  });

  test('asks no watchdog where there is none, and believes none that says nothing', () => {
    machine.setBootStatus('32\n');
    const { marker, reboot = [], off = [] } = machine.config;
    expect(createPower({ marker, reboot, off }, machine.options).bootReason).toBe('power-on');
    machine.boot();
    folder.remove('sys');
    expect(open().bootReason).toBe('power-on');
  });

  test('says so where the boot status says nothing that can be read', () => {
    machine.setBootStatus('perhaps\n');
    expect(open).toThrow(/no flags \(io\)/);
  });

  test('knows the reason as long as the boot lasts, however often it is asked', () => {
    open().reboot();
    machine.boot();
    for (let start = 0; start < 3; start += 1) {
      const power = open();
      expect(power.bootReason).toBe('reboot');
      power.close();
    }
    machine.boot();
    expect(open().bootReason).toBe('power-on');
  });

  test('takes a restart that was ordered and has not come for none until it comes', () => {
    open().reboot();
    expect(open().bootReason).toBe('power-on');
    machine.boot();
    expect(open().bootReason).toBe('reboot');
  });

  test('forgets a restart that was refused', () => {
    const power = open();
    machine.script('echo "Call failed: Interactive authentication required." >&2; exit 1');
    expect(() => power.reboot()).toThrow(/polkit.*hardware\.md.*\(permission\)/);
    machine.boot();
    expect(open().bootReason).toBe('power-on');
  });

  test.each([
    ['echo "Failed to talk to init daemon." >&2; exit 1', /talk to init daemon\. \(io\)/],
    ['exit 7', /it ended with 7 \(io\)/],
    ['kill -9 $$', /it ended with SIGKILL \(io\)/],
    ['echo "shutdown: Need to be root: Operation not permitted" >&2; exit 1', /\(permission\)/],
  ])('says why an order failed: %s', (script, text) => {
    const power = open();
    machine.script(script);
    expect(() => power.off()).toThrow(text);
  });

  test('says that there is no such command', () => {
    const power = createPower({ ...machine.config, off: [folder.at('none')] }, machine.options);
    expect(() => power.off()).toThrow(/no program.*board file.*\(not-present\)/);
  });

  test.each(['', '{"boot":"0d5c2', '{"reason":"reboot"}', '[]', 'null', '{"boot":1,"reason":"x"}'])(
    'makes nothing of a marker that holds %j',
    (text) => {
      folder.put('marker', text);
      expect(open().bootReason).toBe('power-on');
    },
  );

  test('says that its marker cannot be written', () => {
    const config = { ...machine.config, marker: folder.at('none/marker') };
    expect(() => createPower(config, machine.options)).toThrow(/none\/marker.*\(not-present\)/);
  });

  test('tells this boot from others by the kernel, unless told otherwise', () => {
    expect(createPower(machine.config).bootReason).toBe('power-on');
    expect(folder.text('marker')).toMatch(/"boot":"[0-9a-f]{8}-[-0-9a-f]{27}"/);
  });

  test('can be closed twice, and gives no orders from then on', () => {
    const power = open();
    power.close();
    power.close();
    power.reboot();
    power.off();
    expect(machine.orders()).toEqual([]);
  });

  test(`leaves no file open, ${openings} times over`, () => {
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) open().close();
    expect(openFiles()).toBe(before);
  });
});

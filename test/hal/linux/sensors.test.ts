import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SensorsActs, sensorsSuite } from '#hal/conformance/index';
import type { Clock } from '#hal/clock';
import type { Closable } from '#hal/linux/closable';
import { createSensors, type SensorsOptions } from '#hal/linux/sensors';
import type { Sensors } from '#hal/sensors';
import { conforms, type Rig } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';

/** A clock on which the next time-out runs when it is told to. */
function createHandClock(): Pick<Clock, 'setTimeout' | 'clearTimeout'> & {
  readonly pending: number;
  run(): void;
} {
  const callbacks = new Map<number, () => void>();
  let next = 0;
  return {
    setTimeout: (callback) => {
      callbacks.set((next += 1), callback);
      return next;
    },
    clearTimeout: (id) => void callbacks.delete(id as number),
    get pending() {
      return callbacks.size;
    },
    run: () => {
      const due = [...callbacks.values()];
      callbacks.clear();
      for (const callback of due) callback();
    },
  };
}

const files: Readonly<Record<string, string>> = {
  'proc/stat': 'cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 100 0 50 800 50 0 0 0 0 0\nintr 1 2\n',
  'proc/meminfo': 'MemTotal:        2048 kB\nMemFree:  100 kB\nMemAvailable:    1024 kB\n',
  'proc/cpuinfo': 'processor\t: 0\nmodel\t\t: 2\nmodel name\t: Celeron® J1900  @ 1.99GHz\n',
  'sys/class/hwmon/hwmon10/name': 'nct6775\n',
  'sys/class/hwmon/hwmon10/temp1_input': '41500\n',
  'sys/class/hwmon/hwmon10/fan10_input': '1000\n',
  'sys/class/hwmon/hwmon10/fan2_input': '900\n',
  'sys/class/hwmon/hwmon2/name': 'coretemp\n',
  'sys/class/hwmon/hwmon2/temp1_input': '52000\n',
  'sys/class/hwmon/hwmon2/temp2_input': '51000\n',
  'sys/class/hwmon/hwmon3/name': 'pwmfan\n',
  'sys/class/hwmon/hwmon3/fan1_input': '1200\n',
  'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  'sys/class/thermal/thermal_zone0/temp': '60000\n',
  'sys/class/thermal/cooling_device0/type': 'Processor\n',
};

function putAll(folder: Folder): void {
  for (const [name, text] of Object.entries(files)) folder.put(name, text);
}

function optionsIn(folder: Folder): SensorsOptions {
  return { clock: createHandClock(), proc: folder.at('proc'), sysfs: folder.at('sys') };
}

/** Directories in place of files: they are there, and reading them fails. */
function breakAll(folder: Folder, below: string): void {
  for (const name of readdirSync(folder.at(below), { recursive: true, encoding: 'utf8' })) {
    const path = join(below, name);
    if (!(path in files)) continue;
    folder.remove(path);
    mkdirSync(folder.at(path));
  }
}

function rig(): Rig<Sensors, SensorsActs> {
  const folder = createFolder();
  putAll(folder);
  const fans = ['hwmon3/fan1_input', 'hwmon10/fan2_input', 'hwmon10/fan10_input'];
  const open = (): Sensors & Closable => createSensors(optionsIn(folder));
  let present = open();
  return {
    subject: {
      get port() {
        return present;
      },
      act: {
        stopFan: async (fan) => void folder.put(`sys/class/hwmon/${fans[fan]}`, '0\n'),
        warmTo: async (celsius) => {
          folder.put('sys/class/hwmon/hwmon10/temp1_input', `${celsius * 1000}\n`);
        },
        disconnect: async () => {
          breakAll(folder, 'proc');
          breakAll(folder, 'sys');
        },
        restart: async () => {
          present.close();
          putAll(folder);
          return (present = open());
        },
      },
    },
    end: () => {
      present.close();
      folder.remove();
    },
  };
}

conforms(sensorsSuite, { driver: 'the kernel’s sensors', start: rig });

describe('the kernel’s sensors', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = createFolder();
    putAll(folder);
  });

  afterEach(() => folder.remove());

  const open = (options: Partial<SensorsOptions> = {}): Sensors & Closable =>
    createSensors({ ...optionsIn(folder), ...options });

  test('are read in the units of the contract', () => {
    const sensors = open();
    expect(sensors.cpu()).toEqual({
      model: 'Celeron J1900 @ 1.99GHz',
      usedPercent: 0,
      temperatureC: 52,
    });
    expect(sensors.memory()).toEqual({ totalBytes: 2 * 1024 ** 2, freeBytes: 1024 ** 2 });
    expect(sensors.systemTemperatureC()).toBe(41.5);
  });

  test('stand in the order of their numbers', () => {
    expect(open().fans()).toEqual([{ rpm: 1200 }, { rpm: 900 }, { rpm: 1000 }]);
  });

  test('tell the load of the last seconds, not that since the start', () => {
    const clock = createHandClock();
    const sensors = open({ clock });
    const ticks = (busy: number, idle: number): void =>
      void folder.put('proc/stat', `cpu  ${busy} 0 50 ${idle} 50 0 0 0 0 0\n`);
    ticks(200, 800);
    expect(sensors.cpu().usedPercent).toBe(100);
    clock.run();
    ticks(200, 900);
    expect(sensors.cpu().usedPercent).toBe(50);
    clock.run();
    ticks(225, 975);
    expect(sensors.cpu().usedPercent).toBe(12.5);
    clock.run();
    ticks(225, 1075);
    expect(sensors.cpu().usedPercent).toBe(12.5);
    expect(sensors.cpu().usedPercent).toBe(12.5);
    sensors.close();
    expect(clock.pending).toBe(0);
  });

  test('tell no load beyond 0 to 100 where a counter steps back', () => {
    const sensors = open();
    folder.put('proc/stat', 'cpu  200 0 50 790 50 0 0 0 0 0\n');
    expect(sensors.cpu().usedPercent).toBe(100);
    folder.put('proc/stat', 'cpu  90 0 50 900 50 0 0 0 0 0\n');
    expect(sensors.cpu().usedPercent).toBe(0);
  });

  test('count guests once, waiting for disks as idle, and others’ time as busy', () => {
    const sensors = open();
    folder.put('proc/stat', 'cpu  110 0 50 800 130 4 3 3 90 90\n');
    expect(sensors.cpu().usedPercent).toBe(20);
  });

  test('go on looking though a look fails', () => {
    const clock = createHandClock();
    const sensors = open({ clock });
    folder.put('proc/stat', 'nothing\n');
    clock.run();
    expect(() => sensors.cpu()).toThrow(/no ticks \(io\)/);
    folder.put('proc/stat', 'cpu  110 0 50 830 50 0 0 0 0 0\n');
    clock.run();
    expect(sensors.cpu().usedPercent).toBe(25);
  });

  test.each([
    ['Raspberry Pi', 'processor\t: 0\nHardware\t: BCM2711\nModel\t\t: Pi 4\n', 'BCM2711'],
    ['a virtual machine', 'processor\t: 0\nCPU part\t: 0xd03\n', `${process.arch} processor`],
  ])('name the processor of %s', (_what, text, model) => {
    folder.put('proc/cpuinfo', text);
    expect(open().cpu().model).toBe(model);
  });

  test('take a thermal zone for the processor where there is no better', () => {
    folder.remove('sys/class/hwmon/hwmon2');
    expect(open().cpu().temperatureC).toBe(60);
  });

  test('say what to do where there is none', () => {
    folder.remove('sys/class');
    const sensors = open();
    expect(() => sensors.cpu()).toThrow(/sensors-detect.*sensors\.cpu \(not-present\)/);
    expect(() => sensors.systemTemperatureC()).toThrow(/sensors\.system \(not-present\)/);
    expect(sensors.fans()).toEqual([]);
  });

  test('are those that are named', () => {
    const sensors = open({
      paths: {
        cpu: folder.put('t1', '11000'),
        system: folder.put('t2', '-12250'),
        fans: [folder.put('f1', '13')],
      },
    });
    expect(sensors.cpu().temperatureC).toBe(11);
    expect(sensors.systemTemperatureC()).toBe(-12.25);
    expect(sensors.fans()).toEqual([{ rpm: 13 }]);
  });

  test.each(['', 'N/A\n', '4 5\n'])('say that %j is no measure', (text) => {
    const sensors = open();
    folder.put('sys/class/hwmon/hwmon10/temp1_input', text);
    expect(() => sensors.systemTemperatureC()).toThrow(/no measure \(io\)/);
  });

  test('that are unplugged do not answer', () => {
    const sensors = open();
    folder.remove('sys/class/hwmon/hwmon3');
    expect(() => sensors.fans()).toThrow(/does not answer: ENOENT \(io\)/);
  });

  test('say so where memory cannot be told', () => {
    folder.put('proc/meminfo', 'MemTotal: 2048 kB\n');
    expect(() => open().memory()).toThrow(/no memory \(io\)/);
  });

  test('are those of this machine unless told otherwise', () => {
    const sensors = createSensors({ clock: createHandClock() });
    expect(sensors.memory().totalBytes).toBeGreaterThan(0);
    expect(existsSync('/proc/stat')).toBe(true);
    sensors.close();
  });

  test('can be closed twice, and are closed then', () => {
    const sensors = open();
    sensors.close();
    sensors.close();
    expect(() => sensors.cpu()).toThrow(/\(closed\)/);
    expect(() => sensors.memory()).toThrow(/\(closed\)/);
    expect(() => sensors.systemTemperatureC()).toThrow(/\(closed\)/);
    expect(() => sensors.fans()).toThrow(/\(closed\)/);
  });

  test(`leave no file open and no time-out set, ${openings} times over`, () => {
    const clock = createHandClock();
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) open({ clock }).close();
    expect([openFiles(), clock.pending]).toEqual([before, 0]);
  });
});

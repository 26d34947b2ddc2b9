import { chmodSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RtcActs, rtcSuite } from '#hal/conformance/index';
import type { Closable } from '#hal/linux/closable';
import { createRtc } from '#hal/linux/rtc';
import type { Rtc } from '#hal/rtc';
import { createChipBench } from '../../sim/parts/ds3231/chip-bench.ts';
import { conforms, type Rig } from './conforms.ts';
import { fakeLibc } from './fake-libc.ts';
import { createFolder, type Folder } from './folder.ts';
import { functions, plainI2c, transfer, transferOn } from './i2c-kernel.ts';
import { openFiles, openings } from './open-files.ts';
import {
  clearVoltage,
  createRtcKernel,
  type LossStyle,
  readTime,
  readVoltage,
  type RtcKernel,
  setTime,
} from './rtc-kernel.ts';

const someMs = Date.UTC(2027, 4, 6, 7, 8, 9);

/** A new life of the driver for each night, on a chip that outlives it. */
function rigOn(
  open: () => Rtc & Closable,
  acts: {
    readonly pass: (ms: number) => void | Promise<void>;
    readonly stop?: () => void;
    readonly loseBattery: () => void | Promise<void>;
    readonly end: () => void;
  },
): Rig<Rtc, RtcActs> {
  let present = open();
  const restart = (): Rtc => {
    present.close();
    return (present = open());
  };
  return {
    subject: {
      get port() {
        return present;
      },
      act: {
        pass: async (ms) => acts.pass(ms),
        offFor: async (ms) => {
          await acts.pass(ms);
          return restart();
        },
        ...(acts.stop === undefined ? {} : { interruptOscillator: async () => acts.stop?.() }),
        loseBattery: async () => {
          await acts.loseBattery();
          return restart();
        },
      },
    },
    end: () => {
      present.close();
      acts.end();
    },
  };
}

function deviceRig(style: LossStyle): Rig<Rtc, RtcActs> {
  const folder = createFolder();
  const device = folder.put('rtc0', '');
  const kernel = createRtcKernel(style);
  const libc = fakeLibc(kernel.requests);
  return rigOn(() => createRtc({ driver: 'rtc', device }, { libc }), {
    pass: kernel.pass,
    ...(style === 'backup-empty' ? {} : { stop: kernel.lose }),
    loseBattery: kernel.lose,
    end: () => folder.remove(),
  });
}

/** `hwclock` as a shell script that puts down what it was asked, and sysfs as files. */
function putHwclock(folder: Folder) {
  const hwclock = folder.put(
    'hwclock',
    '#!/bin/sh\nfor argument; do echo "$argument"; done > "$0.arguments"\necho "$TZ" >> "$0.arguments"\n',
  );
  chmodSync(hwclock, 0o755);
  folder.put('sys/class/rtc/rtc0/since_epoch', '1795500000\n');
  const device = folder.put('dev/rtc0', '');
  return { driver: 'rtc', device, via: 'hwclock', sysfs: folder.at('sys'), hwclock } as const;
}

/** Does what the script was asked to; between two calls of the driver. */
function obey(folder: Folder, kernel: RtcKernel): void {
  const [, device, ...rest] = folder.text('hwclock.arguments').split('\n');
  expect(device).toBe(folder.at('dev/rtc0'));
  expect(rest.slice(0, 4)).toEqual(['--utc', '--noadjfile', '--set', '--date']);
  expect(rest.slice(5)).toEqual(['UTC', '']);
  kernel.set(Date.parse(`${rest[4]}Z`) / 1000);
}

function hwclockRig(): Rig<Rtc, RtcActs> {
  const folder = createFolder();
  const config = putHwclock(folder);
  const kernel = createRtcKernel('data-invalid');
  const refresh = (): void => {
    folder.put('sys/class/rtc/rtc0/since_epoch', `${kernel.epoch()}\n`);
  };
  const open = (): Rtc & Closable => {
    refresh();
    const rtc = createRtc(config, config);
    return {
      ...rtc,
      write: (timeMs) => {
        rtc.write(timeMs);
        obey(folder, kernel);
        refresh();
      },
    };
  };
  const pass = (ms: number): void => {
    kernel.pass(ms);
    refresh();
  };
  // The second day of 1970: where chips begin that say nothing else.
  const lose = (): void => {
    kernel.set(86_400);
    refresh();
  };
  return rigOn(open, { pass, stop: lose, loseBattery: lose, end: () => folder.remove() });
}

/** All the way: the driver of the chip, the bus, the structures of the kernel, a simulated chip. */
function ds3231Rig(): Rig<Rtc, RtcActs> {
  const folder = createFolder();
  const bench = createChipBench();
  const libc = fakeLibc({ [functions]: plainI2c, [transfer]: transferOn(() => bench.bus, 8) });
  const config = { driver: 'ds3231', bus: folder.put('i2c-1', '') } as const;
  return rigOn(() => createRtc(config, { libc, sysfs: folder.at('sys') }), {
    pass: (ms) => bench.pass(ms / 1000),
    stop: () => {
      bench.chip.setOscillatorBroken(true);
      bench.chip.setOscillatorBroken(false);
    },
    loseBattery: async () => {
      bench.chip.setBattery(false);
      bench.chip.setVcc(false);
      await bench.pass(2);
      bench.chip.setVcc(true);
    },
    end: () => folder.remove(),
  });
}

for (const style of ['einval', 'data-invalid', 'backup-empty'] as const) {
  conforms(rtcSuite, {
    driver: `/dev/rtc0 of a chip that says ${style}`,
    start: () => deviceRig(style),
    // An empty backup tells of nights, not of a stop while the board is on.
    unsupported: rtcSuite.checks
      .filter(({ needs }) => style === 'backup-empty' && needs.includes('interruptOscillator'))
      .map(({ name }) => name),
  });
}
conforms(rtcSuite, { driver: 'hwclock and sysfs', start: hwclockRig });
conforms(rtcSuite, { driver: 'a DS3231 on /dev/i2c-1', start: ds3231Rig });

describe('/dev/rtc0', () => {
  let folder: Folder;
  let device: string;
  let kernel: RtcKernel;
  let rtc: Rtc & Closable;

  beforeEach(() => {
    folder = createFolder();
    device = folder.put('rtc0', '');
    kernel = createRtcKernel('data-invalid');
    rtc = createRtc({ driver: 'rtc', device }, { libc: fakeLibc(kernel.requests) });
  });

  afterEach(() => {
    rtc.close();
    folder.remove();
  });

  test.each([
    { what: 'data that is invalid', flags: 0b0_0001, valid: false },
    { what: 'a backup that is low', flags: 0b0_0010, valid: true },
    { what: 'a backup that is empty', flags: 0b0_0100, valid: false },
    { what: 'accuracy that is low', flags: 0b0_1000, valid: true },
    { what: 'a backup that is switched', flags: 0b1_0000, valid: true },
  ])('takes a time with $what for valid: $valid', ({ flags, valid }) => {
    kernel.flags = flags;
    expect(rtc.read().valid).toBe(valid);
  });

  test('believes a chip without a battery once it has set it', () => {
    kernel.flags = 0b100;
    rtc.write(someMs);
    expect(rtc.read()).toEqual({ timeMs: someMs, valid: true });
  });

  test('clears a flag that setting the time left, and believes the chip if it stays', () => {
    kernel.flags = 1;
    rtc.write(someMs);
    expect(rtc.read().valid).toBe(false);
    kernel.requests[clearVoltage] = () => void (kernel.flags = 0);
    rtc.write(someMs);
    expect(rtc.read().valid).toBe(true);
  });

  test.each([
    [Date.UTC(1970, 0, 1, 0, 5), false],
    [Date.UTC(1999, 11, 31, 23, 59, 59), false],
    [Date.UTC(2000, 0, 1), true],
    [Date.UTC(2099, 11, 31, 23, 59, 59), true],
    [Date.UTC(2100, 0, 1), false],
  ])('takes the time %d ms for valid: %s', (timeMs, valid) => {
    kernel.set(timeMs / 1000);
    expect(rtc.read()).toEqual({ timeMs, valid });
  });

  test.each([
    ['EIO', 'io'],
    ['ENODEV', 'not-present'],
    ['ETIMEDOUT', 'timed-out'],
  ])('answers %s of the chip as %s', (errno, code) => {
    kernel.requests[readTime] = () => errno;
    expect(() => rtc.read()).toThrow(expect.objectContaining({ code, port: 'rtc' }));
    kernel.requests[readVoltage] = () => errno;
    expect(() => rtc.read()).toThrow(expect.objectContaining({ code, port: 'rtc' }));
    kernel.requests[setTime] = () => errno;
    expect(() => rtc.write(someMs)).toThrow(expect.objectContaining({ code, port: 'rtc' }));
  });

  test.each(['EACCES', 'EPERM'])('says what it takes to set the time: %s', (errno) => {
    kernel.requests[setTime] = () => errno;
    expect(() => rtc.write(someMs)).toThrow(/CAP_SYS_TIME.*hardware\.md.*\(permission\)/);
  });

  test('is not held between two calls: the kernel gives it to one process only', () => {
    const before = openFiles();
    rtc.read();
    rtc.write(someMs);
    expect(openFiles()).toBe(before);
  });

  test('that is not there says which module is missing', () => {
    expect(() =>
      createRtc({ driver: 'rtc', device: '/dev/rtc77' }, { libc: fakeLibc({}) }),
    ).toThrow(/\/dev\/rtc77.*load the module.*\(not-present\)/);
  });

  test('that is no clock is refused', () => {
    expect(() => createRtc({ driver: 'rtc', device }, { libc: fakeLibc({}) })).toThrow(
      /\(unsupported\)/,
    );
  });

  test('is asked through the C library: a file is no clock', () => {
    expect(() => createRtc({ driver: 'rtc', device, via: 'ioctl' })).toThrow(/ENOTTY/);
  });

  test('can be closed twice, and is closed then', () => {
    rtc.close();
    rtc.close();
    expect(() => rtc.read()).toThrow(/\(closed\)/);
    expect(() => rtc.write(someMs)).toThrow(/\(closed\)/);
  });

  test(`leaves no file open, ${openings} times over`, () => {
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) {
      createRtc({ driver: 'rtc', device }, { libc: fakeLibc(kernel.requests) }).close();
    }
    expect(openFiles()).toBe(before);
  });
});

describe('hwclock and sysfs', () => {
  let folder: Folder;
  let config: ReturnType<typeof putHwclock>;

  beforeEach(() => {
    folder = createFolder();
    config = putHwclock(folder);
  });

  afterEach(() => folder.remove());

  const script = (text: string): void => writeFileSync(config.hwclock, `#!/bin/sh\n${text}`);

  test('refuse what is no time in sysfs', () => {
    folder.put('sys/class/rtc/rtc0/since_epoch', 'soon\n');
    expect(() => createRtc(config, config)).toThrow(/«soon», no time \(io\)/);
  });

  test('are what is left without the package koffi', () => {
    const { driver, device, sysfs, hwclock } = config;
    const rtc = createRtc({ driver, device }, { sysfs, hwclock, libc: undefined });
    expect(rtc.read()).toEqual({ timeMs: 1_795_500_000_000, valid: true });
  });

  test('say which device is not there', () => {
    expect(() => createRtc({ ...config, device: '/dev/rtc77' }, config)).toThrow(
      /\/dev\/rtc77.*\(not-present\)/,
    );
  });

  test('say what hwclock said', () => {
    const rtc = createRtc(config, config);
    script('echo "hwclock: no room on the moon" >&2; exit 1\n');
    expect(() => rtc.write(someMs)).toThrow(/no room on the moon \(io\)/);
    script('exit 3\n');
    expect(() => rtc.write(someMs)).toThrow(/it ended with 3 \(io\)/);
  });

  test('say what it takes to set the time', () => {
    const rtc = createRtc(config, config);
    script('echo "ioctl(RTC_SET_TIME) to /dev/rtc0 failed: Permission denied" >&2; exit 1\n');
    expect(() => rtc.write(someMs)).toThrow(/CAP_SYS_TIME.*\(permission\)/);
  });

  test('say how to get hwclock where it is missing', () => {
    const rtc = createRtc(config, { ...config, hwclock: folder.at('none') });
    expect(() => rtc.write(someMs)).toThrow(/util-linux.*koffi \(not-present\)/);
  });

  test('can be closed twice, and are closed then', () => {
    const rtc = createRtc(config, config);
    rtc.close();
    rtc.close();
    expect(() => rtc.read()).toThrow(/\(closed\)/);
    expect(() => rtc.write(someMs)).toThrow(/\(closed\)/);
  });
});

describe('a DS3231', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = createFolder();
  });

  afterEach(() => folder.remove());

  test('that the kernel drives is left to the kernel', () => {
    folder.put('sys/bus/i2c/devices/1-0068/driver/bind', '');
    const config = { driver: 'ds3231', bus: folder.put('i2c-1', '') } as const;
    const libc = fakeLibc({ [functions]: plainI2c });
    expect(() => createRtc(config, { libc, sysfs: folder.at('sys') })).toThrow(
      /1-0068.*\/dev\/rtcN.*\(busy\)/,
    );
  });

  test('that the kernel knows and does not drive is taken', () => {
    folder.put('sys/bus/i2c/devices/1-0068/name', 'ds3231\n');
    const config = { driver: 'ds3231', bus: folder.put('i2c-1', '') } as const;
    const libc = fakeLibc({ [functions]: plainI2c });
    expect(() => createRtc(config, { libc, sysfs: folder.at('sys') }).close()).not.toThrow();
  });

  test('is closed with its bus, of which no file stays open', () => {
    const libc = fakeLibc({ [functions]: plainI2c });
    const config = { driver: 'ds3231', bus: folder.put('i2c-1', '') } as const;
    const before = openFiles();
    const rtc = createRtc(config, { libc, sysfs: folder.at('sys') });
    rtc.close();
    rtc.close();
    expect(openFiles()).toBe(before);
    expect(() => rtc.read()).toThrow(/rtc:.*\(closed\)/);
  });
});

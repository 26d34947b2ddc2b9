import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BuzzerActs, buzzerSuite } from '#hal/conformance/index';
import type { Buzzer } from '#hal/buzzer';
import { type BuzzerConfig, type BuzzerOptions, createBuzzer } from '#hal/linux/buzzer';
import type { Closable } from '#hal/linux/closable';
import { conforms, type Rig } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';
import { createOutputChip } from './output-chip.ts';

/** One event as linux/input.h lays it out behind the time. */
interface SoundEvent {
  readonly type: number;
  readonly code: number;
  readonly value: number;
}

/** All events written to a device so far, each of `size` bytes. */
function eventsIn(path: string, size: number): SoundEvent[] {
  const bytes = readFileSync(path);
  expect(bytes.length % size).toBe(0);
  return Array.from({ length: bytes.length / size }, (_, place) => {
    const at = place * size + size - 8;
    return {
      type: bytes.readUInt16LE(at),
      code: bytes.readUInt16LE(at + 2),
      value: bytes.readInt32LE(at + 4),
    };
  });
}

/** An input device whose sounds are those of the mask: 2 = bell, 4 = tone. */
function putBeeper(folder: Folder, sounds: string): { device: string; sysfs: string } {
  folder.put('sys/class/input/event3/device/capabilities/snd', `${sounds}\n`);
  const path = folder.put('dev/event3', '');
  const device = folder.at('dev/platform-beeper');
  symlinkSync(path, device);
  return { device, sysfs: folder.at('sys') };
}

function rigOn(
  config: BuzzerConfig,
  options: BuzzerOptions,
  world: { readonly isSounding: () => boolean; readonly end: () => void },
): Rig<Buzzer, BuzzerActs> {
  let present = createBuzzer(config, options);
  return {
    subject: {
      get port() {
        return present;
      },
      act: {
        isSounding: world.isSounding,
        restart: async () => {
          present.close();
          return (present = createBuzzer(config, options));
        },
      },
    },
    end: () => {
      present.close();
      world.end();
    },
  };
}

function beeperRig(eventBytes: number): Rig<Buzzer, BuzzerActs> {
  const folder = createFolder();
  const { device, sysfs } = putBeeper(folder, '6');
  return rigOn(
    { driver: 'beeper', device },
    { sysfs, eventBytes },
    {
      isSounding: () => (eventsIn(device, eventBytes).at(-1)?.value ?? 0) !== 0,
      end: () => folder.remove(),
    },
  );
}

function gpioRig(activeLow: boolean): Rig<Buzzer, BuzzerActs> {
  const chip = createOutputChip();
  const config = { driver: 'gpio', chip: '/dev/null', line: 9, activeLow } as const;
  return rigOn(
    config,
    { libc: chip.libc },
    {
      isSounding: () => chip.isHigh(9) !== activeLow,
      end: () => undefined,
    },
  );
}

conforms(buzzerSuite, { driver: 'a beeper, 64-bit events', start: () => beeperRig(24) });
conforms(buzzerSuite, { driver: 'a beeper, 32-bit events', start: () => beeperRig(16) });
conforms(buzzerSuite, { driver: 'a GPIO line', start: () => gpioRig(false) });
conforms(buzzerSuite, { driver: 'a GPIO line that is active low', start: () => gpioRig(true) });

describe('a beeper', () => {
  let folder: Folder;
  let device: string;
  let sysfs: string;

  beforeEach(() => {
    folder = createFolder();
    ({ device, sysfs } = putBeeper(folder, '6'));
  });

  afterEach(() => folder.remove());

  const open = (toneHz?: number): Buzzer & Closable =>
    createBuzzer(
      { driver: 'beeper', device, ...(toneHz === undefined ? {} : { toneHz }) },
      { sysfs, eventBytes: 24 },
    );

  test('is silenced first, plays its tone, and is silenced at the end', () => {
    const buzzer = open(880);
    buzzer.set(true);
    buzzer.close();
    expect(eventsIn(device, 24)).toEqual(
      [0, 880, 0].map((value) => ({ type: 0x12, code: 0x02, value })),
    );
  });

  test('that knows one sound only plays that', () => {
    folder.put('sys/class/input/event3/device/capabilities/snd', '2\n');
    const buzzer = open(880);
    buzzer.set(true);
    expect(eventsIn(device, 24).at(-1)).toEqual({ type: 0x12, code: 0x01, value: 1 });
    buzzer.close();
  });

  test('is written to once for each change', () => {
    const buzzer = open();
    for (const sounding of [true, true, false, false]) buzzer.set(sounding);
    expect(eventsIn(device, 24).map(({ value }) => value)).toEqual([0, 2000, 0]);
    buzzer.close();
  });

  test('writes whole events of the size of this machine', () => {
    createBuzzer({ driver: 'beeper', device }, { sysfs }).close();
    const size = process.arch === 'arm' || process.arch === 'ia32' ? 16 : 24;
    expect(readFileSync(device)).toHaveLength(2 * size);
  });

  test('can be closed twice, and does nothing from then on', () => {
    const buzzer = open();
    buzzer.close();
    buzzer.close();
    buzzer.set(true);
    expect(eventsIn(device, 24).map(({ value }) => value)).toEqual([0, 0]);
  });

  test.each(['0', '1'])('is no input device that has the sounds %s', (sounds) => {
    folder.put('sys/class/input/event3/device/capabilities/snd', `${sounds}\n`);
    const before = openFiles();
    expect(() => open()).toThrow(/without sound.*\(unsupported\)/);
    expect(openFiles()).toBe(before);
  });

  test.each([19, 20_001, 0, -440, 440.5, Number.NaN])('has no tone of %d Hz', (toneHz) => {
    expect(() => open(toneHz)).toThrow(/\(bad-argument\)/);
  });

  test('that is not there is not made, and its module is named', () => {
    folder.remove('dev/event3');
    expect(() => open()).toThrow(/pwm-beeper or gpio-beeper.*\(not-present\)/);
    expect(existsSync(folder.at('dev/event3'))).toBe(false);
  });

  test('of a PC is looked for in its usual place, and its module is named', () => {
    expect(() => createBuzzer({ driver: 'pcspkr' })).toThrow(/modprobe pcspkr.*\(not-present\)/);
  });

  test('that fails is told so, and closes', () => {
    folder.put('sys/class/input/full/device/capabilities/snd', '6\n');
    const before = openFiles();
    expect(() => createBuzzer({ driver: 'beeper', device: '/dev/full' }, { sysfs })).toThrow(
      expect.objectContaining({ name: 'HalError', port: 'buzzer' }),
    );
    expect(openFiles()).toBe(before);
  });

  test(`leaves no file open, ${openings} times over`, () => {
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) open().close();
    expect(openFiles()).toBe(before);
  });
});

describe('a buzzer on a GPIO line', () => {
  test('says for whom the line is held, and is silent from the first instant', () => {
    const chip = createOutputChip();
    const config = { driver: 'gpio', chip: '/dev/null', line: 9, activeLow: true } as const;
    const buzzer = createBuzzer(config, { libc: chip.libc });
    expect([chip.consumer(9), chip.isHigh(9)]).toEqual(['nasboard-buzzer', true]);
    buzzer.close();
  });

  test('is told anew after a failure, though the state is the same', () => {
    const chip = createOutputChip();
    const config = { driver: 'gpio', chip: '/dev/null', line: 9 } as const;
    const buzzer = createBuzzer(config, { libc: chip.libc });
    chip.fail('EIO');
    expect(() => buzzer.set(true)).toThrow(/\(io\)/);
    chip.fail(undefined);
    buzzer.set(false);
    buzzer.set(true);
    expect(chip.isHigh(9)).toBe(true);
    buzzer.close();
    expect(chip.isHigh(9)).toBe(false);
  });
});

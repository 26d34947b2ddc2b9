import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LedsActs, ledsSuite } from '#hal/conformance/index';
import type { LedColour, Leds } from '#hal/led';
import type { Closable } from '#hal/linux/closable';
import { createLeds, type LedsConfig } from '#hal/linux/led';
import { conforms, type Rig } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';
import { createOutputChip, type OutputChip } from './output-chip.ts';

/** A folder of the LED class with its three files. */
function putLed(folder: Folder, name: string, most = 255): string {
  folder.put(`${name}/max_brightness`, `${most}\n`);
  folder.put(`${name}/brightness`, '0\n');
  folder.put(`${name}/trigger`, '[none] timer heartbeat default-on\n');
  return folder.at(name);
}

/** A file keeps what was behind a shorter text, which an attribute of the kernel does not. */
function firstLine(folder: Folder, name: string): string {
  return folder.text(name).split('\n')[0] ?? '';
}

function colourOf(isGreen: boolean, isRed: boolean): LedColour {
  if (isGreen && isRed) throw new Error('green and red at once');
  if (isGreen) return 'green';
  return isRed ? 'red' : 'off';
}

function rigOn(parts: {
  readonly open: () => Leds & Closable;
  readonly colour: () => LedColour;
  readonly end: () => void;
}): Rig<Leds, LedsActs> {
  let present = parts.open();
  return {
    subject: {
      get port() {
        return present;
      },
      act: {
        colour: parts.colour,
        restart: async () => {
          present.close();
          return (present = parts.open());
        },
      },
    },
    end: () => {
      present.close();
      parts.end();
    },
  };
}

function sysfsRig(): Rig<Leds, LedsActs> {
  const folder = createFolder();
  const status = { green: putLed(folder, 'nas:green:status'), red: putLed(folder, 'r', 1) };
  const isLit = (name: string): boolean => firstLine(folder, `${name}/brightness`) !== '0';
  return rigOn({
    open: () => createLeds({ status }),
    colour: () => colourOf(isLit('nas:green:status'), isLit('r')),
    end: () => folder.remove(),
  });
}

/** Green hangs on line 4, red on line 5 with the other polarity. */
const onLines: LedsConfig['status'] = {
  green: { driver: 'gpio', chip: '/dev/null', line: 4 },
  red: { driver: 'gpio', chip: '/dev/null', line: 5, activeLow: true },
};

function gpioRig(): Rig<Leds, LedsActs> {
  const chip = createOutputChip();
  return rigOn({
    open: () => createLeds({ status: onLines }, { libc: chip.libc }),
    colour: () => colourOf(chip.isHigh(4) === true, chip.isHigh(5) === false),
    end: () => undefined,
  });
}

conforms(ledsSuite, { driver: 'LEDs of the kernel’s class', start: sysfsRig });
conforms(ledsSuite, { driver: 'LEDs on GPIO lines', start: gpioRig });

describe('LEDs of the kernel’s class', () => {
  let folder: Folder;
  let status: { readonly green: string; readonly red: string };

  beforeEach(() => {
    folder = createFolder();
    status = { green: putLed(folder, 'green', 127), red: putLed(folder, 'red', 1) };
  });

  afterEach(() => folder.remove());

  test('are lit as bright as each can be', () => {
    const leds = createLeds({ status });
    leds.status.set('green');
    expect(firstLine(folder, 'green/brightness')).toBe('127');
    leds.status.set('red');
    expect(firstLine(folder, 'red/brightness')).toBe('1');
    leds.close();
  });

  test('are dark from the beginning and at the end, and lose their triggers', () => {
    folder.put('red/trigger', 'none timer [heartbeat]\n');
    folder.put('red/brightness', '1\n');
    const leds = createLeds({ status });
    expect(firstLine(folder, 'red/trigger')).toBe('none');
    expect(firstLine(folder, 'red/brightness')).toBe('0');
    leds.status.set('green');
    leds.close();
    expect(firstLine(folder, 'green/brightness')).toBe('0');
  });

  test('leave a trigger alone that is off', () => {
    createLeds({ status }).close();
    expect(folder.text('green/trigger')).toBe('[none] timer heartbeat default-on\n');
  });

  test('are not written to where nothing changes', () => {
    const leds = createLeds({ status });
    leds.status.set('green');
    folder.put('green/brightness', 'untouched\n');
    leds.status.set('green');
    expect(firstLine(folder, 'green/brightness')).toBe('untouched');
    leds.close();
  });

  test('that are not there are named, and nothing stays open', () => {
    const before = openFiles();
    const missing = { ...status, red: folder.at('blue') };
    expect(() => createLeds({ status: missing })).toThrow(/blue\/max_brightness.*\(not-present\)/);
    expect(openFiles()).toBe(before);
  });

  test('without a brightness that says anything are an error', () => {
    folder.put('red/max_brightness', '\n');
    expect(() => createLeds({ status })).toThrow(/no brightness \(io\)/);
  });

  test('are never made where there are none', () => {
    folder.remove('red/brightness');
    expect(() => createLeds({ status })).toThrow(/\(not-present\)/);
    expect(existsSync(folder.at('red/brightness'))).toBe(false);
  });

  test('can be closed twice, and do nothing from then on', () => {
    const leds = createLeds({ status });
    leds.close();
    leds.close();
    leds.status.set('red');
    expect(firstLine(folder, 'red/brightness')).toBe('0');
  });

  test(`leave no file open, ${openings} times over`, () => {
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) createLeds({ status }).close();
    expect(openFiles()).toBe(before);
  });
});

describe('LEDs on GPIO lines', () => {
  let chip: OutputChip;
  let leds: Leds & Closable;

  beforeEach(() => {
    chip = createOutputChip();
    leds = createLeds({ status: onLines }, { libc: chip.libc });
  });

  afterEach(() => leds.close());

  test('are dark from the first instant, whatever their polarity', () => {
    expect([chip.isHigh(4), chip.isHigh(5)]).toEqual([false, true]);
  });

  test('say for whom their lines are held', () => {
    expect(chip.consumer(4)).toBe('nasboard-led');
  });

  test('are written anew after a failure, though the colour is the same', () => {
    leds.status.set('green');
    chip.fail('EIO', 1);
    expect(() => leds.status.set('red')).toThrow(/leds: cannot set line 5.*\(io\)/);
    expect(chip.isHigh(4)).toBe(false);
    chip.fail(undefined);
    leds.status.set('green');
    expect([chip.isHigh(4), chip.isHigh(5)]).toEqual([true, true]);
  });

  test('that are gone can be closed', () => {
    chip.fail('ENODEV');
    leds.close();
    leds.status.set('green');
    expect(chip.isHigh(4)).toBe(false);
  });

  test(`leave no file open, ${openings} times over`, () => {
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) {
      createLeds({ status: onLines }, { libc: chip.libc }).close();
    }
    expect(openFiles()).toBe(before);
  });
});

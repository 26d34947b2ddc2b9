import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buttonSuite } from '#hal/conformance/index';
import { createButton, type ButtonConfig } from '#hal/linux/button';
import { createClock } from '#hal/linux/clock';
import { ButtonRig, shown } from './button-rig.ts';
import { conforms } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { endlessChip, InputChip } from './input-chip.ts';
import { openFiles, openings } from './open-files.ts';

let folder: Folder;
let chip: InputChip;
let rig: ButtonRig | undefined;

beforeEach(() => {
  folder = createFolder();
  chip = new InputChip(folder);
});

afterEach(() => {
  rig?.close();
  rig = undefined;
  chip.close();
  folder.remove();
});

type Wiring = Partial<Extract<ButtonConfig, { driver: 'gpio' }>>;

function configOf(wiring: Wiring = {}): ButtonConfig {
  const usual = { line: 2, activeLow: true, bias: 'pull-up' } as const;
  return { driver: 'gpio', chip: chip.path, ...usual, ...wiring };
}

/** With the button released, as it is wired. */
async function open(wiring: Wiring = {}): Promise<ButtonRig> {
  chip.drive(2, wiring.activeLow ?? true);
  rig = await ButtonRig.open(configOf(wiring), chip.libc);
  return rig;
}

const wirings: readonly (Wiring & { readonly name: string })[] = [
  { name: 'active low with a pull-up', activeLow: true, bias: 'pull-up' },
  { name: 'active high with a pull-down', activeLow: false, bias: 'pull-down' },
];

for (const { name, ...wiring } of wirings) {
  conforms(buttonSuite, {
    driver: `a GPIO line, ${name}`,
    start: async () => {
      const opened = await open(wiring);
      return {
        subject: opened.subject((isPressed) => {
          const isHigh = isPressed !== wiring.activeLow;
          for (const level of [isHigh, !isHigh, isHigh]) chip.drive(2, level);
        }),
        end: () => undefined,
      };
    },
  });
}

describe('the kernel is asked', () => {
  const asked = [
    { wiring: { activeLow: true, bias: 'pull-up' }, flags: 2n | 4n | 48n | 256n },
    { wiring: { activeLow: false, bias: 'pull-down' }, flags: 4n | 48n | 512n },
    { wiring: { activeLow: false, bias: 'disabled' }, flags: 4n | 48n | 1024n },
    { wiring: { activeLow: true, bias: 'as-is' }, flags: 2n | 4n | 48n },
  ] as const;
  test.each(asked)('for an input with both edges and $wiring', async ({ wiring, flags }) => {
    await open(wiring);
    expect(chip.request).toMatchObject({
      offset: 2,
      flags,
      consumer: 'nasboard-reset',
      debounceUs: 0,
      bufferSize: 512,
    });
  });

  test('for the line of a name', async () => {
    await open({ line: 'SPARE' });
    expect(chip.request?.offset).toBe(3);
  });

  test('for debouncing, whose settled edges keep their times', async () => {
    const { edges, pass } = bound(await open({ debounceMs: 7.5 }));
    expect(chip.request?.debounceUs).toBe(7_500);
    await pass(100);
    chip.drive(2, false);
    await pass(30);
    expect(edges[0]?.atMs).toBeCloseTo(100, 2);
  });
});

describe('a hold', () => {
  test('is measured by the times of the kernel, with all its bounces', async () => {
    const { edges, pass } = bound(await open());
    await pass(10);
    for (const isHigh of [false, true, false]) {
      chip.drive(2, isHigh);
      await pass(1);
    }
    await pass(10_000);
    chip.drive(2, true);
    await pass(30);
    expect(shown(edges)).toEqual(['press 10', 'release 11', 'press 12', 'release 10013']);
  });

  test('that began before the opening is seen as held', async () => {
    chip.drive(2, false);
    rig = await ButtonRig.open(configOf(), chip.libc);
    expect(rig.button.isPressed()).toBe(true);
    chip.drive(2, true);
    await rig.pass(30);
    expect(shown(rig.edges)).toEqual(['release 0']);
  });

  test('that begins while the line is opened is seen once', async () => {
    chip.drive(2, true);
    const { libc } = chip;
    let reads = 0;
    rig = await ButtonRig.open(configOf(), {
      ...libc,
      ioctl: (fd, request, argument) => {
        const answer = libc.ioctl(fd, request, argument);
        // Between the level and the first look at the events.
        if (request === 0xc010b40e && (reads += 1) === 1) chip.drive(2, false);
        return answer;
      },
    });
    expect(rig.button.isPressed()).toBe(true);
    await rig.pass(30);
    expect(rig.edges).toEqual([]);
    chip.drive(2, true);
    await rig.pass(30);
    expect(shown(rig.edges)).toEqual(['release 0'].map((text) => text.replace('0', '30')));
  });
});

describe('events', () => {
  test('are understood wherever a read ends in one', async () => {
    const { edges, pass } = bound(await open());
    for (let cut = 1; cut < 48; cut += 1) {
      const bytes = chip.event(cut % 2 === 1, cut);
      chip.say(bytes.subarray(0, cut));
      await pass(30);
      chip.say(bytes.subarray(cut));
      await pass(30);
      expect(edges.splice(0).map(({ pressed }) => pressed)).toEqual([cut % 2 === 1]);
    }
  });

  test('that fill the buffer many times are all heard', async () => {
    const { edges, faults, pass } = bound(await open());
    for (let edge = 0; edge < 500; edge += 1) chip.drive(2, edge % 2 === 1);
    await pass(300);
    expect(edges.length).toBe(500);
    expect(faults).toEqual([]);
  });

  test.each([1, 2, 3, 4])('of which the kernel lost %d are told of and made up', async (lost) => {
    const { edges, faults, pass } = bound(await open());
    for (let edge = 0; edge < lost; edge += 1) {
      chip.drive(2, edge % 2 === 1, { isLost: true });
    }
    chip.drive(2, lost % 2 === 1);
    await pass(30);
    expect(faults.map(({ code, message }) => [code, /lost \d edges/.exec(message)?.[0]])).toEqual([
      ['io', `lost ${lost} edges`],
    ]);
    const isPressed = lost % 2 === 0;
    expect(edges.map(({ pressed }) => pressed)).toEqual(isPressed ? [true] : [true, false]);
    expect(bound(rig).button.isPressed()).toBe(isPressed);
  });

  test('are counted on beyond 32 bits', async () => {
    const { edges, faults, pass } = bound(await open());
    chip.say(chip.event(true, 0xffff_ffff));
    await pass(30);
    faults.length = 0;
    chip.say(chip.event(false, 0));
    await pass(30);
    expect(edges.length).toBe(2);
    expect(faults).toEqual([]);
  });
});

describe('opening', () => {
  const refusals: readonly {
    readonly what: string;
    readonly wiring?: Wiring;
    readonly prepare?: () => void;
    readonly code: string;
    readonly text: string;
  }[] = [
    {
      what: 'a line that somebody holds',
      prepare: () => void chip.holders.set(2, 'reset-key'),
      code: 'busy',
      text: 'line 2 is held by «reset-key»',
    },
    {
      what: 'an offset beyond the last',
      wiring: { line: 6 },
      code: 'bad-argument',
      text: 'line 6',
    },
    {
      what: 'a name that no line has',
      wiring: { line: 'REST_N' },
      code: 'not-present',
      text: 'no line «REST_N»',
    },
    {
      what: 'a name that two lines have',
      wiring: { line: 'TWICE' },
      code: 'bad-argument',
      text: 'lines 4, 5 named «TWICE»',
    },
    {
      what: 'a chip that is not there',
      wiring: { chip: 'gpiochip999' },
      code: 'not-present',
      text: '/dev/gpiochip999',
    },
    {
      what: 'what the kernel refuses',
      prepare: () => void (chip.refusal = 'EPERM'),
      code: 'permission',
      text: 'EPERM',
    },
  ];
  test.each(refusals)('refuses $what', async ({ wiring = {}, prepare, code, text }) => {
    prepare?.();
    const clock = createClock();
    const before = openFiles();
    const opening = createButton(configOf(wiring), { clock, libc: chip.libc });
    await expect(opening).rejects.toMatchObject({ name: 'HalError', code, port: 'reset-button' });
    await expect(opening).rejects.toThrow(text);
    expect(openFiles()).toBe(before);
    clock.close();
  });

  test('leaves nothing open where the level cannot be read', async () => {
    const clock = createClock();
    const before = openFiles();
    const failing = endlessChip(folder);
    const { ioctl } = failing.libc;
    const libc = {
      ...failing.libc,
      ioctl: (fd: number, request: number, argument: Uint8Array) => {
        if (request === 0xc010b40e) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return ioctl(fd, request, argument);
      },
    };
    const opening = createButton(configOf({ chip: failing.path }), { clock, libc });
    await expect(opening).rejects.toMatchObject({ code: 'io' });
    // The writer of the pipe.
    expect(openFiles()).toBe(before + 1);
    clock.close();
  });
});

describe('a controller that goes', () => {
  test('is told of once, released, found again, and heard again', async () => {
    const { edges, faults, pass, button } = bound(await open());
    chip.drive(2, false);
    await pass(500);
    chip.unplug();
    await pass(5_000);
    expect(faults.map(({ code }) => code)).toEqual(['not-present']);
    expect(button.isPressed()).toBe(false);
    chip.plugIn();
    chip.drive(2, true);
    await pass(1_000);
    chip.drive(2, false);
    await pass(30);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true, false, true]);
  });
});

describe('closing', () => {
  test('twice is no error, and gives the line back', async () => {
    const { edges, pass, button } = bound(await open());
    const before = openFiles();
    button.close();
    button.close();
    expect(openFiles()).toBe(before - 1);
    chip.drive(2, false);
    await pass(100);
    expect(edges).toEqual([]);
    expect(() => button.isPressed()).toThrowError(expect.objectContaining({ code: 'closed' }));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no descriptor open, however often', async () => {
    const { path, libc } = endlessChip(folder);
    const clock = createClock();
    const before = openFiles();
    for (let opening = 0; opening < openings; opening += 1) {
      (await createButton(configOf({ chip: path }), { clock, libc })).close();
    }
    expect(openFiles()).toBe(before);
    clock.close();
  });
});

function bound(opened: ButtonRig | undefined) {
  if (opened === undefined) throw new Error('nothing is open');
  const { edges, faults, button } = opened;
  return { edges, faults, button, pass: (ms: number) => opened.pass(ms) };
}

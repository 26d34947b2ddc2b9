import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Button, ButtonEdge } from '#hal/button';
import { type ButtonActs, buttonSuite, type Subject } from '#hal/conformance/index';
import type { HalError } from '#hal/errors';
import { createButton, type ButtonConfig } from '#hal/linux/button';
import { createClock, type LinuxClock } from '#hal/linux/clock';
import { conforms } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { GpiomonPrograms } from './gpiomon-programs.ts';
import { openFiles, openings } from './open-files.ts';
import { until } from './until.ts';

type GpiomonConfig = Extract<ButtonConfig, { driver: 'gpiomon' }>;
type OpenButton = Awaited<ReturnType<typeof createButton>>;

let folder: Folder;
let clock: LinuxClock;
let programs: GpiomonPrograms;
let button: OpenButton | undefined;
let faults: HalError[];
let edges: ButtonEdge[];

beforeEach(() => {
  folder = createFolder();
  clock = createClock();
  faults = [];
  edges = [];
});

afterEach(() => {
  button?.close();
  button = undefined;
  programs.end();
  clock.close();
  folder.remove();
});

async function open(version: 1 | 2, config: Partial<GpiomonConfig> = {}): Promise<OpenButton> {
  programs = new GpiomonPrograms(folder, version);
  return reopen(config);
}

async function reopen(config: Partial<GpiomonConfig> = {}): Promise<OpenButton> {
  const usual = { chip: 'gpiochip0', line: 17, activeLow: true, bias: 'pull-up' } as const;
  button = await createButton(
    { driver: 'gpiomon', program: programs.path, ...usual, ...config },
    { clock, onFault: (error) => void faults.push(error), returnEveryMs: 5 },
  );
  button.onEdge((edge) => void edges.push(edge));
  return button;
}

async function heard(count: number): Promise<void> {
  await until(() => edges.length >= count, `${count} edges`);
}

function subject(): Subject<Button, ButtonActs> {
  const turn = async (isPressed: boolean): Promise<void> => {
    const count = edges.length;
    programs.edge(isPressed);
    await heard(count + 1);
  };
  return {
    get port() {
      if (button === undefined) throw new Error('no button is open');
      return button;
    },
    act: {
      press: () => turn(true),
      release: () => turn(false),
      nowMs: () => clock.now(),
      pass: async (ms) => {
        const endMs = clock.now() + ms;
        await until(() => clock.now() >= endMs, 'time to pass');
      },
      restart: async () => {
        button?.close();
        programs.setLevel(false);
        programs.renew();
        return reopen();
      },
    },
  };
}

for (const version of [1, 2] as const) {
  conforms(buttonSuite, {
    driver: `gpiomon of libgpiod ${version}.x`,
    start: async () => {
      await open(version);
      return { subject: subject(), end: () => undefined };
    },
  });
}

describe('the programs are told', () => {
  const v2 = ['--chip=gpiochip0', '--consumer=nasboard-reset'];
  const told: readonly {
    readonly version: 1 | 2;
    readonly config: Partial<GpiomonConfig>;
    readonly watch: readonly string[];
    readonly level: readonly string[];
  }[] = [
    {
      version: 1,
      config: {},
      watch: [
        '--line-buffered',
        '--active-low',
        '--bias=pull-up',
        '--format=%e %s %n',
        'gpiochip0',
        '17',
      ],
      level: ['--active-low', '--bias=pull-up', 'gpiochip0', '17'],
    },
    {
      version: 1,
      config: { activeLow: false, bias: 'disabled' },
      watch: ['--line-buffered', '--bias=disable', '--format=%e %s %n', 'gpiochip0', '17'],
      level: ['--bias=disable', 'gpiochip0', '17'],
    },
    {
      version: 2,
      config: { debounceMs: 30 },
      watch: [
        ...v2,
        '--active-low',
        '--bias=pull-up',
        '--debounce-period=30000us',
        '--edges=both',
        '--format=%e %S',
        '17',
      ],
      level: [...v2, '--active-low', '--bias=pull-up', '--numeric', '17'],
    },
    {
      version: 2,
      config: { line: 'RESET_N', bias: 'as-is', activeLow: false },
      watch: [...v2, '--by-name', '--strict', '--edges=both', '--format=%e %S', 'RESET_N'],
      level: [...v2, '--by-name', '--strict', '--numeric', 'RESET_N'],
    },
  ];
  test.each(told)('of $config in the dialect of version $version', async (row) => {
    await open(row.version, row.config);
    programs.edge(true);
    await heard(1);
    expect(programs.options('gpiomon')).toEqual(row.watch);
    expect(programs.options('gpioget')).toEqual(row.level);
  });
});

describe('a hold', () => {
  test.each([1, 2] as const)('is measured by stamps, in the dialect of %d.x', async (version) => {
    await open(version);
    // Fewer digits than nine in either dialect's fraction.
    const ns = process.hrtime.bigint();
    const startNs = ns - (ns % 1_000_000_000n) - 2_999_999_000n;
    programs.edge(true, startNs);
    programs.edge(false, startNs + 2_500_000_000n);
    await heard(2);
    expect((edges[1]?.atMs ?? 0) - (edges[0]?.atMs ?? 0)).toBeCloseTo(2_500, 2);
  });

  test('that began before the opening is seen as held', async () => {
    programs = new GpiomonPrograms(folder, 2);
    programs.setLevel(true);
    expect((await reopen()).isPressed()).toBe(true);
  });

  test('is measured by the time of hearing where stamps are of another clock', async () => {
    await open(1);
    const beforeMs = clock.now();
    programs.edge(true, BigInt(Date.now()) * 1_000_000n);
    await heard(1);
    expect(edges[0]?.atMs).toBeGreaterThanOrEqual(beforeMs);
    expect(edges[0]?.atMs).toBeLessThanOrEqual(clock.now());
  });

  test('is found in lines that come in parts, among others', async () => {
    await open(2);
    const seconds = process.hrtime.bigint() / 1_000_000_000n - 1n;
    const line = `1 ${seconds}.5`;
    programs.say('Monitoring line 17...\n\n1 x.y\n');
    for (const part of line) programs.say(part);
    programs.say('\n');
    await heard(1);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true]);
    const stampedMs = clock.fromMonotonicNs(seconds * 1_000_000_000n + 500_000_000n);
    expect(edges[0]?.atMs).toBeCloseTo(stampedMs, 2);
  });
});

describe('opening', () => {
  const refusals = [
    {
      says: "gpioget: unable to open chip '/dev/gpiochip0': Permission denied",
      code: 'permission',
    },
    { says: 'gpioget: error reading GPIO values: Device or resource busy', code: 'busy' },
    { says: "gpioget: cannot find GPIO chip character device 'gpiochip9'", code: 'not-present' },
    { says: 'gpioget: error reading GPIO values: Invalid argument', code: 'bad-argument' },
    { says: 'gpioget: something new', code: 'io' },
  ];
  test.each(refusals)('refuses what the programs refuse: $code', async ({ says, code }) => {
    programs = new GpiomonPrograms(folder, 2);
    programs.refuse(says);
    await expect(reopen()).rejects.toMatchObject({ name: 'HalError', code });
    await expect(reopen()).rejects.toThrow(says);
  });

  const unsupported = [
    {
      what: 'a missing program',
      version: 2,
      config: { program: '/nowhere/gpiomon' },
      text: 'gpiod',
    },
    { what: 'a name, by 1.x', version: 1, config: { line: 'RESET_N' }, text: 'name lines' },
    { what: 'debouncing, by 1.x', version: 1, config: { debounceMs: 5 }, text: 'debounce' },
  ] as const;
  test.each(unsupported)('does not support $what', async ({ version, config, text }) => {
    const opening = open(version, config);
    await expect(opening).rejects.toMatchObject({ name: 'HalError', code: 'unsupported' });
    await expect(opening).rejects.toThrow(text);
  });

  test('does not support a version that nobody knew of', async () => {
    programs = new GpiomonPrograms(folder, 2, 'v3.0');
    await expect(reopen()).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('a program', () => {
  test('that may not be run is told of as that, not as missing', async () => {
    programs = new GpiomonPrograms(folder, 2);
    chmodSync(programs.path, 0o644);
    const opening = reopen();
    await expect(opening).rejects.toMatchObject({ name: 'HalError', code: 'permission' });
    await expect(opening).rejects.toThrow(
      `cannot run ${programs.path}: EACCES; make it executable`,
    );
  });

  test('that may not be run any more, once it has ended, is told of as that', async () => {
    await open(2);
    chmodSync(programs.path, 0o644);
    programs.end();
    await until(() => faults.some(({ code }) => code === 'permission'), 'the second fault');
    expect(faults.at(-1)?.message).toContain(`cannot run ${programs.path}: EACCES`);
  });
});

describe('a program that ends', () => {
  test('is told of once, the button is released, and it is started again', async () => {
    const opened = await open(2);
    programs.edge(true);
    await heard(1);
    programs.refuse('gpiomon: error waiting for events: No such device');
    programs.end();
    await until(() => faults.length > 0, 'a fault');
    await heard(2);
    expect(opened.isPressed()).toBe(false);
    // What was told of the end itself: it said nothing.
    expect(faults[0]?.code).toBe('io');
    await until(() => faults.length > 1, 'a second fault');
    expect(faults[1]?.code).toBe('not-present');
    programs.setLevel(true);
    programs.renew();
    programs.refuse(undefined);
    await heard(3);
    programs.edge(false);
    await heard(4);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true, false, true, false]);
    expect(faults.length).toBe(2);
  });
});

describe('closing', () => {
  test('twice is no error, and ends the program', async () => {
    const opened = await open(2);
    programs.edge(true);
    await heard(1);
    const { pid } = programs;
    opened.close();
    opened.close();
    expect(() => opened.isPressed()).toThrowError(expect.objectContaining({ code: 'closed' }));
    await until(() => !isRunning(pid), 'the program to end');
    expect(faults).toEqual([]);
  });

  test('leaves nothing open, however often', async () => {
    const opened = await open(2);
    opened.close();
    await until(() => !isRunning(programs.pid), 'the program to end');
    const before = openFiles();
    // Three processes each: a hundred times is long enough.
    const times = Math.min(openings / 20, 100);
    for (let opening = 0; opening < times; opening += 1) (await reopen()).close();
    await until(() => openFiles() <= before, 'all descriptors to be closed');
    expect(openFiles()).toBeLessThanOrEqual(before);
  });
});

function isRunning(pid: number | undefined): boolean {
  try {
    if (pid !== undefined) process.kill(pid, 0);
    return pid !== undefined;
  } catch {
    return false;
  }
}

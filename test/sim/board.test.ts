import { beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '#hal/board';
import { HalError } from '#hal/errors';
import { SimBoard } from '#sim/board';
import { SimulatorBug, UsageError } from '#sim/kernel/invariant';
import { World } from '#sim/kernel/world';
import { createBoardBench, type BoardBench } from './board-bench.ts';

let bench: BoardBench;
let board: SimBoard;
let world: World;
let lives: readonly Board[];
let stops: string[];

const install: BoardBench['install'] = (start) => bench.install(start);
const hal = (): Board => bench.hal();

beforeEach(() => {
  bench = createBoardBench();
  ({ board, world, lives, stops } = bench);
});

describe('supply', () => {
  test('a board is off at first, and starts its firmware when switched on', () => {
    install();
    expect(board.isPowered).toBe(false);
    expect(board.life).toBeUndefined();
    board.powerOn();
    expect(board.isPowered).toBe(true);
    expect(board.poweredOnAtUs).toBe(world.nowUs);
    expect(lives).toHaveLength(1);
    expect(hal().power.bootReason).toBe('power-on');
    expect(hal().clock.now()).toBe(0);
  });

  test('switching on what is on, and off what is off, does nothing and leaves no trace', () => {
    install();
    board.powerOff();
    board.cutPower();
    board.powerOn();
    board.powerOn();
    expect(lives).toHaveLength(1);
    const power = world.trace.records.filter((record) => record.source === 'power');
    expect(power.map((record) => record.kind)).toEqual(['on', 'start']);
  });

  test.each(['powerOff', 'cutPower'] as const)(
    '%s ends the life, then stops the firmware',
    (verb) => {
      board.install(() => ({ stop: () => void stops.push(`alive: ${board.life !== undefined}`) }));
      board.powerOn();
      const { life } = board;
      board[verb]();
      expect(life?.isAlive).toBe(false);
      expect(board.isPowered).toBe(false);
      expect(stops).toEqual(['alive: false']);
    },
  );

  test('each life has a clock of its own, which starts at zero', async () => {
    install();
    board.powerOn();
    await world.runFor(5_000_000);
    const first = hal().clock;
    board.powerCycle(1_000_000);
    await world.runFor(3_000_000);
    expect(lives).toHaveLength(2);
    expect(first.now()).toBe(8_000);
    expect(hal().clock.now()).toBe(2_000);
    expect(hal().power.bootReason).toBe('power-on');
    expect(board.bootCount).toBe(2);
  });

  test('switching off during a power cycle calls the switching on off', async () => {
    install();
    board.powerOn();
    board.powerCycle();
    board.powerOff();
    await world.runFor(10_000_000);
    expect(board.isPowered).toBe(false);
    expect(lives).toHaveLength(1);
  });

  test('listeners hear all that happens to the supply', async () => {
    install();
    const events: string[] = [];
    const stop = board.onPower((event) => events.push(event));
    board.powerOn();
    hal().power.reboot();
    await world.runFor(1_000_000);
    board.cutPower();
    stop();
    board.powerOn();
    expect(events).toEqual(['on', 'start', 'reboot', 'start', 'cut']);
  });

  test('a board without firmware can be switched on', async () => {
    board.powerOn();
    await world.runFor(1_000_000);
    expect(board.isPowered).toBe(true);
  });
});

describe('crystal', () => {
  test.each([
    { ppm: 0, expectedMs: 1_000_000 },
    { ppm: 100, expectedMs: 1_000_100 },
    { ppm: -100, expectedMs: 999_900 },
  ])('a crystal off by $ppm ppm counts $expectedMs ms in 1,000 s', async ({ ppm, expectedMs }) => {
    board = new SimBoard(world, { name: 'other', crystalPpm: ppm });
    bench.board = board;
    install();
    board.powerOn();
    await world.runFor(1_000_000_000);
    expect(hal().clock.now()).toBe(expectedMs);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1_000_000])('%d ppm is refused', (ppm) => {
    expect(() => board.setCrystalPpm(ppm)).toThrow(UsageError);
    expect(() => new SimBoard(world, { crystalPpm: ppm, name: 'other' })).toThrow(UsageError);
  });

  test('a change of the crystal moves pending time-outs and the watchdog', async () => {
    const fired: number[] = [];
    install((own) => {
      if (lives.length > 1) return;
      own.clock.setTimeout(() => fired.push(own.clock.now()), 20_000);
      own.watchdog.arm(30_000);
    });
    board.powerOn();
    const startUs = world.nowUs;
    await world.runFor(10_000_000);
    board.setCrystalPpm(1_000_000);
    await world.runFor(5_000_000);
    expect(fired).toEqual([20_000]);
    const bites: number[] = [];
    board.onPower((event) => {
      if (event === 'watchdog') bites.push(world.nowUs - startUs);
    });
    await world.runFor(10_000_000);
    expect(bites).toEqual([20_000_000]);
  });
});

describe('what outlives a life', () => {
  test('the RTC with a dead battery keeps its time over a reboot and loses it with the supply', async () => {
    install();
    board.powerOn();
    board.rtc.setBattery(false);
    hal().power.reboot();
    await world.runFor(1_000_000);
    expect(hal().rtc.read().valid).toBe(true);
    board.powerCycle();
    await world.runFor(5_000_000);
    expect(hal().rtc.read()).toEqual({ timeMs: Date.UTC(2000, 0, 1) + 4_000, valid: false });
  });

  test('the console output stays over a reboot, and starts anew with the supply', async () => {
    install((own) => own.console.write(`${own.power.bootReason} `));
    board.powerOn();
    await world.settle();
    hal().power.reboot();
    await world.runFor(1_000_000);
    expect(board.uart.output).toBe('power-on reboot ');
    board.powerCycle();
    await world.runFor(2_000_000);
    expect(board.uart.output).toBe('power-on ');
  });
});

describe('several boards in a world', () => {
  test('have names, labels and chance of their own', () => {
    const other = new SimBoard(world);
    expect([board.name, other.name]).toEqual(['board', 'board-2']);
    expect(other.label.serialNumber).not.toBe(board.label.serialNumber);
    expect(other.label.macAddresses).not.toEqual(board.label.macAddresses);
    expect(() => new SimBoard(world, { name: 'board' })).toThrow(UsageError);
  });

  test('the trace says whose a record is, but for those of the first', () => {
    new SimBoard(world, { name: 'east' }).powerOn();
    board.powerOn();
    const starts = world.trace.records.filter((record) => record.kind === 'start');
    expect(starts.map((record) => record['board'])).toEqual(['east', undefined]);
  });

  test('a thousand live side by side', async () => {
    const boards = Array.from({ length: 1_000 }, () => new SimBoard(world));
    for (const each of boards) {
      each.install((own) => {
        own.console.write(`I am ${own.identity.serialNumber}`);
        return { stop: () => undefined };
      });
      each.powerOn();
    }
    await world.runFor(1_000_000);
    expect(boards.every((each) => each.uart.output === `I am ${each.label.serialNumber}`)).toBe(
      true,
    );
    for (const each of boards) each.cutPower();
    await world.settle();
  });
});

test('faults that had no effect so far are named', () => {
  install();
  board.flash.failWrites(1);
  board.random.failReads(1);
  board.uart.sendBreak();
  expect(board.pendingFaults).toEqual(['flash fail-writes', 'uart break', 'random fail-reads']);
  board.powerOn();
  expect(() => hal().storage.write('a', 0, Uint8Array.of(1))).toThrow(HalError);
  expect(() => hal().random.bytes(1)).toThrow(HalError);
  expect(board.pendingFaults).toEqual(['uart break']);
});

describe('bugs', () => {
  test('a time-out that is set anew for the same instant is named', async () => {
    install((own) => {
      const spinForEver = (): void => void own.clock.setTimeout(spinForEver, 0);
      own.clock.setTimeout(spinForEver, 10);
    });
    board.powerOn();
    const run = world.runFor(1_000_000);
    await expect(run).rejects.toThrow(SimulatorBug);
    await expect(run).rejects.toThrow('board: spinForEver');
  });
});

test('the same seed and the same doings give the same trace', async () => {
  const run = async (): Promise<string> => {
    const own = new World({ seed: 11 });
    const sim = new SimBoard(own);
    sim.install((hardware) => {
      hardware.resetButton.onEdge(({ pressed, atMs }) => {
        hardware.console.write(`${pressed} ${atMs} ${hardware.random.bytes(4).join('.')}\r\n`);
      });
      return { stop: () => undefined };
    });
    sim.powerOn();
    sim.resetButton.hold(3_000_000, { edges: 8, withinUs: 15_000 });
    await own.runFor(4_000_000);
    sim.uart.noise(16);
    sim.powerCycle();
    await own.runFor(2_000_000);
    return own.trace.records.map((record) => JSON.stringify(record)).join('\n');
  };
  const first = await run();
  expect(await run()).toBe(first);
  expect(first).toContain('true 0 ');
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '#hal/board';
import { HalError } from '#hal/errors';
import type { SimBoard } from '#sim/board';
import type { World } from '#sim/kernel/world';
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

describe('the firmware at the supply', () => {
  test('a reboot ends the life at once and begins the next after the reset pulse', async () => {
    install();
    board.powerOn();
    await world.runFor(1_000_000);
    const { life } = board;
    hal().power.reboot();
    expect(life?.isAlive).toBe(false);
    expect(stops).toEqual([]);
    expect(board.isPowered).toBe(true);
    await world.runFor(9_999);
    expect(stops).toEqual(['life 1']);
    expect(lives).toHaveLength(1);
    await world.runFor(1);
    expect(lives).toHaveLength(2);
    expect(hal().power.bootReason).toBe('reboot');
  });

  test('a reboot in the middle of a time-out finishes the work, then stops the firmware', async () => {
    const order: string[] = [];
    board.install((own) => {
      own.clock.setTimeout(() => {
        if (board.bootCount > 1) return;
        own.power.reboot();
        own.leds.status.set('red');
        order.push('after reboot()');
      }, 100);
      return { stop: () => void order.push('stop()') };
    });
    board.powerOn();
    await world.runFor(1_000_000);
    expect(order).toEqual(['after reboot()', 'stop()']);
    expect(board.statusLed.history).toEqual([]);
    expect(board.bootCount).toBe(2);
  });

  test('a reboot while the firmware starts is safe', async () => {
    install((own) => {
      if (lives.length === 1) own.power.reboot();
    });
    board.powerOn();
    await world.runFor(1_000_000);
    expect(stops).toEqual(['life 1']);
    expect(lives).toHaveLength(2);
  });

  test('off() switches the board off until somebody switches it on', async () => {
    install();
    board.powerOn();
    hal().power.off();
    expect(board.isPowered).toBe(false);
    await world.runFor(1_000_000);
    expect(stops).toEqual(['life 1']);
    board.powerOn();
    expect(lives).toHaveLength(2);
  });

  test('who listens is told after the work of the firmware, and may act at once', async () => {
    install((own) => {
      if (lives.length === 1) own.clock.setTimeout(() => own.power.off(), 100);
    });
    board.onPower((event) => {
      stops.push(event);
      if (event === 'off') board.powerOn();
    });
    board.powerOn();
    await world.runFor(1_000_000);
    expect(stops).toEqual(['on', 'start', 'life 1', 'off', 'on', 'start']);
  });

  test('switched on at once after off(), listeners hear it all in order', async () => {
    install();
    board.onPower((event) => stops.push(event));
    board.powerOn();
    hal().power.off();
    board.powerOn();
    await world.settle();
    expect(stops).toEqual(['on', 'start', 'life 1', 'off', 'on', 'start']);
  });

  test('a board that is cut while it restarts stays off', async () => {
    install();
    board.powerOn();
    hal().power.reboot();
    await world.runFor(5_000);
    board.cutPower();
    await world.runFor(1_000_000);
    expect(lives).toHaveLength(1);
    expect(stops).toEqual(['life 1']);
  });

  test('commands of a dead life do nothing', async () => {
    install();
    board.powerOn();
    const dead = hal();
    board.cutPower();
    board.powerOn();
    dead.power.reboot();
    dead.power.off();
    await world.runFor(1_000_000);
    expect(board.isPowered).toBe(true);
    expect(lives).toHaveLength(2);
  });

  test('a power failure in a write stops the firmware only after its work', async () => {
    install();
    board.powerOn();
    board.flash.cutPowerAfterWrites(1);
    try {
      hal().storage.write('a', 0, Uint8Array.of(1));
    } catch (error) {
      stops.push((error as HalError).code);
    }
    expect(board.isPowered).toBe(false);
    await world.runFor(1);
    expect(stops).toEqual(['power-lost', 'life 1']);
  });

  test('a power failure while the firmware starts ends that start without an error', async () => {
    install((own) => own.storage.write('a', 0, Uint8Array.of(1)));
    board.flash.cutPowerAfterWrites(1);
    board.powerOn();
    await world.runFor(1_000_000);
    expect(board.isPowered).toBe(false);
    board.powerOn();
    expect(board.isPowered).toBe(true);
  });

  test('an error of a start whose board lives is passed on', () => {
    board.install(() => {
      throw new HalError('closed', 'storage', 'for no reason');
    });
    expect(() => board.powerOn()).toThrow('for no reason');
  });
});

describe('a life that is over', () => {
  test('its outputs do nothing and its listeners hear nothing', async () => {
    install();
    board.powerOn();
    const dead = hal();
    const heard: string[] = [];
    dead.resetButton.onEdge(() => heard.push('edge'));
    dead.console.on('data', () => heard.push('data'));
    dead.console.on('close', () => heard.push('close'));
    dead.console.on('error', () => heard.push('error'));
    dead.clock.setTimeout(() => heard.push('time-out'), 10);
    await world.settle();
    dead.leds.status.set('green');
    dead.buzzer.set(true);
    board.cutPower();
    expect(board.statusLed.colour).toBe('off');
    expect(board.buzzer.isSounding).toBe(false);
    dead.leds.status.set('red');
    dead.buzzer.set(true);
    dead.console.write('late');
    board.resetButton.press();
    board.uart.write('x');
    await world.runFor(1_000_000);
    board.powerOn();
    board.resetButton.release();
    board.uart.write('y');
    await world.runFor(1_000_000);
    expect(heard).toEqual([]);
    expect(board.statusLed.colour).toBe('off');
    expect(board.buzzer.isSounding).toBe(false);
    expect(board.uart.output).toBe('');
    expect(() => dead.storage.size('a')).toThrow(HalError);
    expect(() => dead.dataVolume.list('')).toThrow(HalError);
  });
});

describe('a CPU that hangs', () => {
  test('hears nothing and does nothing until the watchdog bites', async () => {
    const heard: string[] = [];
    install((own) => {
      own.console.on('data', (bytes: Buffer) => heard.push(bytes.toString()));
      own.resetButton.onEdge(({ pressed }) => heard.push(`pressed ${pressed}`));
      const tick = (): void => {
        heard.push('tick');
        own.watchdog.kick();
        own.clock.setTimeout(tick, 10_000);
      };
      own.watchdog.arm(30_000);
      own.clock.setTimeout(tick, 10_000);
    });
    board.powerOn();
    await world.runFor(15_000_000);
    board.hangCpu();
    board.uart.write('x');
    board.resetButton.press();
    await world.runFor(24_999_999);
    expect(heard).toEqual(['tick']);
    expect(lives).toHaveLength(1);
    await world.runFor(1 + 10_000);
    expect(lives).toHaveLength(2);
    expect(stops).toEqual(['life 1']);
    expect(hal().power.bootReason).toBe('watchdog');
    board.resetButton.release();
    await world.settle();
    expect(heard).toEqual(['tick', 'pressed false']);
  });

  test('hangs for ever without a watchdog', async () => {
    install();
    board.powerOn();
    board.hangCpu();
    await world.runFor(3_600_000_000);
    expect(lives).toHaveLength(1);
  });
});

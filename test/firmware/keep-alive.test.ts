import { describe, expect, it } from 'vitest';
import { startFirmware } from '#firmware/index';
import { keepAlive } from '#firmware/keep-alive';
import { SimBoard } from '#sim/board';
import { factoryImage } from '#sim/factory';
import { World } from '#sim/kernel/world';

const second = 1_000_000;

/** A board whose firmware does nothing but keep itself alive, as long as it is well. */
function aliveBoard() {
  const world = new World();
  const board = new SimBoard(world);
  const health = { isWell: true };
  board.install(({ clock, watchdog }) =>
    keepAlive({ clock, watchdog, isWell: () => health.isWell }),
  );
  board.powerOn();
  return { world, board, health };
}

describe('the kicks', () => {
  it('keep the watchdog from biting for a day', async () => {
    const { world, board } = aliveBoard();
    await world.runFor(86_400 * second);
    expect(board.bootCount).toBe(1);
    expect(board.watchdog.timeoutMs).toBe(300_000);
  });

  it('stop where the firmware is not well: the board restarts five minutes after the last', async () => {
    const { world, board, health } = aliveBoard();
    await world.runFor(130 * second);
    health.isWell = false;
    await world.runFor(289.999 * second);
    expect(board.bootCount).toBe(1);
    await world.runFor(second);
    expect(board.bootCount).toBe(2);
  });

  it('stop where the CPU hangs', async () => {
    const { world, board } = aliveBoard();
    await world.runFor(130 * second);
    board.hangCpu();
    await world.runFor(291 * second);
    expect(board.bootCount).toBe(2);
  });

  it.each([
    { grantedMs: 300_000, kicks: 30 },
    { grantedMs: 60_000, kicks: 150 },
    { grantedMs: 1_000, kicks: 9_000 },
  ])('come in time for hardware that grants $grantedMs ms', async ({ grantedMs, kicks }) => {
    const world = new World();
    const board = new SimBoard(world);
    let count = 0;
    board.install(({ clock, watchdog }) =>
      keepAlive({
        clock,
        watchdog: {
          arm: () => watchdog.arm(grantedMs),
          kick: () => {
            count += 1;
            watchdog.kick();
          },
        },
        isWell: () => true,
      }),
    );
    board.powerOn();
    await world.runFor(3_600 * second);
    expect(board.bootCount).toBe(1);
    expect(count).toBe(kicks);
  });
});

describe('a firmware that fails', () => {
  it('is restarted by the watchdog, is well again, and the log says why', async () => {
    const world = new World();
    const board = new SimBoard(world, { flash: { image: factoryImage() } });
    const bugs: unknown[] = [];
    let isBroken = false;
    let logTexts: () => readonly string[] = () => [];
    board.install((port) => {
      const status = {
        set: (colour: Parameters<typeof port.leds.status.set>[0]) => {
          // No driver may throw such a thing: it stands for any defect.
          if (isBroken) throw new TypeError('undefined is not a function');
          port.leds.status.set(colour);
        },
      };
      const firmware = startFirmware(
        { ...port, leds: { ...port.leds, status } },
        { passwordCost: 'test', onBug: (error) => bugs.push(error) },
      );
      logTexts = () => firmware.log?.page().map(({ text }) => text) ?? [];
      return firmware;
    });
    board.powerOn();
    await world.runFor(5 * second);
    isBroken = true;
    board.resetButton.hold(3 * second);
    await world.runFor(4 * second);
    expect(bugs).toEqual([expect.any(TypeError)]);
    expect(board.bootCount).toBe(1);
    isBroken = false;
    await world.runFor(310 * second);
    expect(board.bootCount).toBe(2);
    expect(logTexts()[1]).toMatch(/restarted by the watchdog/);
    await world.runFor(600 * second);
    expect(board.bootCount).toBe(2);
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isHalError } from '#hal/errors';
import { createLinuxBoard } from '#hal/linux/board';
import { parseBoardFile } from '#hal/linux/board-file';
import { BoardFailure, Opening } from '#hal/linux/opening';
import { createFifo, type Fifo } from './fifo.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings, openingsLimitMs } from './open-files.ts';
import { openPty, type Pty } from './pty.ts';

let folder: Folder;
let pty: Pty;
let key: Fifo;

beforeEach(() => {
  folder = createFolder();
  pty = openPty();
  key = createFifo(folder.at('key'));
  for (const colour of ['green', 'red']) {
    folder.put(`leds/${colour}/brightness`, '0\n');
    folder.put(`leds/${colour}/max_brightness`, '1\n');
    folder.put(`leds/${colour}/trigger`, '[none]\n');
  }
  folder.put('sys/class/net/eth0/address', '24:5e:be:4a:10:7c\n');
});

afterEach(() => {
  key.unplug();
  pty.close();
  folder.remove();
});

const options = { buildDateMs: Date.UTC(2026, 10, 1) };

function fileOf(more = '') {
  const text = `
model: TS-X
serialNumber: Q1
console: ${pty.path}
resetButton: { driver: evdev, device: key }
leds: { status: { green: leds/green, red: leds/red } }
storage: flash
sysfs: sys
${more}`;
  return parseBoardFile(text, folder.at('board.yaml'));
}

/** The ports that could not be opened, with their codes. */
async function failuresOf(more?: string): Promise<readonly string[]> {
  try {
    await (await createLinuxBoard(fileOf(more), options)).close();
    return [];
  } catch (error) {
    if (!(error instanceof BoardFailure)) throw error;
    return error.failures.map(({ port, code }) => `${port} ${code}`);
  }
}

describe('a board of Linux drivers', () => {
  test('it has every part, and what its file does not name does nothing or says so', async () => {
    const board = await createLinuxBoard(fileOf(), options);
    expect(board.identity.macAddresses).toEqual(['24:5E:BE:4A:10:7C']);
    expect(board.watchdog.arm(5000)).toBe(5000);
    board.watchdog.kick();
    board.buzzer.set(true);
    expect(() => board.rtc.read()).toThrow('names no clock chip');
    expect(board.resetButton.isPressed()).toBe(false);
    expect(board.power.bootReason).toBe('power-on');
    expect(board.ntp.servers).toEqual([]);
    await board.close();
  });

  test('what stands beside the files of the storage is not of the storage', async () => {
    const board = await createLinuxBoard(fileOf(), options);
    board.dataVolume.writeFile('a', new Uint8Array(1));
    board.identity.deviceKey();
    expect(board.storage.list()).toEqual([]);
    await board.close();
  });

  test('all parts are dead after close, which may be called twice', async () => {
    const board = await createLinuxBoard(fileOf(), options);
    await Promise.all([board.close(), board.close()]);
    const calls = [
      () => board.storage.list(),
      () => board.dataVolume.list(''),
      () => board.network.adapters(),
      () => board.identity.deviceKey(),
      () => board.random.bytes(1),
      () => board.resetButton.isPressed(),
    ];
    for (const call of calls) expect(call).toThrow('closed');
    expect(board.console.isOpen).toBe(false);
  });

  test('every part that cannot be opened is told at once, and nothing stays open', async () => {
    key.unplug();
    folder.remove('leds');
    await failuresOf();
    const before = openFiles();
    const failures = await failuresOf('rtc: { driver: rtc, device: /dev/rtcNONE, via: hwclock }');
    expect(failures).toEqual(['reset-button not-present', 'leds not-present', 'rtc not-present']);
    expect(openFiles()).toBe(before);
  });

  test('a second instance hears of the first alone, and its LEDs go on', async () => {
    const board = await createLinuxBoard(fileOf(), options);
    board.leds.status.set('red');
    expect(await failuresOf()).toEqual(['storage busy']);
    expect(folder.text('leds/red/brightness').trim()).toBe('1');
    await board.close();
    expect(await failuresOf()).toEqual([]);
  });

  test(
    'opening and closing all leaves no descriptor behind',
    { timeout: openingsLimitMs },
    async () => {
      await (await createLinuxBoard(fileOf(), options)).close();
      const before = openFiles();
      for (let round = 0; round < openings / 10; round += 1) {
        await (await createLinuxBoard(fileOf(), options)).close();
      }
      expect(openFiles()).toBe(before);
    },
  );
});

describe('letting go of a board', () => {
  test('the last part is closed first, and one that fails keeps no other open', async () => {
    const closed: string[] = [];
    const part = (name: string) => ({
      close: () => {
        closed.push(name);
        if (name === 'b') throw new Error('b broke');
      },
    });
    const opening = new Opening();
    opening.keep(part('a'), part('b'), part('c'));
    await expect(opening.close()).rejects.toThrow('b broke');
    expect(closed).toEqual(['c', 'b', 'a']);
  });

  test('a driver that breaks instead of failing is not taken for one that failed', async () => {
    const opening = new Opening();
    const bug = new TypeError('x is not a function');
    await expect(opening.open('leds', () => Promise.reject(bug))).rejects.toBe(bug);
    expect(opening.findings.some(({ error }) => isHalError(error))).toBe(false);
  });
});

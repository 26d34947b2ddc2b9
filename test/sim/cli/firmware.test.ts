import { existsSync, watch } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLinuxBoard } from '#hal/linux/board';
import { readBoardFile } from '#hal/linux/board-file';
import { runDoctor } from '#sim/cli/doctor-app';
import { runFirmware } from '#sim/cli/firmware-app';
import { HardwareBench } from './hardware-bench.ts';

let bench: HardwareBench;

beforeEach(() => {
  bench = new HardwareBench();
});

afterEach(async () => {
  await bench.close();
});

describe('nasboard firmware, on files in place of hardware', () => {
  test('it boots, hears RESET held for three seconds, and ends in order', async () => {
    const first = bench.start('firmware', '--board', 'board.yaml');
    const boot = await bench.waitFor('TS-X login: ');
    expect(boot).toContain('nasboard firmware');
    expect(boot).toContain('button released');
    expect(boot).toContain('store: schema');
    expect(boot).toContain('2026-11-24 10:00');
    expect([bench.led('green'), bench.led('red')]).toEqual(['1', '0']);
    expect(first.said().out).toContain('TS-X   serial Q226B00417   MAC 1 24:5E:BE:4A:10:7C');
    expect((await bench.fetch('/api/v1/info')).text).toContain('"model":"TS-X"');

    // A second instance touches nothing and names the first.
    const second = bench.start('firmware', '--board', 'board.yaml');
    expect(await second.end).toBe(2);
    expect(second.said().err).toContain(`storage: process ${first.child.pid} (`);
    expect([bench.led('green'), bench.led('red')]).toEqual(['1', '0']);

    bench.holdKey(3_100);
    await bench.waitFor('RESET: basic reset done.');

    first.child.kill('SIGTERM');
    expect(await first.end).toBe(0);
    expect(first.said().err).toBe('');
    expect([bench.led('green'), bench.led('red')]).toEqual(['0', '0']);
    await expect(bench.fetch('/api/v1/info')).rejects.toThrow('ECONNREFUSED');
  });

  test('killed in the middle of a write, it starts again on a store that is whole', async () => {
    const first = bench.start('firmware', '--board', 'board.yaml');
    await bench.waitFor('TS-X login: ');
    const watcher = watch(bench.folder.at('flash'), (_, name) => {
      if (name?.startsWith('store.db') === true) first.child.kill('SIGKILL');
    });
    // A sign-in that fails is written into the event log.
    bench.pty.type('nobody\r');
    await bench.waitFor('Password: ');
    bench.pty.type('wrong\r');
    expect(await first.end).toBe('SIGKILL');
    watcher.close();

    const second = bench.start('firmware', '--board', 'board.yaml');
    expect(await bench.waitFor('TS-X login: ')).toMatch(/store: schema \d+, \d+ journal pages/);
    bench.pty.type('admin\r');
    await bench.waitFor('Password: ');
    bench.pty.type('245EBE4A107C\r');
    await bench.waitFor('Choose your own now');
    second.child.kill('SIGTERM');
    expect(await second.end).toBe(0);
  });

  test('a board that cannot be opened tells all that is wrong with it, and what to do', async () => {
    bench.key.unplug();
    bench.folder.remove('leds/red');
    const { host } = bench;
    expect(await runFirmware(bench.folder.at('board.yaml'), host)).toBe(2);
    expect(host.said.err).toContain('reset-button: cannot open the key device');
    expect(host.said.err).toContain('leds: cannot');
    expect(bench.led('green')).toBe('0');
  });

  test('a board file that is wrong is refused with line and column, before all else', async () => {
    const path = bench.folder.put('board.yaml', bench.boardFile().replace('evdev', 'telepathy'));
    const { host } = bench;
    expect(await runFirmware(path, host)).toBe(2);
    expect(host.said.err).toContain(`${path}:5:16  resetButton.driver: `);
    expect(existsSync(bench.folder.at('flash'))).toBe(false);
  });

  test('a defect of the firmware ends it with another code than the order to end', async () => {
    const { host } = bench;
    const crash = { cause: (_: Error): void => undefined };
    const onCrash = (listener: (error: Error) => void): (() => void) => {
      crash.cause = listener;
      return () => undefined;
    };
    const ending = runFirmware(bench.folder.at('board.yaml'), { ...host, onCrash });
    await bench.waitFor('nasboard firmware');
    crash.cause(new Error('nobody expected this'));
    expect(await ending).toBe(3);
    expect(host.said.err).toContain('nobody expected this');
  });
});

describe('nasboard doctor', () => {
  const doctor = async () => {
    const { host } = bench;
    const code = await runDoctor(bench.folder.at('board.yaml'), host);
    return { code, ...host.said };
  };

  test('it finds all parts of a board, and starts none', async () => {
    const { code, out, err } = await doctor();
    expect([code, err]).toEqual([0, '']);
    for (const part of ['storage', 'console', 'reset-button', 'leds', 'rtc', 'network', 'power']) {
      expect(out).toContain(` ✓ ${part}\n`);
    }
    expect(out).toContain('nobody restarts a firmware that hangs');
    expect(bench.pty.text().length).toBe(0);
  });

  test('it tells of each part what is missing, and of the others that they are there', async () => {
    bench.folder.remove('leds');
    const { code, out } = await doctor();
    expect(code).toBe(1);
    expect(out).toContain(' ✓ reset-button\n');
    expect(out).toMatch(/ ✗ leds\n {5}leds: cannot .*not-present/);
  });

  test('it leaves a board alone on which the firmware runs', async () => {
    const board = await createLinuxBoard(readBoardFile(bench.folder.at('board.yaml')), {
      buildDateMs: 0,
    });
    board.leds.status.set('green');
    const { code, out } = await doctor();
    expect(code).toBe(1);
    expect(out).toContain('this process holds');
    expect(out).not.toContain('leds');
    expect(bench.led('green')).toBe('1');
    await board.close();
  });

  test('without a board file it looks at the machine alone', async () => {
    const { host } = bench;
    expect(await runDoctor(undefined, host)).toBe(0);
    expect(host.said.out).toMatch(/Linux .*\n.*serial ports/);
  });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { type SavedBoard, StateDirectory } from '#sim/state-dir';

const board: SavedBoard = {
  facts: {
    seed: 7,
    startCount: 3,
    savedAtUs: 1_795_514_400_000_000,
    label: { model: 'TS-453N', serialNumber: 'Q1', macAddresses: ['24:5E:BE:00:00:01'] },
    crystalPpm: -12.5,
    rtc: { offsetMs: 1234.5, driftPpm: 3, battery: 'good', valid: true },
  },
  flash: new Uint8Array([0, 10, 13, 255]),
  dataVolume: new Uint8Array([1, 2, 3]),
};

let root = '';
let path = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nasboard-state-'));
  path = join(root, 'deep', 'state');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function fileOf(name: string): string {
  return join(path, name);
}

function save(saved: SavedBoard = board): void {
  const directory = new StateDirectory(path);
  directory.write(saved);
  directory.close();
}

function read(): SavedBoard | undefined {
  const directory = new StateDirectory(path);
  try {
    return directory.read();
  } finally {
    directory.close();
  }
}

describe('a saved board', () => {
  test('a new directory is made and holds no board', () => {
    expect(read()).toBeUndefined();
  });

  test('what was written is read again, byte for byte', () => {
    save();
    const found = read();
    expect(found?.facts).toEqual(board.facts);
    expect([...(found?.flash ?? [])]).toEqual([...board.flash]);
    expect([...(found?.dataVolume ?? [])]).toEqual([...board.dataVolume]);
  });

  test('a second save replaces the first as a whole and leaves nothing else behind', () => {
    save();
    save({ ...board, flash: new Uint8Array(5_000), dataVolume: new Uint8Array(0) });
    expect(read()?.flash).toHaveLength(5_000);
    expect(readdirSync(path)).toEqual(['board.state']);
  });

  test('a crash in the middle of a save leaves the board of before', () => {
    save();
    writeFileSync(fileOf('board.state.new'), 'half a bo');
    expect(read()?.facts).toEqual(board.facts);
  });

  test('its first line is JSON that people can read', () => {
    save();
    const line = readFileSync(fileOf('board.state'), 'latin1').split('\n')[0] ?? '';
    expect(JSON.parse(line)).toMatchObject({ nasboard: 'state', version: 1, facts: { seed: 7 } });
  });
});

describe('what cannot be used is refused with what to do', () => {
  test.each([
    ['a flipped bit in the flash', (bytes: Buffer) => bytes.fill(0x55, bytes.length - 5)],
    ['a missing end', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['bytes too many', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0])])],
    [
      'a changed fact',
      (bytes: Buffer) => Buffer.from(swap(bytes, '"seed":7', '"seed":8'), 'latin1'),
    ],
    ['another file', () => Buffer.from('hello\n')],
    ['an empty file', () => Buffer.alloc(0)],
    ['no line end', () => Buffer.from('{"nasboard":"state"}')],
  ])('%s', (_, damage) => {
    save();
    writeFileSync(fileOf('board.state'), damage(readFileSync(fileOf('board.state'))));
    expect(read).toThrow(/damaged .* delete it for a board fresh from the factory/);
    expect(read).toThrow(UsageError);
  });

  test('a file of a newer version', () => {
    save();
    const bytes = readFileSync(fileOf('board.state'));
    writeFileSync(fileOf('board.state'), swap(bytes, '"version":1', '"version":2'), 'latin1');
    expect(read).toThrow(/saved by a newer nasboard/);
  });

  test('a path that is a file', () => {
    path = join(root, 'file');
    writeFileSync(path, '');
    expect(read).toThrow(/it is a file, not a directory/);
  });
});

describe('the lock', () => {
  test('keeps a second user out until the first has closed', () => {
    const first = new StateDirectory(path);
    expect(() => new StateDirectory(path)).toThrow(/in use/);
    first.close();
    first.close();
    new StateDirectory(path).close();
    expect(existsSync(fileOf('lock'))).toBe(false);
  });

  test('keeps out while another process lives, and names it', () => {
    read();
    writeFileSync(fileOf('lock'), JSON.stringify({ pid: process.ppid, host: hostname() }));
    expect(read).toThrow(new RegExp(`in use by process ${process.ppid} on .*delete .*lock`));
    expect(existsSync(fileOf('lock'))).toBe(true);
  });

  test('of a process on another host is respected', () => {
    read();
    writeFileSync(fileOf('lock'), JSON.stringify({ pid: 1, host: 'elsewhere.example' }));
    expect(read).toThrow(/elsewhere\.example/);
  });

  test.each([
    ['a crashed process', () => spawnSync(process.execPath, ['-e', '0']).pid],
    ['an earlier process with this pid', () => process.pid],
  ])('of %s is taken over', (_, pid) => {
    save();
    writeFileSync(fileOf('lock'), JSON.stringify({ pid: pid(), host: hostname() }));
    expect(read()?.facts).toEqual(board.facts);
    expect(readdirSync(path)).toEqual(['board.state']);
  });
});

function swap(bytes: Buffer, from: string, to: string): string {
  return bytes.toString('latin1').replace(from, to);
}

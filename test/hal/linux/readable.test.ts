import { closeSync, constants, openSync, readSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ButtonEdge } from '#hal/button';
import { createButton } from '#hal/linux/button';
import { createClock } from '#hal/linux/clock';
import type { HalError } from '#hal/errors';
import { watchReadable } from '#hal/linux/readable';
import { FakeKeys } from './fake-keys.ts';
import { createFifo, type Fifo } from './fifo.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';
import { until } from './until.ts';

let folder: Folder;
let fifo: Fifo;

beforeEach(() => {
  folder = createFolder();
  fifo = createFifo(folder.at('device'));
});

afterEach(() => {
  fifo.unplug();
  folder.remove();
});

const openToRead = (): number => openSync(fifo.path, constants.O_RDONLY | constants.O_NONBLOCK);

test('it tells of each time that there is something to read, and of the end', async () => {
  const fd = openToRead();
  const seen: number[] = [];
  const buffer = new Uint8Array(16);
  const watch = watchReadable(fd, () => void seen.push(readSync(fd, buffer)));
  for (const count of [1, 2, 3]) {
    const before = seen.length;
    fifo.say(new Uint8Array(count));
    await until(() => seen.length > before, 'the news');
  }
  expect(seen).toEqual([1, 2, 3]);
  fifo.unplug();
  await until(() => seen.length > 3, 'the end');
  expect(seen[3]).toBe(0);
  watch?.close();
  watch?.close();
  closeSync(fd);
});

test('it tells nothing once it is closed', async () => {
  const fd = openToRead();
  const other = openToRead();
  let told = 0;
  let isOver = false;
  const watch = watchReadable(fd, () => void (told += 1));
  const control = watchReadable(other, () => void (isOver = true));
  watch?.close();
  fifo.say(new Uint8Array(1));
  await until(() => isOver, 'the news for the other');
  control?.close();
  closeSync(fd);
  closeSync(other);
  expect(told).toBe(0);
});

test('a plain file, which never waits, is not watched', () => {
  const path = folder.put('plain', 'text');
  const fd = openSync(path, 'r');
  expect(watchReadable(fd, () => undefined)).toBeUndefined();
  closeSync(fd);
});

test('a button is heard without being asked, and is not asked while nothing happens', async () => {
  const keys = new FakeKeys(folder.at('event0'), { eventBytes: 24 });
  const clock = createClock();
  const edges: ButtonEdge[] = [];
  const faults: HalError[] = [];
  const config = { driver: 'evdev', device: folder.at('event0'), eventBytes: 24 } as const;
  // A look every hour: what is heard before was told.
  const button = await createButton(config, {
    clock,
    libc: keys.libc,
    onFault: (error) => void faults.push(error),
    idleLookEveryMs: 3_600_000,
  });
  button.onEdge((edge) => void edges.push(edge));
  keys.key(true);
  await until(() => edges.length === 1, 'the press');
  keys.key(false);
  await until(() => edges.length === 2, 'the release');
  expect(edges.map(({ pressed }) => pressed)).toEqual([true, false]);
  keys.unplug();
  await until(() => faults.length === 1, 'the fault');
  expect(faults[0]?.code).toBe('not-present');
  button.close();
  clock.close();
});

test('watching leaves no descriptor open, however often', () => {
  const before = openFiles();
  for (let opening = 0; opening < openings; opening += 1) {
    const fd = openToRead();
    watchReadable(fd, () => undefined)?.close();
    closeSync(fd);
  }
  expect(openFiles()).toBe(before);
});

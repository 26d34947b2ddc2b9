import type { Storage } from '../storage.ts';
import {
  checksOf,
  type ConformanceSuite,
  expectHalError,
  expectSame,
  expectThat,
} from './suite.ts';

/** What a rig can do around a storage. */
export interface StorageActs {
  /** Cuts the supply at once, restores it and answers the port of the new life. */
  cutPower(): Promise<Storage>;
}

const check = checksOf<Storage, StorageActs>();

/** The checks write to files of these names and leave them empty. */
const names = ['conformance-a', 'conformance-b'] as const;
const [a, b] = names;

const wrongNames = ['', 'A', 'a/b', 'ä', 'a b', 'a\0', 'a'.repeat(65)];
const wrongPlaces = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

/** Bytes in which every place is told from its neighbours. */
function pattern(count: number, key: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, place) => (place * 7 + (place >> 8) + key) & 0xff);
}

function contentOf(storage: Storage, name: string): Uint8Array {
  const bytes = new Uint8Array(storage.size(name));
  const count = storage.read(name, 0, bytes);
  expectSame(`bytes read of ${name}`, count, bytes.length);
  return bytes;
}

function clear(storage: Storage): void {
  for (const name of names) {
    storage.truncate(name, 0);
    storage.sync(name);
  }
}

/** Leaves nothing behind, whatever the check does. */
function onCleanFiles(run: (storage: Storage) => void | Promise<void>) {
  return async ({ port }: { readonly port: Storage }): Promise<void> => {
    clear(port);
    await run(port);
    clear(port);
  };
}

const reading = [
  check('has a sector size that is a power of two from 512 on', [], ({ port }) => {
    const { sectorSize } = port;
    const isRight = sectorSize >= 512 && Number.isInteger(Math.log2(sectorSize));
    expectThat(isRight, 'sector size', { expected: 'a power of two >= 512', seen: sectorSize });
  }),
  check(
    'gives a file that was never written the size 0',
    [],
    onCleanFiles((storage) => {
      expectSame('size', storage.size(a), 0);
      expectSame('bytes read', storage.read(a, 0, new Uint8Array(4)), 0);
      expectSame('listed', storage.list().includes(a), false);
    }),
  ),
  check(
    'reads back what was written',
    [],
    onCleanFiles((storage) => {
      const bytes = pattern(storage.sectorSize * 3 + 17, 1);
      storage.write(a, 0, bytes);
      expectSame('content', contentOf(storage, a), bytes);
    }),
  ),
  check(
    'reads from any offset, and fewer bytes at the end of the file',
    [],
    onCleanFiles((storage) => {
      storage.write(a, 0, pattern(10_000, 2));
      const into = new Uint8Array(100).fill(0xee);
      expectSame('bytes read in the middle', storage.read(a, 4050, into), 100);
      expectSame('bytes in the middle', into, pattern(10_000, 2).slice(4050, 4150));
      into.fill(0xee);
      expectSame('bytes read at the end', storage.read(a, 9960, into), 40);
      expectSame('bytes at the end', into.slice(0, 40), pattern(10_000, 2).slice(9960));
      expectSame('what lies beyond', into.slice(40), new Uint8Array(60).fill(0xee));
      expectSame('bytes read beyond the end', storage.read(a, 20_000, into), 0);
    }),
  ),
  check(
    'lists the files with a size above 0, sorted',
    [],
    onCleanFiles((storage) => {
      storage.write(b, 0, pattern(1, 0));
      storage.write(a, 0, pattern(1, 0));
      const ours = storage.list().filter((name) => name === a || name === b);
      expectSame('files', ours, [a, b]);
      expectSame('order', storage.list(), [...storage.list()].sort());
      storage.truncate(a, 0);
      expectSame('an emptied file is listed', storage.list().includes(a), false);
    }),
  ),
];

const writing = [
  check(
    'writes into the middle of a file and leaves what is around',
    [],
    onCleanFiles((storage) => {
      const expected = pattern(9000, 3);
      storage.write(a, 0, expected);
      expected.set(pattern(5000, 9), 1000);
      storage.write(a, 1000, pattern(5000, 9));
      expectSame('content', contentOf(storage, a), expected);
    }),
  ),
  check(
    'fills a gap before a write with zeros',
    [],
    onCleanFiles((storage) => {
      storage.write(a, 0, pattern(10, 4));
      storage.write(a, 6000, pattern(10, 5));
      const expected = new Uint8Array(6010);
      expected.set(pattern(10, 4));
      expected.set(pattern(10, 5), 6000);
      expectSame('content', contentOf(storage, a), expected);
    }),
  ),
  check(
    'cuts a file, and what was cut off does not come back',
    [],
    onCleanFiles((storage) => {
      storage.write(a, 0, pattern(9000, 6));
      storage.truncate(a, 700);
      expectSame('size', storage.size(a), 700);
      storage.truncate(a, 9000);
      const expected = new Uint8Array(9000);
      expected.set(pattern(700, 6));
      expectSame('content after extending', contentOf(storage, a), expected);
    }),
  ),
  check(
    'keeps files apart',
    [],
    onCleanFiles((storage) => {
      storage.write(a, 0, pattern(600, 7));
      storage.write(b, 0, pattern(600, 8));
      storage.truncate(b, 10);
      expectSame('first file', contentOf(storage, a), pattern(600, 7));
      expectSame('second file', contentOf(storage, b), pattern(10, 8));
    }),
  ),
  check(
    'copies the bytes it is given, so that the caller may reuse them',
    [],
    onCleanFiles((storage) => {
      const bytes = pattern(4096, 1);
      storage.write(a, 0, bytes);
      bytes.fill(0);
      expectSame('content', contentOf(storage, a), pattern(4096, 1));
    }),
  ),
  check(
    'writes a part of a larger array where it is given one',
    [],
    onCleanFiles((storage) => {
      storage.write(a, 0, pattern(100, 1).subarray(40, 60));
      expectSame('content', contentOf(storage, a), pattern(100, 1).slice(40, 60));
    }),
  ),
];

const refusing = [
  ...wrongNames.map((name) =>
    check(`refuses the file name ${JSON.stringify(name).slice(0, 16)}`, [], async ({ port }) => {
      await expectHalError('write', 'bad-argument', () => port.write(name, 0, pattern(1, 0)));
      await expectHalError('read', 'bad-argument', () => port.read(name, 0, pattern(1, 0)));
      await expectHalError('size', 'bad-argument', () => port.size(name));
      await expectHalError('truncate', 'bad-argument', () => port.truncate(name, 0));
      await expectHalError('sync', 'bad-argument', () => port.sync(name));
    }),
  ),
  check('takes names of 1 and of 64 characters', [], ({ port }) => {
    for (const name of ['z', `conformance.${'-_9'.repeat(17)}z`]) {
      expectSame('size', port.size(name), 0);
    }
  }),
  ...wrongPlaces.map((place) =>
    check(
      `refuses the offset and the size ${place}`,
      [],
      onCleanFiles(async (storage) => {
        const write = (): void => storage.write(a, place, pattern(1, 0));
        await expectHalError('write', 'bad-argument', write);
        await expectHalError('read', 'bad-argument', () => storage.read(a, place, pattern(1, 0)));
        await expectHalError('truncate', 'bad-argument', () => storage.truncate(a, place));
        expectSame('size after it', storage.size(a), 0);
      }),
    ),
  ),
];

const surviving = [
  check('keeps what was synced over a power cut', ['cutPower'], async ({ port, act }) => {
    clear(port);
    const bytes = pattern(port.sectorSize * 2 + 100, 11);
    port.write(a, 0, bytes);
    port.sync(a);
    const after = await act.cutPower();
    expectSame('content', contentOf(after, a), bytes);
    after.truncate(a, 50);
    after.sync(a);
    const last = await act.cutPower();
    expectSame('content after a synced cut of the file', contentOf(last, a), bytes.slice(0, 50));
    clear(last);
  }),
  check(
    'leaves sectors that no un-synced write touched as they were',
    ['cutPower'],
    async ({ port, act }) => {
      clear(port);
      const { sectorSize } = port;
      const bytes = pattern(sectorSize * 5, 12);
      port.write(a, 0, bytes);
      port.sync(a);
      port.write(a, sectorSize * 2 + 10, pattern(20, 99));
      port.write(b, 0, pattern(sectorSize, 13));
      const after = await act.cutPower();
      const seen = contentOf(after, a);
      expectSame('size', seen.length, bytes.length);
      const before = sectorSize * 2;
      const beyond = sectorSize * 3;
      expectSame('sectors before it', seen.slice(0, before), bytes.slice(0, before));
      expectSame('sectors after it', seen.slice(beyond), bytes.slice(beyond));
      clear(after);
    },
  ),
  check('answers closed once its life is over', ['cutPower'], async ({ port, act }) => {
    await act.cutPower();
    await expectHalError('read', 'closed', () => port.read(a, 0, pattern(1, 0)));
    await expectHalError('write', 'closed', () => port.write(a, 0, pattern(1, 0)));
    await expectHalError('sync', 'closed', () => port.sync(a));
    await expectHalError('size', 'closed', () => port.size(a));
    await expectHalError('list', 'closed', () => port.list());
  }),
];

/** The contract of `hal/storage.ts`. */
export const storageSuite: ConformanceSuite<Storage, StorageActs> = {
  port: 'storage',
  checks: [...reading, ...writing, ...refusing, ...surviving],
};

import type { DataVolume } from '../data-volume.ts';
import { checksOf, type ConformanceSuite, expectHalError, expectSame } from './suite.ts';

/** What a rig can do around a data volume. */
export interface DataVolumeActs {
  /** Cuts the supply at once, restores it and answers the port of the new life. */
  cutPower(): Promise<DataVolume>;
}

const check = checksOf<DataVolume, DataVolumeActs>();

/** All that the checks leave behind is this directory, empty but for directories. */
const home = 'conformance';

const wrongPaths = [
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  'a/../b',
  'a/./b',
  'a\0b',
  'x'.repeat(256),
  'ä'.repeat(128),
];

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function namesIn(volume: DataVolume, directory: string): string[] {
  return volume.list(directory).map((entry) => entry.name);
}

/** Empties the directory of the checks before and after, whatever is left of earlier runs. */
function inDirectory(name: string, run: (volume: DataVolume, at: string) => void | Promise<void>) {
  return async ({ port }: { readonly port: DataVolume }): Promise<void> => {
    const at = `${home}/${name}`;
    port.makeDirectory(at);
    removeFiles(port, at);
    await run(port, at);
    removeFiles(port, at);
  };
}

function removeFiles(volume: DataVolume, directory: string): void {
  for (const entry of volume.list(directory)) {
    if (entry.kind === 'file') volume.removeFile(`${directory}/${entry.name}`);
    else removeFiles(volume, `${directory}/${entry.name}`);
  }
}

const files = [
  check(
    'reads back what was written, whatever the bytes',
    [],
    inDirectory('bytes', (volume, at) => {
      const all = Uint8Array.from({ length: 70_000 }, (_, place) => (place * 7) & 0xff);
      volume.writeFile(`${at}/all`, all);
      expectSame('content', volume.readFile(`${at}/all`), all);
      volume.writeFile(`${at}/none`, new Uint8Array(0));
      expectSame('content of an empty file', volume.readFile(`${at}/none`), new Uint8Array(0));
    }),
  ),
  check(
    'replaces a file as a whole',
    [],
    inDirectory('replace', (volume, at) => {
      volume.writeFile(`${at}/file`, bytesOf('a long text'));
      volume.writeFile(`${at}/file`, bytesOf('short'));
      expectSame('content', volume.readFile(`${at}/file`), bytesOf('short'));
    }),
  ),
  check(
    'copies bytes both ways, so that the caller may change its own',
    [],
    inDirectory('copies', (volume, at) => {
      const given = bytesOf('given');
      volume.writeFile(`${at}/file`, given);
      given.fill(0);
      volume.readFile(`${at}/file`).fill(0);
      expectSame('content', volume.readFile(`${at}/file`), bytesOf('given'));
    }),
  ),
  check(
    'removes a file, and only that',
    [],
    inDirectory('remove', async (volume, at) => {
      volume.writeFile(`${at}/one`, bytesOf('1'));
      volume.writeFile(`${at}/two`, bytesOf('2'));
      volume.removeFile(`${at}/one`);
      expectSame('names', namesIn(volume, at), ['two']);
      await expectHalError('reading it', 'not-present', () => volume.readFile(`${at}/one`));
      await expectHalError('removing it again', 'not-present', () =>
        volume.removeFile(`${at}/one`),
      );
    }),
  ),
];

const directories = [
  check(
    'makes a directory with those above it, and again without an error',
    [],
    inDirectory('make', (volume, at) => {
      volume.makeDirectory(`${at}/deep/er`);
      volume.writeFile(`${at}/deep/er/file`, bytesOf('kept'));
      volume.makeDirectory(`${at}/deep/er`);
      volume.makeDirectory(`${at}/deep`);
      expectSame('content', volume.readFile(`${at}/deep/er/file`), bytesOf('kept'));
    }),
  ),
  check(
    'lists names, kinds and sizes, sorted by name',
    [],
    inDirectory('list', (volume, at) => {
      volume.writeFile(`${at}/c`, bytesOf('12345'));
      volume.makeDirectory(`${at}/b`);
      volume.writeFile(`${at}/a`, bytesOf(''));
      const seen = volume.list(at).map((entry) => `${entry.name} ${entry.kind} ${entry.size}`);
      expectSame('entries', seen, ['a file 0', 'b directory 0', 'c file 5']);
    }),
  ),
  check('has a root, which is there always', [], ({ port }) => {
    port.makeDirectory('');
    port.makeDirectory(home);
    expectSame('listed in the root', namesIn(port, '').includes(home), true);
  }),
  check(
    'does not take a file for a directory, nor a directory for a file',
    [],
    inDirectory('kinds', async (volume, at) => {
      volume.writeFile(`${at}/file`, bytesOf('1'));
      volume.makeDirectory(`${at}/dir`);
      const wrong = 'bad-argument';
      await expectHalError('list of a file', wrong, () => volume.list(`${at}/file`));
      await expectHalError('file as parent', wrong, () =>
        volume.writeFile(`${at}/file/x`, bytesOf('1')),
      );
      await expectHalError('directory in a file', wrong, () =>
        volume.makeDirectory(`${at}/file/x`),
      );
      await expectHalError('directory over a file', wrong, () =>
        volume.makeDirectory(`${at}/file`),
      );
      await expectHalError('read of a directory', wrong, () => volume.readFile(`${at}/dir`));
      await expectHalError('removal of a directory', wrong, () => volume.removeFile(`${at}/dir`));
      await expectHalError('file over a directory', wrong, () =>
        volume.writeFile(`${at}/dir`, bytesOf('1')),
      );
    }),
  ),
  check(
    'says what is not there',
    [],
    inDirectory('absent', async (volume, at) => {
      const absent = 'not-present';
      await expectHalError('list', absent, () => volume.list(`${at}/none`));
      await expectHalError('read', absent, () => volume.readFile(`${at}/none`));
      await expectHalError('remove', absent, () => volume.removeFile(`${at}/none`));
      await expectHalError('write', absent, () =>
        volume.writeFile(`${at}/none/file`, bytesOf('1')),
      );
    }),
  ),
];

const space = [
  check(
    'says how full it is',
    [],
    inDirectory('space', (volume, at) => {
      const before = volume.space();
      const isSane = before.freeBytes >= 0 && before.freeBytes <= before.totalBytes;
      expectSame('0 <= free <= total', isSane, true);
      volume.writeFile(`${at}/large`, new Uint8Array(4 * 1024 * 1024));
      expectSame('total', volume.space().totalBytes, before.totalBytes);
      // Others may use the same disks: within a megabyte.
      const taken = before.freeBytes - volume.space().freeBytes;
      expectSame('a file takes its size', taken >= 3 * 1024 * 1024, true);
    }),
  ),
];

const paths = [
  ...wrongPaths.map((path) =>
    check(`refuses the path ${JSON.stringify(path).slice(0, 16)}`, [], async ({ port }) => {
      const wrong = 'bad-argument';
      await expectHalError('list', wrong, () => port.list(path));
      await expectHalError('make', wrong, () => port.makeDirectory(path));
      await expectHalError('read', wrong, () => port.readFile(path));
      await expectHalError('write', wrong, () => port.writeFile(path, bytesOf('1')));
      await expectHalError('remove', wrong, () => port.removeFile(path));
    }),
  ),
  check(
    'takes names in any script, with blanks, and of 255 bytes',
    [],
    inDirectory('names', (volume, at) => {
      const names = ['Bücher und 写真', '... dots', `${'ä'.repeat(127)}x`];
      for (const name of names) {
        volume.writeFile(`${at}/${name}`, bytesOf(name));
        expectSame('content', volume.readFile(`${at}/${name}`), bytesOf(name));
      }
      expectSame('names', namesIn(volume, at).sort(), [...names].sort());
    }),
  ),
];

const lives = [
  check('keeps what was written over a power cut', ['cutPower'], async ({ port, act }) => {
    port.makeDirectory(`${home}/cut`);
    port.writeFile(`${home}/cut/file`, bytesOf('durable'));
    const after = await act.cutPower();
    expectSame('content', after.readFile(`${home}/cut/file`), bytesOf('durable'));
    after.removeFile(`${home}/cut/file`);
    const last = await act.cutPower();
    expectSame('names after a removal', namesIn(last, `${home}/cut`), []);
  }),
  check('answers closed once its life is over', ['cutPower'], async ({ port, act }) => {
    await act.cutPower();
    await expectHalError('list', 'closed', () => port.list(''));
    await expectHalError('make', 'closed', () => port.makeDirectory(home));
    await expectHalError('read', 'closed', () => port.readFile('a'));
    await expectHalError('write', 'closed', () => port.writeFile('a', bytesOf('1')));
    await expectHalError('space', 'closed', () => port.space());
  }),
];

/** The contract of `hal/data-volume.ts`. */
export const dataVolumeSuite: ConformanceSuite<DataVolume, DataVolumeActs> = {
  port: 'data-volume',
  checks: [...files, ...directories, ...space, ...paths, ...lives],
};

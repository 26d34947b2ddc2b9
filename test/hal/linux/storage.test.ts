import { spawnSync } from 'node:child_process';
import {
  fsyncSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storageSuite } from '#hal/conformance/index';
import { HalError } from '#hal/errors';
import { createStorage } from '#hal/linux/storage';
import { conforms } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings, openingsLimitMs } from './open-files.ts';
import { liveOwner, nodeFlags } from './processes.ts';

conforms(storageSuite, {
  driver: 'files of a directory',
  start: () => {
    const folder = createFolder();
    let storage = createStorage({ directory: folder.at('flash') });
    return {
      subject: {
        get port() {
          return storage;
        },
        act: {
          // What was not synced is kept here: the kernel lives on.
          cutPower: async () => {
            storage.close();
            storage = createStorage({ directory: folder.at('flash') });
            return storage;
          },
        },
      },
      end: () => {
        storage.close();
        folder.remove();
      },
    };
  },
});

let folder: Folder;

beforeEach(() => {
  folder = createFolder();
});

afterEach(() => {
  folder.remove();
});

const bytes = new Uint8Array([1, 2, 3]);

function errorOf(call: () => unknown): HalError {
  try {
    call();
  } catch (error) {
    if (error instanceof HalError) return error;
    throw error;
  }
  throw new Error('no error came');
}

describe('storage in files', () => {
  test('names that mean something to the kernel are files like any other', () => {
    const storage = createStorage({ directory: folder.path });
    for (const name of ['.', '..', '.hidden', 'lock']) {
      storage.write(name, 0, bytes);
      storage.sync(name);
    }
    expect(storage.list()).toEqual(['.', '..', '.hidden', 'lock']);
    expect(readdirSync(folder.path).sort()).toEqual(['%.', '%..', '%.hidden', 'LOCK', 'lock']);
    storage.close();
  });

  test('what another put into the directory under another kind of name is not listed', () => {
    folder.put('README', 'for people');
    folder.put('lost+found', 'for fsck');
    const storage = createStorage({ directory: folder.path });
    expect(storage.list()).toEqual([]);
    storage.close();
  });

  test('a write that the medium has no room for in the middle is told, not shortened', () => {
    const script = `
      import { createStorage } from '#hal/linux/storage';
      const storage = createStorage({ directory: process.argv[1] });
      try {
        storage.write('big', 0, new Uint8Array(1_000_000));
        console.log('written');
      } catch (error) {
        console.log(error.code, storage.size('big'));
      }
    `;
    // A limit of the process on file sizes, in KiB, stands in for a medium of that size.
    const command = 'trap "" XFSZ; ulimit -f 100; exec "$0" "$@"';
    const child = spawnSync(
      'bash',
      [
        '-c',
        command,
        process.execPath,
        ...nodeFlags,
        '--input-type=module',
        '-e',
        script,
        folder.path,
      ],
      { encoding: 'utf8' },
    );
    expect([child.stdout.trim(), child.stderr]).toEqual(['no-space 102400', '']);
  });

  test('a file whose sync failed once can be synced no more until it is opened anew', () => {
    let isBroken = false;
    const sync = (fd: number): void => {
      if (isBroken) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      fsyncSync(fd);
    };
    const storage = createStorage({ directory: folder.path }, { sync });
    storage.write('a', 0, bytes);
    storage.write('b', 0, bytes);
    isBroken = true;
    expect(errorOf(() => storage.sync('a')).code).toBe('io');
    isBroken = false;
    const error = errorOf(() => storage.sync('a'));
    expect(error.code).toBe('io');
    expect(error.message).toContain('«a» could not be written before');
    storage.sync('b');
    storage.close();
    const next = createStorage({ directory: folder.path }, { sync });
    next.sync('a');
    next.close();
  });

  test('a sync comes back after bytes and name are on the disk, in this order', () => {
    const synced: string[] = [];
    const sync = (fd: number): void => {
      synced.push(basename(readlinkSync(`/proc/self/fd/${fd}`)));
    };
    const storage = createStorage({ directory: folder.at('flash') }, { sync });
    synced.length = 0;
    storage.write('a', 0, bytes);
    storage.sync('a');
    storage.write('a', 0, bytes);
    storage.sync('a');
    storage.write('b', 0, bytes);
    storage.sync('b');
    storage.sync('never-written');
    expect(synced).toEqual(['a', 'flash', 'a', 'b', 'flash']);
    storage.close();
  });

  test('what a killed process left in memory is on the disk before it is read', () => {
    folder.put('flash/a', 'left behind');
    const synced: string[] = [];
    const sync = (fd: number): void => {
      synced.push(basename(readlinkSync(`/proc/self/fd/${fd}`)));
    };
    const storage = createStorage({ directory: folder.at('flash') }, { sync });
    expect(storage.read('a', 0, new Uint8Array(4))).toBe(4);
    expect(synced).toEqual(['a']);
    storage.close();
  });

  test('a directory that cannot be made is told with what to do', () => {
    folder.put('file', '');
    const error = errorOf(() => createStorage({ directory: folder.at('file/flash') }));
    expect(error.code).toBe('not-present');
    expect(error.message).toContain(folder.at('file/flash'));
  });

  test('nobody but the owner may read what is made', () => {
    const storage = createStorage({ directory: folder.at('deep/flash') });
    storage.write('a', 0, bytes);
    const modes = ['deep', 'deep/flash', 'deep/flash/a'].map((name) =>
      (statSync(folder.at(name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(['700', '700', '600']);
    storage.close();
  });

  test('opening and closing leaves no descriptor behind', { timeout: openingsLimitMs }, () => {
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) {
      const storage = createStorage({ directory: folder.path });
      storage.write('a', 0, bytes);
      storage.close();
      storage.close();
    }
    expect(openFiles()).toBe(before);
  });
});

describe('the lock of a storage', () => {
  test('this process cannot open it twice', () => {
    const storage = createStorage({ directory: folder.path });
    const error = errorOf(() => createStorage({ directory: `${folder.path}/.` }));
    expect(error.code).toBe('busy');
    storage.close();
    createStorage({ directory: folder.path }).close();
  });

  test('another process that runs is named, with what it runs', () => {
    const owner = liveOwner();
    folder.put('LOCK', JSON.stringify(owner));
    const error = errorOf(() => createStorage({ directory: folder.path }));
    expect(error.code).toBe('busy');
    expect(error.message).toContain(`process ${owner.pid} (first one) holds it`);
  });

  test.each([
    ['which is gone', { pid: 2 ** 22 + 1 }],
    ['whose number is another’s now', { started: '1' }],
    ['of before the machine restarted', { boot: 'another' }],
  ])('a process %s holds nothing', (_, difference) => {
    folder.put('LOCK', JSON.stringify({ ...liveOwner(), ...difference }));
    createStorage({ directory: folder.path }).close();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('a process of another container is not judged, and the file to delete is named', () => {
    folder.put('LOCK', JSON.stringify({ ...liveOwner(), pidNamespace: 'pid:[1]', pid: 7 }));
    const error = errorOf(() => createStorage({ directory: folder.path }));
    expect(error.code).toBe('busy');
    expect(error.message).toContain(`delete ${folder.at('LOCK')}`);
  });

  test('a lock that nasboard did not write is left to people', () => {
    writeFileSync(folder.at('LOCK'), 'mine');
    expect(errorOf(() => createStorage({ directory: folder.path })).code).toBe('busy');
    expect(readFileSync(folder.at('LOCK'), 'utf8')).toBe('mine');
  });
});

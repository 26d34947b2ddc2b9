import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statfsSync,
  statSync,
  writeSync,
  constants,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { HalError } from '../errors.ts';
import type { Storage } from '../storage.ts';
import type { Closable } from './closable.ts';
import { syncDirectory } from './durable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import type { LockFile } from '../host/lock-file.ts';
import { lockForProcess } from './process-lock.ts';

/** Where the files of the storage are. */
export interface StorageOptions {
  /** Made where there is none, for its owner alone. One process at a time has it. */
  readonly directory: string;
}

/** What stands in for the kernel in tests. */
export interface StorageKernel {
  /** `fsync` of files and of the directory. */
  readonly sync: (fd: number) => void;
}

interface OpenFile {
  readonly fd: number;
  /** Set once a sync failed: the kernel forgets what it could not write, and tells it once only. */
  isLost: boolean;
}

const namePattern = /^[a-z0-9.\-_]{1,64}$/;
/** `.` and `..` are names here and none to the kernel; `%` is in no name. */
const fileOf = (name: string): string => (name.startsWith('.') ? `%${name}` : name);
const nameOf = (file: string): string => (file.startsWith('%.') ? file.slice(1) : file);

const sectorMin = 512;
/** The store takes no larger one; no disk has one. */
const sectorMax = 65_536;

/**
 * Files of a directory. A sync ends when the kernel says that bytes, size and name are on the disk;
 * once it has failed, all further ones of that file fail too until the storage is opened anew: what
 * was written may be lost, and the kernel says so only once.
 * Errors of opening: `busy` (another process has it, with its number), `permission`, `no-space`.
 */
export function createStorage(
  { directory }: StorageOptions,
  kernel: StorageKernel = { sync: fsyncSync },
): Storage & Closable {
  try {
    makeDirectory(directory);
    const sectorSize = sectorSizeOf(directory);
    const lock = lockForProcess('storage', directory);
    return new FileStorage({ directory, lock, sectorSize, kernel });
  } catch (error) {
    throw halErrorFrom('storage', error, { what: 'use the directory', path: directory });
  }
}

class FileStorage implements Storage {
  readonly sectorSize: number;
  readonly #directory: string;
  readonly #lock: LockFile;
  readonly #kernel: StorageKernel;
  readonly #files = new Map<string, OpenFile>();
  /** Whether a name may not be on the disk yet, of this process or of one that was killed. */
  #hasNewName = true;
  #isOpen = true;

  constructor(parts: {
    readonly directory: string;
    readonly lock: LockFile;
    readonly sectorSize: number;
    readonly kernel: StorageKernel;
  }) {
    this.#directory = parts.directory;
    this.#lock = parts.lock;
    this.#kernel = parts.kernel;
    this.sectorSize = parts.sectorSize;
  }

  read(name: string, offset: number, into: Uint8Array): number {
    this.#check(name, offset);
    return this.#try(`read «${name}»`, () => {
      const file = this.#find(name, false);
      let count = 0;
      while (file !== undefined && count < into.length) {
        const more = readSync(file.fd, into, count, into.length - count, offset + count);
        if (more === 0) break;
        count += more;
      }
      return count;
    });
  }

  write(name: string, offset: number, bytes: Uint8Array): void {
    this.#check(name, offset);
    this.#try(`write «${name}»`, () => {
      const { fd } = this.#find(name, true);
      for (let place = 0; place < bytes.length;) {
        place += writeSync(fd, bytes, place, bytes.length - place, offset + place);
      }
    });
  }

  truncate(name: string, size: number): void {
    this.#check(name, size);
    this.#try(`cut «${name}»`, () => {
      const file = this.#find(name, size > 0);
      if (file !== undefined) ftruncateSync(file.fd, size);
    });
  }

  sync(name: string): void {
    this.#check(name, 0);
    this.#try(`sync «${name}»`, () => {
      const file = this.#find(name, false);
      if (file === undefined) return;
      if (file.isLost) {
        const what = `«${name}» could not be written before: look after the disk, then restart`;
        throw new HalError('io', 'storage', what);
      }
      file.isLost = true;
      this.#kernel.sync(file.fd);
      if (this.#hasNewName) syncDirectory(this.#directory, this.#kernel.sync);
      file.isLost = false;
      this.#hasNewName = false;
    });
  }

  size(name: string): number {
    this.#check(name, 0);
    return this.#try(`look at «${name}»`, () => {
      const file = this.#find(name, false);
      return file === undefined ? 0 : fstatSync(file.fd).size;
    });
  }

  list(): readonly string[] {
    this.#check('none', 0);
    return this.#try('list the files', () =>
      readdirSync(this.#directory)
        .map(nameOf)
        .filter((name) => namePattern.test(name) && this.size(name) > 0)
        .sort(),
    );
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const { fd } of this.#files.values()) closeSync(fd);
    this.#files.clear();
    this.#lock.release();
  }

  #find(name: string, isMade: true): OpenFile;
  #find(name: string, isMade: boolean): OpenFile | undefined;
  #find(name: string, isMade: boolean): OpenFile | undefined {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const path = join(this.#directory, fileOf(name));
    const { O_RDWR, O_CREAT, O_EXCL } = constants;
    let fd: number;
    let isNew = false;
    try {
      fd = openSync(path, O_RDWR);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      if (!isMade) return undefined;
      fd = openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600);
      isNew = true;
      this.#hasNewName = true;
    }
    const file: OpenFile = { fd, isLost: !isNew };
    this.#files.set(name, file);
    // What a killed process left in memory is read as if it were on the disk: so it must be.
    if (!isNew) this.#kernel.sync(fd);
    file.isLost = false;
    return file;
  }

  #check(name: string, place: number): void {
    if (!this.#isOpen) throw new HalError('closed', 'storage', 'the board was closed');
    if (!namePattern.test(name)) {
      const what = `«${name}» is no file name: 1 to 64 of a-z 0-9 . - _`;
      throw new HalError('bad-argument', 'storage', what);
    }
    if (!Number.isSafeInteger(place) || place < 0) {
      throw new HalError('bad-argument', 'storage', `${place} is no place in a file`);
    }
  }

  #try<T>(what: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw halErrorFrom('storage', error, { what, path: this.#directory });
    }
  }
}

/** The directory and those above it; what is made is made durable. */
function makeDirectory(directory: string): void {
  const first = mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (first !== undefined) syncDirectory(dirname(first));
}

/** What may be torn together: a block of the file system, or a sector of the disk below it. */
function sectorSizeOf(directory: string): number {
  const size = Math.max(statfsSync(directory).bsize, physicalSectorOf(directory), sectorMin);
  return Math.min(2 ** Math.ceil(Math.log2(size)), sectorMax);
}

/** 0 where there is no disk to ask, as with a file system in memory. A partition asks its disk. */
function physicalSectorOf(directory: string): number {
  const { dev } = statSync(directory, { bigint: true });
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  for (const owner of ['', '/..']) {
    const path = `/sys/dev/block/${major}:${minor}${owner}/queue/physical_block_size`;
    try {
      return Number(readFileSync(path, 'utf8')) || 0;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
  return 0;
}

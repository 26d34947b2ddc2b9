import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statfsSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DataEntry, DataSpace, DataVolume } from '../data-volume.ts';
import { HalError } from '../errors.ts';
import type { Closable } from './closable.ts';
import { syncDirectory, writeNewFile } from './durable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';

/** Where the data disks are mounted. */
export interface DataVolumeOptions {
  /**
   * Holds two directories, made where there are none: `files` is what the firmware sees, `drafts`
   * is where a file is written before it takes its place, emptied at each start.
   */
  readonly directory: string;
}

const partBytesMax = 255;
const loneSurrogate = /\p{Surrogate}/u;

/** Directories and files of a file system; symbolic links in it are neither. */
export function createDataVolume({ directory }: DataVolumeOptions): DataVolume & Closable {
  const root = join(directory, 'files');
  const drafts = join(directory, 'drafts');
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    // All that a crash leaves half written.
    rmSync(drafts, { recursive: true, force: true });
    mkdirSync(drafts, { mode: 0o700 });
    syncDirectory(directory);
    return new FileVolume(root, drafts);
  } catch (error) {
    throw halErrorFrom('data-volume', error, { what: 'use the directory', path: directory });
  }
}

class FileVolume implements DataVolume {
  readonly #root: string;
  readonly #drafts: string;
  #isOpen = true;

  constructor(root: string, drafts: string) {
    this.#root = root;
    this.#drafts = drafts;
  }

  list(directory: string): readonly DataEntry[] {
    return this.#try(`list «${directory}»`, () => {
      const place = this.#directoryAt(splitPath(directory), directory);
      return readdirSync(place)
        .sort(byCodeUnits)
        .flatMap((name) => entryOf(name, join(place, name)));
    });
  }

  makeDirectory(path: string): void {
    this.#try(`make «${path}»`, () => {
      let place = this.#root;
      for (const part of splitPath(path)) {
        const above = place;
        place = join(above, part);
        const found = statsOf(place);
        if (found === undefined) {
          mkdirSync(place, { mode: 0o700 });
          syncDirectory(above);
        } else if (!found.isDirectory()) {
          throw badArgument(path, 'leads through a file');
        }
      }
    });
  }

  readFile(path: string): Uint8Array {
    return this.#try(`read «${path}»`, () => new Uint8Array(readFileSync(this.#fileAt(path))));
  }

  writeFile(path: string, bytes: Uint8Array): void {
    this.#try(`write «${path}»`, () => {
      const { place, stats } = this.#placeOf(path);
      if (stats !== undefined && !stats.isFile()) throw badArgument(path, 'is no file');
      const draft = join(this.#drafts, 'draft');
      try {
        writeNewFile(draft, bytes);
        renameSync(draft, place);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      }
      syncDirectory(dirname(place));
    });
  }

  removeFile(path: string): void {
    this.#try(`remove «${path}»`, () => {
      const place = this.#fileAt(path);
      unlinkSync(place);
      syncDirectory(dirname(place));
    });
  }

  space(): DataSpace {
    return this.#try('measure', () => {
      // What is kept for the superuser is of no use to files.
      const { bsize, blocks, bavail } = statfsSync(this.#root);
      return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
    });
  }

  close(): void {
    this.#isOpen = false;
  }

  #fileAt(path: string): string {
    const { place, stats } = this.#placeOf(path);
    if (stats === undefined) throw notPresent(path);
    if (!stats.isFile()) throw badArgument(path, 'is no file');
    return place;
  }

  #placeOf(path: string): { readonly place: string; readonly stats: Stats | undefined } {
    const parts = splitPath(path);
    const name = parts.at(-1);
    if (name === undefined) throw badArgument(path, 'is the root');
    const place = join(this.#directoryAt(parts.slice(0, -1), path), name);
    return { place, stats: statsOf(place) };
  }

  /** Each part is looked at: the kernel would follow symbolic links out of the volume. */
  #directoryAt(parts: readonly string[], path: string): string {
    let place = this.#root;
    for (const part of parts) {
      place = join(place, part);
      const stats = statsOf(place);
      if (stats === undefined) throw notPresent(path);
      if (!stats.isDirectory()) throw badArgument(path, 'leads through a file');
    }
    return place;
  }

  #try<T>(what: string, call: () => T): T {
    if (!this.#isOpen) throw new HalError('closed', 'data-volume', 'the board was closed');
    try {
      return call();
    } catch (error) {
      throw halErrorFrom('data-volume', error, { what, path: this.#root });
    }
  }
}

/** The parts of a path by the rules of the contract; `''`, the root, has none. */
function splitPath(path: string): readonly string[] {
  if (path === '') return [];
  const parts = path.split('/');
  for (const part of parts) {
    const isName = part !== '' && part !== '.' && part !== '..' && !part.includes('\0');
    if (isName && !loneSurrogate.test(part) && Buffer.byteLength(part) <= partBytesMax) continue;
    throw badArgument(path, 'has a part that is no name');
  }
  return parts;
}

function statsOf(place: string): Stats | undefined {
  try {
    return lstatSync(place);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** None for what is neither file nor directory, or has gone since it was listed. */
function entryOf(name: string, place: string): DataEntry[] {
  const stats = statsOf(place);
  if (stats?.isDirectory() === true) return [{ name, kind: 'directory', size: 0 }];
  return stats?.isFile() === true ? [{ name, kind: 'file', size: stats.size }] : [];
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function notPresent(path: string): HalError {
  return new HalError('not-present', 'data-volume', `there is no ${JSON.stringify(path)}`);
}

function badArgument(path: string, why: string): HalError {
  return new HalError('bad-argument', 'data-volume', `path ${JSON.stringify(path)} ${why}`);
}

import type { DataEntry, DataVolume } from '#hal/data-volume';
import { HalError } from '#hal/errors';
import { UsageError } from '../kernel/invariant.ts';
import type { DataVolumeImage } from './data-volume-image.ts';
import {
  emptyVolume,
  fileSize,
  listDirectory,
  readVolumeFile,
  volumeBytes,
  walkVolume,
  withDirectory,
  withFile,
  withoutFile,
} from './data-volume-tree.ts';
import type { Life } from './life.ts';

/** How the data disks differ from the standard ones. */
export interface DataVolumeOptions {
  /** Bytes of all files together; 1 GiB unless told otherwise. */
  readonly capacityBytes?: number;
}

const defaultCapacityBytes = 1024 ** 3;

/** The data disks. Their content outlives power cycles and every reset of the firmware. */
export class DataVolumePart {
  readonly capacityBytes: number;
  #root: DataVolumeImage = emptyVolume;
  #usedBytes = 0;

  constructor(options: DataVolumeOptions = {}) {
    this.capacityBytes = options.capacityBytes ?? defaultCapacityBytes;
  }

  /** The port of one power-on. */
  connect(life: Life): DataVolume {
    const checkAlive = (): void => {
      if (life.isAlive) return;
      throw new HalError('closed', 'data-volume', 'the board has restarted or is off');
    };
    return {
      list: (directory) => {
        checkAlive();
        return this.list(directory);
      },
      makeDirectory: (path) => {
        checkAlive();
        this.#root = withDirectory(this.#root, path);
      },
      readFile: (path) => {
        checkAlive();
        return this.readFile(path);
      },
      writeFile: (path, bytes) => {
        checkAlive();
        this.#write(path, bytes);
      },
      removeFile: (path) => {
        checkAlive();
        this.#remove(path);
      },
      space: () => {
        checkAlive();
        const { capacityBytes: totalBytes } = this;
        return { totalBytes, freeBytes: totalBytes - this.#usedBytes };
      },
    };
  }

  /** New, empty disks. */
  reset(): void {
    this.load(emptyVolume);
  }

  /** Paths of all files, sorted. */
  get files(): readonly string[] {
    return [...walkVolume(this.#root)].flatMap(([path, { kind }]) => (kind === 'file' ? path : []));
  }

  /** Bytes of all files together. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Entries of a directory, sorted by name; `''` is the root. */
  list(directory: string): readonly DataEntry[] {
    return listDirectory(this.#root, directory);
  }

  /** A copy of a file's bytes. */
  readFile(path: string): Uint8Array {
    return readVolumeFile(this.#root, path);
  }

  /** Puts a file onto the disks from outside, with the directories above it. */
  putFile(path: string, bytes: Uint8Array): void {
    const directory = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    this.#root = withDirectory(this.#root, directory);
    this.#write(path, bytes);
  }

  /** What is on the disks now. Cheap: it is shared, not copied. */
  image(): DataVolumeImage {
    return this.#root;
  }

  /** Replaces what is on the disks. */
  load(image: DataVolumeImage): void {
    const bytes = volumeBytes(image);
    if (bytes > this.capacityBytes) {
      throw new UsageError(`${bytes} bytes do not fit onto a data volume of ${this.capacityBytes}`);
    }
    this.#root = image;
    this.#usedBytes = bytes;
  }

  #write(path: string, bytes: Uint8Array): void {
    const usedBytes = this.#usedBytes - fileSize(this.#root, path) + bytes.length;
    const root = withFile(this.#root, path, new Uint8Array(bytes));
    if (usedBytes > this.capacityBytes) {
      throw new HalError('no-space', 'data-volume', `the disks hold ${this.capacityBytes} bytes`);
    }
    this.#root = root;
    this.#usedBytes = usedBytes;
  }

  #remove(path: string): void {
    const root = withoutFile(this.#root, path);
    this.#usedBytes -= fileSize(this.#root, path);
    this.#root = root;
  }
}

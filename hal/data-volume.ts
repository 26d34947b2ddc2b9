/**
 * The data disks: what owners keep in shared folders. No reset touches it. Paths are relative,
 * `/` between parts, each part 1 to 255 bytes of UTF-8, no `.`, `..`, NUL or empty part.
 * A write is durable when it returns, whole or not at all.
 *
 * Errors: `not-present` (no such path), `bad-argument` (a path, or a file where a directory is
 * meant), `no-space`, `io`, `closed`.
 */
export interface DataVolume {
  /** Entries of a directory, sorted by name; `''` is the root. */
  list(directory: string): readonly DataEntry[];
  /** Makes a directory and those above it; one that is there already is no error. */
  makeDirectory(path: string): void;
  readFile(path: string): Uint8Array;
  /** Creates or replaces a file; its directory must be there. */
  writeFile(path: string, bytes: Uint8Array): void;
  /** Removes a file. */
  removeFile(path: string): void;
  /** How full the disks are. */
  space(): DataSpace;
}

/** How much the data disks hold, in bytes. */
export interface DataSpace {
  readonly totalBytes: number;
  /** What files could still take, about: file systems need some themselves. */
  readonly freeBytes: number;
}

/** A name in a directory. */
export interface DataEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory';
  /** Bytes; 0 for a directory. */
  readonly size: number;
}

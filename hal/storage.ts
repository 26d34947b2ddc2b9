/**
 * Named files on the system flash, for the firmware alone (one writer). Synchronous. A name is
 * 1 to 64 characters of `a-z 0-9 . - _`. A file that was never written has size 0.
 *
 * Durability: nothing is durable before `sync` returns. At a power cut each un-synced write may be
 * kept, lost or torn, independently; torn within a sector, and then the whole sector is undefined.
 * Sectors that no un-synced write touched stay as they were.
 *
 * Errors: `io`, `no-space`, `power-lost`, `closed`, `bad-argument`.
 */
export interface Storage {
  /** Bytes that may be torn together; a power of two from 512 on. */
  readonly sectorSize: number;
  /**
   * Fills `into` from `offset`; answers how many bytes there were (fewer at the end of the file).
   */
  read(name: string, offset: number, into: Uint8Array): number;
  /** Writes all of `bytes` at `offset`; a gap before it reads as zeros. */
  write(name: string, offset: number, bytes: Uint8Array): void;
  /** Cuts or extends (with zeros) to `size` bytes. */
  truncate(name: string, size: number): void;
  /** Returns when all writes to `name`, its size included, will survive a power cut. */
  sync(name: string): void;
  size(name: string): number;
  /** Names of the files with a size above 0, sorted. */
  list(): readonly string[];
}

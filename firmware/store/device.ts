import type { Storage } from '#hal/storage';
import { pageBytes } from './checksum.ts';
import type { RecoveryJournal } from './recovery-journal.ts';

/** Names of the store's files on the flash. */
export const databaseFile = 'store.db';
/** The rollback journal's file. */
export const journalFile = 'store.db-journal';

/** What the VFS knows of one open store. */
export interface Device {
  readonly storage: Storage;
  readonly journal: RecoveryJournal;
  /** Pages of the database file, so that gaps are filled; -1 while unknown. */
  databasePages: number;
  /** What SQLite's randomness comes from: a seed of this boot, and a count of uses. */
  readonly randomSeed: number;
  randomUses: number;
  /** The first error behind the result codes that SQLite saw; taken by whoever reports it. */
  failure: unknown;
}

/** One page, aligned, as words and as bytes: room to work in that nobody keeps across calls. */
export const pageRoom = {
  words: new Int32Array(pageBytes / 4),
  bytes: new Uint8Array(0),
};
pageRoom.bytes = new Uint8Array(pageRoom.words.buffer);

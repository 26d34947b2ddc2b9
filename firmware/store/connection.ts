import { isHalError } from '#hal/errors';
import type { Storage } from '#hal/storage';
import { databaseFile, type Device, journalFile } from './device.ts';
import { type Engine, loadEngine } from './engine.ts';
import { RecoveryJournal } from './recovery-journal.ts';
import { openFlag, type Pointer, reserveBytesOperation, resultCode } from './sqlite-api.ts';
import { checksumBytes, pageBytes } from './checksum.ts';
import { type Row, type SqlValue, Statement } from './statement.ts';
import { reasonOf, StatementError, StoreError } from './store-error.ts';

/**
 * How SQLite is to work on flash. PERSIST and FULL are the mode that loses nothing where un-synced
 * writes may be kept, lost or torn; the lock is exclusive because the firmware is the only user.
 */
const configuration = `
  PRAGMA page_size = ${pageBytes};
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA cache_size = 2;
  PRAGMA shrink_memory;
  PRAGMA user_version;
  PRAGMA cache_size = -64;
  PRAGMA temp_store = MEMORY;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA journal_mode = PERSIST;
`;

/** One open database: statements by their text, and SQLite's codes made into errors. */
export class Connection {
  readonly #engine: Engine;
  readonly #device: Device;
  readonly #deviceNumber: number;
  readonly #database: Pointer;
  readonly #statements = new Map<string, Statement>();
  #isOpen = true;

  /** Opens the database, which rolls back what a power cut left half done. */
  constructor(storage: Storage, randomSeed: number) {
    const engine = loadEngine();
    this.#engine = engine;
    this.#device = {
      storage,
      journal: new RecoveryJournal(storage, journalFile),
      databasePages: -1,
      randomSeed,
      randomUses: 0,
      failure: undefined,
    };
    this.#deviceNumber = engine.addDevice(this.#device);
    const { api, memory, result } = engine;
    const path = memory.scratchText(`/${this.#deviceNumber}/${databaseFile}`);
    const flags = openFlag.readWrite | openFlag.create;
    const code = api.sqlite3_open_v2(path.address, result, flags, 0);
    memory.releaseScratch();
    this.#database = memory.words[result >> 2] as number;
    try {
      this.#check(code);
      this.#reserveChecksums();
      this.script(configuration);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Runs statements without parameters, one after another. */
  script(sql: string): void {
    const { api, memory } = this.#engine;
    this.#begin();
    const text = memory.scratchText(sql);
    const code = api.sqlite3_exec(this.#database, text.address, 0, 0, 0);
    memory.releaseScratch();
    this.#check(code, sql);
  }

  /** Answers how many rows it changed. */
  run(sql: string, values: readonly SqlValue[]): number {
    this.#execute(sql, values);
    return this.#engine.api.sqlite3_changes(this.#database);
  }

  row(sql: string, values: readonly SqlValue[]): Row | undefined {
    let found: Row | undefined;
    this.#execute(sql, values, (row) => {
      found = row;
      return false;
    });
    return found;
  }

  rows(sql: string, values: readonly SqlValue[]): readonly Row[] {
    const found: Row[] = [];
    this.#execute(sql, values, (row) => found.push(row) > 0);
    return found;
  }

  /** Whether SQLite has a transaction open. It may have rolled one back by itself. */
  get isInTransaction(): boolean {
    return this.#isOpen && this.#engine.api.sqlite3_get_autocommit(this.#database) === 0;
  }

  /** Frees all memory. A second call is no error. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const statement of this.#statements.values()) statement.finalise();
    this.#statements.clear();
    this.#engine.api.sqlite3_close_v2(this.#database);
    this.#engine.removeDevice(this.#deviceNumber);
  }

  #execute(sql: string, values: readonly SqlValue[], onRow?: (row: Row) => boolean): void {
    this.#begin();
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = new Statement(this.#engine, this.#database, sql, (code) =>
        this.#errorOf(code, sql),
      );
      this.#statements.set(sql, statement);
    }
    this.#check(statement.run(values, onRow), sql);
  }

  #begin(): void {
    if (!this.#isOpen) throw new StatementError('the store is closed');
    this.#device.failure = undefined;
    this.#engine.activate(this.#device);
  }

  #reserveChecksums(): void {
    const { api, memory, result } = this.#engine;
    memory.words[result >> 2] = checksumBytes;
    this.#check(api.sqlite3_file_control(this.#database, 0, reserveBytesOperation, result));
  }

  #check(code: number, sql?: string): void {
    if (code !== resultCode.ok) throw this.#errorOf(code, sql);
  }

  #errorOf(code: number, sql?: string): Error {
    const { api, memory } = this.#engine;
    const cause = this.#device.failure;
    this.#device.failure = undefined;
    const detail = memory.textFrom(api.sqlite3_errmsg(this.#database));
    const primary = code & 0xff;
    if (cause instanceof StoreError) return cause;
    if (isHalError(cause)) return new StoreError(reasonOf(cause), cause.message, { cause });
    // Anything else that a driver throws is a bug, and must look like one.
    if (cause instanceof Error) return cause;
    if (primary === resultCode.corrupt || primary === resultCode.notADatabase) {
      return new StoreError('damaged', detail);
    }
    if (primary === resultCode.full) return new StoreError('no-space', detail);
    if (primary === resultCode.ioError || primary === resultCode.cannotOpen) {
      return new StoreError('io', detail);
    }
    return new StatementError(`${detail}${sql === undefined ? '' : `: ${sql}`}`);
  }
}

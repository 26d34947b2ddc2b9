import { isHalError } from '#hal/errors';
import type { RandomSource } from '#hal/random';
import type { Storage } from '#hal/storage';
import {
  markCreated,
  markCreating,
  markErasing,
  readBootEnvironment,
  storeFormat,
} from './boot-environment.ts';
import { Connection } from './connection.ts';
import { databaseFile, journalFile } from './device.ts';
import { findDamagedPage } from './page-check.ts';
import { RecoveryJournal } from './recovery-journal.ts';
import { type Migration, migrations } from './schema.ts';
import type { Row, SqlValue } from './statement.ts';
import { StoreSession } from './session.ts';
import { StoreError } from './store-error.ts';

export type { Row, SqlValue } from './statement.ts';
export { StatementError, StoreError } from './store-error.ts';

/**
 * The configuration store: SQL over the board's flash. What a call or a transaction wrote is
 * durable when it returns. All calls throw `StoreError` where the flash fails, and `StatementError`
 * where SQLite or the schema refuses the statement.
 */
export interface Store {
  /** The first row of the answer. Statements are prepared once and kept, so texts must be few. */
  row<T extends Row>(sql: string, ...values: SqlValue[]): T | undefined;
  rows<T extends Row>(sql: string, ...values: SqlValue[]): readonly T[];
  /** Answers how many rows an INSERT, UPDATE or DELETE changed. */
  run(sql: string, ...values: SqlValue[]): number;
  /**
   * All of `work` or nothing: a throw rolls back. A call inside another joins it. Only where the
   * flash refuses the last sync of a commit may it throw although all of `work` holds.
   */
  transaction<T>(work: () => T): T;
  readonly schemaVersion: number;
  /** Pages that were brought back at opening because a power cut came in the middle of a change. */
  readonly recoveredPages: number;
  /** Whether the store was made at this opening, on a blank flash. */
  readonly isNew: boolean;
  /** Text of the first problem that a thorough check finds: a millisecond or more. */
  checkIntegrity(): string | undefined;
  /** Compares each page on the flash with its checksum: quick. Not inside a transaction. */
  checkPages(): string | undefined;
  close(): void;
}

/**
 * - `damaged`: what is there is not what was written.
 * - `lost`: there was a store once, and it is gone.
 * - `newer-schema`: a newer firmware wrote it.
 * - `unreadable`: the flash fails, or the power went; the content may be sound.
 */
export type OpenStoreOutcome =
  | { readonly ok: true; readonly store: Store }
  | { readonly ok: false; readonly reason: OpenStoreRefusal; readonly detail: string };

/** Why a store was not opened; see `OpenStoreOutcome`. */
export type OpenStoreRefusal = 'damaged' | 'lost' | 'newer-schema' | 'unreadable';

/**
 * Opens the store of this flash, or makes one where the flash is blank. Never makes one where one
 * was before: a store that is damaged or lost is refused.
 */
export function openStore(
  storage: Storage,
  options: { readonly random: RandomSource; readonly migrations?: readonly Migration[] },
): OpenStoreOutcome {
  try {
    return open(storage, options.random, options.migrations ?? migrations);
  } catch (error) {
    if (!(error instanceof StoreError) && !isHalError(error)) throw error;
    const isDamaged = error instanceof StoreError && error.reason === 'damaged';
    return refusal(isDamaged ? 'damaged' : 'unreadable', error.message);
  }
}

/**
 * Throws the store away, sound or not, so that the next opening makes a new one. A power cut in the
 * middle leaves the old store, or none. The flash's errors come out as they are (`HalError`).
 */
export function eraseStore(storage: Storage): void {
  markErasing(storage);
  removeFiles(storage);
}

function open(
  storage: Storage,
  random: RandomSource,
  history: readonly Migration[],
): OpenStoreOutcome {
  const finding = readBootEnvironment(storage);
  const { current } = finding;
  if (current !== undefined && current.format > storeFormat) {
    return refusal('newer-schema', `the flash is laid out in format ${current.format}`);
  }
  const wasComplete = current?.life === 'created' || finding.isSecondTorn;
  const isEmpty = storage.size(databaseFile) === 0;
  if (wasComplete && isEmpty) return refusal('lost', `${databaseFile} is gone`);
  const seed = new DataView(random.bytes(4).buffer).getInt32(0);
  if (current === undefined && isEmpty) markCreating(storage);
  if (isEmpty && storage.size(journalFile) > 0) removeFiles(storage);

  let opened: Opened;
  try {
    opened = openDatabase(storage, seed);
  } catch (error) {
    // Only a store whose making was cut short may be thrown away: nobody ever used it.
    const isUnfinished = current?.life === 'creating' && !wasComplete;
    if (!isUnfinished || !(error instanceof StoreError) || error.reason !== 'damaged') throw error;
    removeFiles(storage);
    opened = openDatabase(storage, seed);
  }
  const { connection, recoveredPages, schemaVersion } = opened;
  try {
    const latest = history.at(-1)?.version ?? 0;
    if (schemaVersion > latest) {
      connection.close();
      return refusal('newer-schema', `its schema is ${schemaVersion}, this firmware's ${latest}`);
    }
    if (schemaVersion === 0 && wasComplete) {
      throw new StoreError('damaged', 'the database holds no schema');
    }
    migrate(connection, schemaVersion, history);
    if (current?.life !== 'created' || !finding.isRedundant) markCreated(storage, current);
    const isNew = schemaVersion === 0;
    const facts = { schemaVersion: latest, recoveredPages, isNew };
    const checkPages = (): string | undefined => findDamagedPage(storage, databaseFile);
    return { ok: true, store: new StoreSession(connection, facts, checkPages) };
  } catch (error) {
    connection.close();
    throw error;
  }
}

interface Opened {
  readonly connection: Connection;
  readonly recoveredPages: number;
  readonly schemaVersion: number;
}

/** Opens what is there, rolling back what a power cut left, and checks every page. */
function openDatabase(storage: Storage, randomSeed: number): Opened {
  const verdict = new RecoveryJournal(storage, journalFile).inspect();
  if ('problem' in verdict) throw new StoreError('damaged', verdict.problem);
  const connection = new Connection(storage, randomSeed);
  try {
    const found = connection.row('PRAGMA user_version', []);
    const problem = findDamagedPage(storage, databaseFile);
    if (problem !== undefined) throw new StoreError('damaged', problem);
    const schemaVersion = Number(found?.['user_version'] ?? 0);
    return { connection, recoveredPages: verdict.recordCount, schemaVersion };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Brings the schema up to date in one transaction. */
function migrate(connection: Connection, from: number, history: readonly Migration[]): void {
  const steps = history.filter(({ version }) => version > from);
  const last = steps.at(-1);
  if (last === undefined) return;
  const sql = steps.map((step) => step.sql).join('\n');
  connection.script(`BEGIN IMMEDIATE;\n${sql}\nPRAGMA user_version = ${last.version};\nCOMMIT;`);
}

/** Takes away what there is of a database. */
function removeFiles(storage: Storage): void {
  for (const name of [databaseFile, journalFile]) {
    storage.truncate(name, 0);
    storage.sync(name);
  }
}

function refusal(reason: OpenStoreRefusal, detail: string): OpenStoreOutcome {
  return { ok: false, reason, detail };
}

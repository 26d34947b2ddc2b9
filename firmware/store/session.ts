import type { Connection } from './connection.ts';
import type { Row, SqlValue } from './statement.ts';
import type { Store } from './store.ts';
import { StatementError, StoreError } from './store-error.ts';

/** What opening found out about a store. */
export interface StoreFacts {
  readonly schemaVersion: number;
  readonly recoveredPages: number;
  readonly isNew: boolean;
}

/** The store that the firmware holds from opening to closing. */
export class StoreSession implements Store {
  readonly schemaVersion: number;
  readonly recoveredPages: number;
  readonly isNew: boolean;
  readonly #connection: Connection;
  readonly #checkPages: () => string | undefined;
  #depth = 0;
  /** What made the running transaction impossible to commit. */
  #doom: Error | undefined;

  constructor(connection: Connection, facts: StoreFacts, checkPages: () => string | undefined) {
    this.#connection = connection;
    this.#checkPages = checkPages;
    this.schemaVersion = facts.schemaVersion;
    this.recoveredPages = facts.recoveredPages;
    this.isNew = facts.isNew;
  }

  row<T extends Row>(sql: string, ...values: SqlValue[]): T | undefined {
    return this.#guarded(() => this.#connection.row(sql, values)) as T | undefined;
  }

  rows<T extends Row>(sql: string, ...values: SqlValue[]): readonly T[] {
    return this.#guarded(() => this.#connection.rows(sql, values)) as readonly T[];
  }

  run(sql: string, ...values: SqlValue[]): number {
    return this.#guarded(() => this.#connection.run(sql, values));
  }

  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return this.#join(work);
    this.#doom = undefined;
    this.#connection.run('BEGIN IMMEDIATE', []);
    this.#depth = 1;
    try {
      const result = work();
      this.#checkDoom();
      this.#connection.run('COMMIT', []);
      return result;
    } catch (error) {
      this.#rollBack(error);
      throw error;
    } finally {
      this.#depth = 0;
    }
  }

  checkIntegrity(): string | undefined {
    const found = this.row<{ integrity_check: string }>('PRAGMA integrity_check(1)');
    return found?.integrity_check === 'ok' ? undefined : (found?.integrity_check ?? 'no answer');
  }

  checkPages(): string | undefined {
    return this.#checkPages();
  }

  close(): void {
    this.#connection.close();
  }

  /** A part of a transaction that fails takes the whole of it along, even if someone catches. */
  #join<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const text = 'a part of the transaction failed';
      this.#doom ??= error instanceof Error ? error : new StatementError(text, { cause: error });
      throw error;
    }
  }

  /** After the flash failed SQLite may have ended the transaction: nothing may run outside it. */
  #guarded<T>(work: () => T): T {
    if (this.#depth === 0) return work();
    if (this.#doom instanceof StoreError) throw this.#doom;
    try {
      return work();
    } catch (error) {
      if (error instanceof StoreError) this.#doom ??= error;
      throw error;
    }
  }

  #checkDoom(): void {
    const doom: Error | undefined = this.#doom;
    if (doom !== undefined) throw doom;
  }

  #rollBack(error: unknown): void {
    if (!this.#connection.isInTransaction) return;
    try {
      this.#connection.run('ROLLBACK', []);
    } catch (secondError) {
      // The journal still holds the way back: the next statement, or the next boot, takes it.
      if (!(secondError instanceof StoreError)) throw secondError;
      if (error instanceof StoreError) return;
      throw secondError;
    }
  }
}

import type { Engine } from './engine.ts';
import { columnType, type Pointer, preparePersistent, resultCode } from './sqlite-api.ts';
import { StatementError } from './store-error.ts';

/** What a column holds or a parameter takes. Integers beyond 2^53 are bigint, others number. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** One row of a result, by column name. */
export type Row = Readonly<Record<string, SqlValue>>;

/** Text and blobs are bound where they lie: scratch memory outlives the statement's run. */
const keptByCaller = 0;

/** A prepared statement of one connection. */
export class Statement {
  readonly #engine: Engine;
  readonly #address: Pointer;
  readonly #sql: string;
  readonly #parameterCount: number;
  readonly #columnCount: number;
  #columnNames: readonly string[] | undefined;

  /** Throws what `fail` makes of SQLite's refusal. */
  constructor(engine: Engine, database: Pointer, sql: string, fail: (code: number) => Error) {
    const { api, memory, result } = engine;
    const text = memory.scratchText(sql);
    const code = api.sqlite3_prepare_v3(
      database,
      text.address,
      text.byteCount + 1,
      preparePersistent,
      result,
      0,
    );
    memory.releaseScratch();
    if (code !== resultCode.ok) throw fail(code);
    this.#engine = engine;
    this.#sql = sql;
    this.#address = memory.words[result >> 2] as number;
    if (this.#address === 0) throw new StatementError(`no statement in ${JSON.stringify(sql)}`);
    this.#parameterCount = api.sqlite3_bind_parameter_count(this.#address);
    this.#columnCount = api.sqlite3_column_count(this.#address);
  }

  /**
   * Runs the statement to its end, handing each row to `onRow`, which answers whether it wants
   * more. Answers SQLite's result code. The statement is reset whatever happens.
   */
  run(values: readonly SqlValue[], onRow?: (row: Row) => boolean): number {
    const { api, memory } = this.#engine;
    this.#bind(values);
    const isRowWanted = onRow ?? (() => false);
    let code = api.sqlite3_step(this.#address);
    while (code === resultCode.row && isRowWanted(this.#readRow())) {
      code = api.sqlite3_step(this.#address);
    }
    const resetCode = api.sqlite3_reset(this.#address);
    if (this.#parameterCount > 0) {
      api.sqlite3_clear_bindings(this.#address);
      memory.releaseScratch();
    }
    // A statement that was left at a row commits in its reset, so that may be what fails.
    if (resetCode !== resultCode.ok) return resetCode;
    return code === resultCode.row || code === resultCode.done ? resultCode.ok : code;
  }

  finalise(): void {
    this.#engine.api.sqlite3_finalize(this.#address);
  }

  #bind(values: readonly SqlValue[]): void {
    if (values.length !== this.#parameterCount) {
      const counts = `${this.#parameterCount} parameters, given ${values.length}`;
      throw new StatementError(`${this.#sql}: takes ${counts}`);
    }
    for (let place = 0; place < values.length; place += 1) {
      this.#bindOne(place + 1, values[place] as SqlValue);
    }
  }

  #bindOne(place: number, value: SqlValue): void {
    const { api, memory } = this.#engine;
    const address = this.#address;
    if (typeof value === 'string') {
      const text = memory.scratchText(value);
      api.sqlite3_bind_text(address, place, text.address, text.byteCount, keptByCaller);
    } else if (typeof value === 'number') {
      if ((value | 0) === value) api.sqlite3_bind_int(address, place, value);
      else if (Number.isSafeInteger(value)) api.sqlite3_bind_int64(address, place, BigInt(value));
      else api.sqlite3_bind_double(address, place, value);
    } else if (value === null) {
      api.sqlite3_bind_null(address, place);
    } else if (typeof value === 'bigint') {
      api.sqlite3_bind_int64(address, place, value);
    } else {
      // An empty blob still needs an address, or it would be NULL.
      const blob = memory.scratch(Math.max(1, value.length));
      memory.bytes.set(value, blob);
      api.sqlite3_bind_blob(address, place, blob, value.length, keptByCaller);
    }
  }

  #readRow(): Row {
    this.#columnNames ??= this.#readColumnNames();
    const row: Record<string, SqlValue> = {};
    for (let column = 0; column < this.#columnCount; column += 1) {
      row[this.#columnNames[column] as string] = this.#readColumn(column);
    }
    return row;
  }

  #readColumnNames(): readonly string[] {
    const { api, memory } = this.#engine;
    return Array.from({ length: this.#columnCount }, (_, column) =>
      memory.textFrom(api.sqlite3_column_name(this.#address, column)),
    );
  }

  #readColumn(column: number): SqlValue {
    const { api, memory } = this.#engine;
    const address = this.#address;
    switch (api.sqlite3_column_type(address, column)) {
      case columnType.integer: {
        const near = api.sqlite3_column_double(address, column);
        return Number.isSafeInteger(near) ? near : api.sqlite3_column_int64(address, column);
      }
      case columnType.float:
        return api.sqlite3_column_double(address, column);
      case columnType.text: {
        const text = api.sqlite3_column_text(address, column);
        return memory.textAt(text, api.sqlite3_column_bytes(address, column));
      }
      case columnType.blob: {
        const blob = api.sqlite3_column_blob(address, column);
        const byteCount = api.sqlite3_column_bytes(address, column);
        return memory.bytes.slice(blob, blob + byteCount);
      }
      default:
        return null;
    }
  }
}

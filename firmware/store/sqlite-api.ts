/** An address in the engine's memory; 0 is no address. */
export type Pointer = number;

/**
 * What is used of SQLite's C interface (https://sqlite.org/c3ref), as the WASM build exports it.
 */
export interface SqliteApi {
  readonly __indirect_function_table: FunctionTable;
  __wasm_call_ctors(): void;
  sqlite3__wasm_config_ii(option: number, first: number, second: number): number;
  sqlite3_initialize(): number;
  sqlite3_malloc(bytes: number): Pointer;
  sqlite3_free(address: Pointer): void;
  sqlite3_randomness(count: number, into: Pointer): void;
  sqlite3_vfs_register(vfs: Pointer, makeDefault: number): number;
  sqlite3_open_v2(path: Pointer, database: Pointer, flags: number, vfs: Pointer): number;
  sqlite3_close_v2(database: Pointer): number;
  sqlite3_file_control(
    database: Pointer,
    schema: Pointer,
    operation: number,
    argument: Pointer,
  ): number;
  sqlite3_exec(
    database: Pointer,
    sql: Pointer,
    callback: Pointer,
    argument: Pointer,
    message: Pointer,
  ): number;
  sqlite3_errmsg(database: Pointer): Pointer;
  sqlite3_extended_errcode(database: Pointer): number;
  sqlite3_get_autocommit(database: Pointer): number;
  sqlite3_changes(database: Pointer): number;
  sqlite3_prepare_v3(
    database: Pointer,
    sql: Pointer,
    bytes: number,
    flags: number,
    statement: Pointer,
    tail: Pointer,
  ): number;
  sqlite3_step(statement: Pointer): number;
  sqlite3_reset(statement: Pointer): number;
  sqlite3_clear_bindings(statement: Pointer): number;
  sqlite3_finalize(statement: Pointer): number;
  sqlite3_bind_parameter_count(statement: Pointer): number;
  sqlite3_bind_null(statement: Pointer, place: number): number;
  sqlite3_bind_int(statement: Pointer, place: number, value: number): number;
  sqlite3_bind_int64(statement: Pointer, place: number, value: bigint): number;
  sqlite3_bind_double(statement: Pointer, place: number, value: number): number;
  sqlite3_bind_text: BindBytes;
  sqlite3_bind_blob: BindBytes;
  sqlite3_column_count(statement: Pointer): number;
  sqlite3_column_name(statement: Pointer, column: number): Pointer;
  sqlite3_column_type(statement: Pointer, column: number): number;
  sqlite3_column_int64(statement: Pointer, column: number): bigint;
  sqlite3_column_double(statement: Pointer, column: number): number;
  sqlite3_column_text(statement: Pointer, column: number): Pointer;
  sqlite3_column_blob(statement: Pointer, column: number): Pointer;
  sqlite3_column_bytes(statement: Pointer, column: number): number;
}

/** How text and blobs are bound; the last argument says who frees them. */
export type BindBytes = (
  statement: Pointer,
  place: number,
  bytes: Pointer,
  count: number,
  destructor: Pointer,
) => number;

/** Where WASM finds the functions it has addresses of. */
export interface FunctionTable {
  grow(count: number): number;
  set(index: number, value: unknown): void;
}

/** Result codes (https://sqlite.org/rescode.html). */
export const resultCode = {
  ok: 0,
  error: 1,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  notFound: 12,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
  row: 100,
  done: 101,
  ioErrorRead: 10 | (1 << 8),
  ioErrorShortRead: 10 | (2 << 8),
  ioErrorWrite: 10 | (3 << 8),
  ioErrorFsync: 10 | (4 << 8),
  ioErrorTruncate: 10 | (6 << 8),
  ioErrorFstat: 10 | (7 << 8),
  ioErrorDelete: 10 | (10 << 8),
  ioErrorAccess: 10 | (13 << 8),
  ioErrorData: 10 | (32 << 8),
} as const;

/** `SQLITE_OPEN_*` flags (https://sqlite.org/c3ref/c_open_autoproxy.html). */
export const openFlag = {
  readWrite: 0x2,
  create: 0x4,
  mainDatabase: 0x100,
  mainJournal: 0x800,
} as const;

/** Fundamental types of a column (https://sqlite.org/c3ref/c_blob.html). */
export const columnType = { integer: 1, float: 2, text: 3, blob: 4, null: 5 } as const;

/** `SQLITE_FCNTL_RESERVE_BYTES`: bytes at the end of each page that SQLite leaves to the VFS. */
export const reserveBytesOperation = 38;

/** `SQLITE_CONFIG_LOOKASIDE`: small allocations set aside for each connection. */
export const lookasideOption = 13;

/** `SQLITE_PREPARE_PERSISTENT`: the statement will be used many times. */
export const preparePersistent = 1;

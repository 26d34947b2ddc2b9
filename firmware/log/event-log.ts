import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { oneLine } from './one-line.ts';

/** How much an event matters. */
export type Severity = 'info' | 'warning' | 'error';

/** An event to be written down. Never a password, code, secret, answer, token or session id. */
export interface LogDraft {
  readonly severity: Severity;
  /** One word: `login`, `reset`, `settings`, `accounts`, `power`, `hardware` … */
  readonly category: string;
  readonly text: string;
  /** Who did it. */
  readonly user?: string;
  /** From where: a network address, or `serial`. */
  readonly address?: string;
}

/** An event as it was written down. */
export interface LogEntry extends LogDraft {
  /** Grows by one with each entry. */
  readonly id: number;
  /** UTC by the wall clock, whole milliseconds since the epoch. */
  readonly timeMs: number;
}

/** Which entries are wanted. */
interface LogQuery {
  /** Only entries with a smaller id: that of the last one of the page before. */
  readonly before?: number;
  /** 100 unless told otherwise. */
  readonly limit?: number;
  readonly severity?: Severity;
  readonly category?: string;
}

/** The event log: durable, at most 10,000 entries, the oldest go first. */
export interface EventLog {
  /**
   * Writes one entry. Inside a transaction it is part of that; by itself it is a transaction of its
   * own, with the time a flash takes for one: group entries that come together.
   */
  append(draft: LogDraft): void;
  /** The newest entries that match, newest first. */
  page(query?: LogQuery): readonly LogEntry[];
  /**
   * Removes the oldest entries, up to the first that is not older than `beforeMs`. The newest
   * thousand stay, however old they look: a clock that is years ahead must not empty the log.
   * Answers how many went.
   */
  prune(beforeMs: number): number;
  /** Hears each entry once it is durable; the answer ends that. */
  onEntry(listener: (entry: LogEntry) => void): () => void;
}

/** The log never holds more. */
export const logEntriesMax = 10_000;

/** The oldest are removed so many at a time. */
const pruneEvery = 64;

/** So many stay, whatever their age. */
const keptMin = 1_000;

const charactersMax = { text: 1_000, user: 64, address: 64, category: 32 } as const;

const insertSql = 'INSERT INTO event_log VALUES (?, ?, ?, ?, ?, ?, ?)';
const pruneSql = 'DELETE FROM event_log WHERE id <= ?';
const lastIdSql = 'SELECT max(id) AS id FROM event_log';
const firstYoungSql = 'SELECT id FROM event_log WHERE time_ms >= ? ORDER BY id LIMIT 1';
const pageSql = `SELECT * FROM event_log
  WHERE id < ?1 AND (?2 IS NULL OR severity = ?2) AND (?3 IS NULL OR category = ?3)
  ORDER BY id DESC LIMIT ?4`;

/** The event log of a store, on the wall clock's time. */
export function createEventLog(store: WatchedStore, wallClock: { nowMs(): number }): EventLog {
  const listeners = new Set<(entry: LogEntry) => void>();
  let lastId: number | undefined;
  store.onRollback(() => {
    lastId = undefined;
  });

  const write = (entry: LogEntry): void => {
    store.run(
      insertSql,
      entry.id,
      entry.timeMs,
      entry.severity,
      entry.category,
      entry.user ?? null,
      entry.address ?? null,
      entry.text,
    );
  };

  return {
    append(draft) {
      lastId ??= store.row<{ id: number | null }>(lastIdSql)?.id ?? 0;
      const id = lastId + 1;
      const entry = { id, timeMs: Math.floor(wallClock.nowMs()), ...onOneLine(draft) };
      if (id % pruneEvery === 0) {
        store.transaction(() => {
          write(entry);
          // So far ahead that the entries until the next time find room.
          store.run(pruneSql, id - logEntriesMax + pruneEvery - 1);
        });
      } else {
        write(entry);
      }
      lastId = id;
      store.afterCommit(() => {
        for (const listener of listeners) listener(entry);
      });
    },
    page({ before = Number.MAX_SAFE_INTEGER, limit = 100, severity, category } = {}) {
      return store
        .rows<EntryRow>(pageSql, before, severity ?? null, category ?? null, limit)
        .map(entryOf);
    },
    prune(beforeMs) {
      const youngest = store.row<{ id: number | null }>(lastIdSql)?.id ?? 0;
      const firstYoung = store.row<{ id: number }>(firstYoungSql, Math.floor(beforeMs))?.id;
      const lastOld = Math.min(
        firstYoung === undefined ? youngest : firstYoung - 1,
        youngest - keptMin,
      );
      return lastOld > 0 ? store.run(pruneSql, lastOld) : 0;
    },
    onEntry(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

interface EntryRow extends Row {
  readonly id: number;
  readonly time_ms: number;
  readonly severity: Severity;
  readonly category: string;
  readonly user: string | null;
  readonly address: string | null;
  readonly text: string;
}

function entryOf(row: EntryRow): LogEntry {
  return {
    id: row.id,
    timeMs: row.time_ms,
    severity: row.severity,
    category: row.category,
    text: row.text,
    ...(row.user !== null && { user: row.user }),
    ...(row.address !== null && { address: row.address }),
  };
}

function onOneLine({ severity, category, text, user, address }: LogDraft): LogDraft {
  return {
    severity,
    category: oneLine(category, charactersMax.category),
    text: oneLine(text, charactersMax.text),
    ...(user !== undefined && { user: oneLine(user, charactersMax.user) }),
    ...(address !== undefined && { address: oneLine(address, charactersMax.address) }),
  };
}

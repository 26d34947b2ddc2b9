import type { Store } from './store.ts';

/** A store that tells those who remember something of it what became of its transactions. */
export interface WatchedStore extends Store {
  /** Runs `work` once what was written so far is durable: at once outside of a transaction. */
  afterCommit(work: () => void): void;
  /** Hears of each transaction that was rolled back: what was read or written in it is void. */
  onRollback(listener: () => void): void;
}

/** Watches the transactions that are made through the answer; the others go unheard. */
export function watchStore(store: Store): WatchedStore {
  const rollbackListeners: (() => void)[] = [];
  let waiting: (() => void)[] = [];
  let depth = 0;

  const outermost = <T>(work: () => T): T => {
    try {
      const result = store.transaction(work);
      depth = 0;
      for (const after of waiting.splice(0)) after();
      return result;
    } catch (error) {
      // A throw of `after` comes here too, but then nothing is left that could be rolled back.
      if (depth > 0) {
        depth = 0;
        waiting = [];
        for (const listener of rollbackListeners) listener();
      }
      throw error;
    }
  };

  return {
    row: (sql, ...values) => store.row(sql, ...values),
    rows: (sql, ...values) => store.rows(sql, ...values),
    run: (sql, ...values) => store.run(sql, ...values),
    transaction(work) {
      if (depth > 0) return store.transaction(work);
      depth = 1;
      return outermost(work);
    },
    get schemaVersion() {
      return store.schemaVersion;
    },
    get recoveredPages() {
      return store.recoveredPages;
    },
    get isNew() {
      return store.isNew;
    },
    checkIntegrity: () => store.checkIntegrity(),
    checkPages: () => store.checkPages(),
    close: () => store.close(),
    afterCommit(work) {
      if (depth > 0) waiting.push(work);
      else work();
    },
    onRollback: (listener) => void rollbackListeners.push(listener),
  };
}

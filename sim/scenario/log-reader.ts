import type { EventLog, LogEntry } from '#firmware/log/event-log';

const pageSize = 100;

/** Reads the event log's new entries; each is seen once. */
export class LogReader {
  #seenId: number;

  /** Begins with the first entry of all, or after this one. */
  constructor(seenId = 0) {
    this.#seenId = seenId;
  }

  /** The last entry that has been read; 0 where none has. */
  get seenId(): number {
    return this.#seenId;
  }

  /** What has been written since the last call that was followed by `markRead`, oldest first. */
  unread(log: EventLog): readonly LogEntry[] {
    const newest = log.page({ limit: 1 })[0]?.id ?? 0;
    // A reset to factory default has emptied the log: it counts from the start again.
    if (newest < this.#seenId) this.#seenId = 0;
    const entries: LogEntry[] = [];
    let before = newest + 1;
    while (before > this.#seenId + 1) {
      const page = log.page({ before, limit: pageSize });
      if (page.length === 0) break;
      for (const entry of page) if (entry.id > this.#seenId) entries.push(entry);
      before = page.at(-1)?.id ?? 0;
    }
    return entries.toReversed();
  }

  /** All up to this entry has been read. */
  markRead(entry: LogEntry | undefined): void {
    if (entry !== undefined) this.#seenId = entry.id;
  }
}

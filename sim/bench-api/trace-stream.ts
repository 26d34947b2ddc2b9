import type { Bench } from '../bench.ts';
import type { TraceHeader, TraceRecord } from '../kernel/trace.ts';
import { isWanted, type TraceFilter } from './trace-filter.ts';

/** So much may be on its way to a reader; the rest waits here. */
const sendingMax = 256 * 1024;

/** So many new records wait for a slow reader; more are lost, and it is told. */
const waitingMax = 10_000;

/** Sends a text; calls back once the connection has taken it. */
export type SendText = (text: string, taken: () => void) => void;

/**
 * A trace on its way to one reader, record by record as JSON. A reader that is too slow loses
 * records, in whole rows, and is told how many at the place where they are missing.
 */
export class TraceStream {
  readonly #filter: TraceFilter;
  readonly #send: SendText;
  /** What was there when the reader came. */
  #past: Iterator<TraceHeader | TraceRecord> = [].values();
  #waiting: (TraceHeader | TraceRecord)[] = [];
  #place = 0;
  #sending = 0;
  #lost = 0;
  #lastUs = 0;
  #isFirst = true;

  constructor(filter: TraceFilter, send: SendText) {
    this.#filter = filter;
    this.#send = send;
  }

  /** Follows a bench, from where the filter says; one in its place, from now on. */
  follow(bench: Bench): () => void {
    const { trace, world } = bench;
    if (this.#isFirst) {
      const sinceUs = this.#filter.since ?? Number.POSITIVE_INFINITY;
      const before = trace.records.filter(
        (record) => record.t >= sinceUs && isWanted(record, this.#filter),
      );
      this.#past = [bench.traceHeader, ...before].values();
    } else {
      this.#waiting.push({ t: world.nowUs, source: 'bench', kind: 'replaced' });
      this.#waiting.push(bench.traceHeader);
    }
    this.#isFirst = false;
    this.#pump();
    return trace.onRecord((record) => this.#hear(record));
  }

  #hear(record: TraceRecord): void {
    if (!isWanted(record, this.#filter)) return;
    this.#lastUs = record.t;
    if (this.#waiting.length - this.#place >= waitingMax) {
      this.#lost += 1;
      return;
    }
    this.#tellLost();
    this.#waiting.push(record);
    this.#pump();
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    this.#waiting.push({ t: this.#lastUs, source: 'stream', kind: 'lost', count: this.#lost });
    this.#lost = 0;
  }

  #pump(): void {
    while (this.#sending < sendingMax) {
      const next = this.#next();
      if (next === undefined) return;
      const text = JSON.stringify(next);
      this.#sending += text.length;
      this.#send(text, () => {
        this.#sending -= text.length;
        this.#pump();
      });
    }
  }

  #next(): TraceHeader | TraceRecord | undefined {
    const past = this.#past.next();
    if (past.done !== true) return past.value;
    if (this.#place === this.#waiting.length) {
      this.#waiting = [];
      this.#place = 0;
      this.#tellLost();
    } else if (this.#place >= waitingMax) {
      this.#waiting.splice(0, this.#place);
      this.#place = 0;
    }
    const next = this.#waiting[this.#place];
    if (next !== undefined) this.#place += 1;
    return next;
  }
}

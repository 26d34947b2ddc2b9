/** One line of a trace: what happened, where, when. Further fields depend on `kind`. */
export interface TraceRecord {
  /** True time, µs since the Unix epoch. */
  readonly t: number;
  /** The part, peer or layer it happened at, for example `reset`, `uart`, `flash`. */
  readonly source: string;
  readonly kind: string;
  /** True for what the world did to the board; absent for what the board did. */
  readonly stimulus?: true;
  readonly [field: string]: TraceValue | undefined;
}

/** What a field of a trace record may hold. */
export type TraceValue =
  | string
  | number
  | boolean
  | null
  | readonly TraceValue[]
  | { readonly [field: string]: TraceValue };

type Fields = { readonly [field: string]: TraceValue };

/** The first line of every trace file. */
export interface TraceHeader {
  readonly trace: 'nasboard';
  readonly version: 1;
  readonly seed: number;
  readonly startUs: number;
  readonly board: Fields;
}

/**
 * All that was done to the boards of a world and all that they did, in order. Holds no secret:
 * sources leave passwords, codes and keys out.
 */
export class Trace {
  readonly #records: TraceRecord[] = [];
  readonly #listeners = new Set<(record: TraceRecord) => void>();
  readonly #nowUs: () => number;
  readonly #recordsMax: number;

  /** Keeps the last `recordsMax` records (all, unless told otherwise). */
  constructor(nowUs: () => number, recordsMax = Number.POSITIVE_INFINITY) {
    this.#nowUs = nowUs;
    this.#recordsMax = recordsMax;
  }

  get records(): readonly TraceRecord[] {
    return this.#records;
  }

  /** Something the world did: a press, a typed line, a power cut, a fault. */
  stimulus(source: string, kind: string, fields?: Fields): void {
    this.#add({ t: this.#nowUs(), source, kind, stimulus: true, ...fields });
  }

  /** Something that could be observed from outside the board. */
  output(source: string, kind: string, fields?: Fields): void {
    this.#add({ t: this.#nowUs(), source, kind, ...fields });
  }

  /** Hears every record from now on; the answer stops it. */
  onRecord(listener: (record: TraceRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** JSON Lines: the header, then a line a record. */
  toJsonLines(header: TraceHeader): string {
    const lines = [JSON.stringify(header)];
    for (const record of this.#records) lines.push(JSON.stringify(record));
    return `${lines.join('\n')}\n`;
  }

  #add(record: TraceRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#recordsMax * 1.25) {
      this.#records.splice(0, this.#records.length - this.#recordsMax);
    }
    for (const listener of this.#listeners) listener(record);
  }
}

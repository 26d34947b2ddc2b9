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

/** Where among the events of its instant a stimulus entered. */
export interface StimulusPlace {
  /** So many of them had run; absent where all had that were due. */
  readonly after?: number;
  /** Nothing had happened since the stimulus before it. */
  readonly together?: true;
}

/** A stimulus with all that is needed to do it again. */
export interface Stimulus extends StimulusPlace {
  readonly t: number;
  readonly source: string;
  readonly kind: string;
  readonly fields: Fields;
  /** What the trace leaves out: passwords, codes, keys, what people write. */
  readonly secret?: Fields;
}

/** The first line of every trace file. */
export interface TraceHeader {
  readonly trace: 'nasboard';
  readonly version: 1;
  readonly seed: number;
  readonly startUs: number;
  readonly board: Fields;
  /** How the bench differs from the standard one; absent where it does not. */
  readonly options?: Fields;
  /** The scenario it comes from, and which of its cases. */
  readonly scenario?: Fields;
  /** It goes on from a state that is not in the trace. */
  readonly restored?: true;
}

/**
 * All that was done to the boards of a world and all that they did, in order. Holds no secret:
 * sources leave passwords, codes and keys out.
 */
export class Trace {
  readonly #records: TraceRecord[] = [];
  readonly #listeners = new Set<(record: TraceRecord) => void>();
  readonly #stimulusListeners = new Set<(stimulus: Stimulus) => void>();
  readonly #nowUs: () => number;
  readonly #place: () => StimulusPlace;
  readonly #recordsMax: number;

  /**
   * Keeps the last `recordsMax` records (all, unless told otherwise). `place` tells where among the
   * events of this instant a stimulus enters.
   */
  constructor(
    nowUs: () => number,
    recordsMax = Number.POSITIVE_INFINITY,
    place: () => StimulusPlace = () => ({}),
  ) {
    this.#nowUs = nowUs;
    this.#place = place;
    this.#recordsMax = recordsMax;
  }

  get records(): readonly TraceRecord[] {
    return this.#records;
  }

  /**
   * Something the world did: a press, a typed line, a power cut, a fault. `secret` is asked for
   * what only a journal may hold, and only where one listens. One that follows from an earlier
   * stimulus says from which in the field `by`: whoever does that again has it follow again.
   */
  stimulus(source: string, kind: string, fields?: Fields, secret?: () => Fields): void {
    const t = this.#nowUs();
    const place = fields?.['by'] === undefined ? this.#place() : {};
    const { after } = place;
    // That two came together shows in a trace by itself: nothing stands between them.
    this.#add({
      t,
      source,
      kind,
      stimulus: true,
      ...(after !== undefined && { after }),
      ...fields,
    });
    if (this.#stimulusListeners.size === 0) return;
    const stimulus: Stimulus = {
      t,
      source,
      kind,
      ...place,
      fields: fields ?? {},
      ...(secret !== undefined && { secret: secret() }),
    };
    for (const listener of this.#stimulusListeners) listener(stimulus);
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

  /** Hears every stimulus with its secrets from now on; the answer stops it. */
  onStimulus(listener: (stimulus: Stimulus) => void): () => void {
    this.#stimulusListeners.add(listener);
    return () => this.#stimulusListeners.delete(listener);
  }

  /** These happened before, in a world that this one goes on from; its own so far are dropped. */
  continueFrom(records: readonly TraceRecord[]): void {
    this.#records.splice(0, this.#records.length);
    for (const record of records) this.#records.push(record);
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

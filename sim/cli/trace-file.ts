import { appendFileSync, closeSync, openSync } from 'node:fs';
import type { TraceHeader, TraceRecord } from '../kernel/trace.ts';

/** What is told late, such as an edge by the kernel's time of it, still gets its place in order. */
const settleMs = 1_000;

/**
 * A trace that is written while it grows, as JSON Lines in the order of time. What is told more
 * than a second after its time stands where it was told. A power cut costs the last two seconds.
 */
export class TraceFile {
  readonly #fd: number;
  readonly #nowUs: () => number;
  readonly #onFailure: (error: unknown) => void;
  #waiting: TraceRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;

  /** Makes the file anew, for its owner alone. Throws where it cannot be made. */
  constructor(
    path: string,
    about: {
      readonly header: TraceHeader;
      readonly nowUs: () => number;
      /** Told once of a file that cannot be written any more; nothing is recorded from then on. */
      readonly onFailure: (error: unknown) => void;
    },
  ) {
    this.#nowUs = about.nowUs;
    this.#onFailure = about.onFailure;
    this.#fd = openSync(path, 'w', 0o600);
    this.#append([about.header]);
  }

  add(record: TraceRecord): void {
    if (!this.#isOpen) return;
    this.#waiting.push(record);
    // Only while something waits: an appliance at rest is not woken for its trace.
    this.#timer ??= setTimeout(() => this.#writeSettled(), settleMs).unref();
  }

  /** Writes all that waits: called before what may be the end. */
  flush(): void {
    this.#write(Number.POSITIVE_INFINITY);
  }

  /** Writes all that waits and lets go of the file. A second call is no error. */
  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
  }

  #writeSettled(): void {
    this.#timer = undefined;
    this.#write(this.#nowUs() - settleMs * 1000);
    if (this.#waiting.length > 0) {
      this.#timer = setTimeout(() => this.#writeSettled(), settleMs).unref();
    }
  }

  #write(untilUs: number): void {
    // Stable: what has the same time stays in the order in which it was told.
    const ordered = this.#waiting.toSorted((a, b) => a.t - b.t);
    this.#waiting = ordered.filter(({ t }) => t > untilUs);
    this.#append(ordered.filter(({ t }) => t <= untilUs));
  }

  #append(lines: readonly (TraceHeader | TraceRecord)[]): void {
    if (!this.#isOpen || lines.length === 0) return;
    try {
      appendFileSync(this.#fd, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    } catch (error) {
      this.#isOpen = false;
      closeSync(this.#fd);
      this.#onFailure(error);
    }
  }
}

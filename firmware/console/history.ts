const entriesMax = 32;

/** Longer lines are pasted, not recalled; 1,000 consoles should stay small. */
const lengthMax = 256;

/** The lines entered in one session, newest last, capped; where `up` and `down` stand in them. */
export class History {
  #entries: string[] = [];
  #position = 0;
  #draft = '';

  /** Remembers a line and stands behind it. Blank lines and repetitions are not worth a place. */
  add(line: string): void {
    const isWorthIt =
      line.trim() !== '' && line.length <= lengthMax && line !== this.#entries.at(-1);
    if (isWorthIt) {
      this.#entries.push(line);
      if (this.#entries.length > entriesMax) this.#entries.shift();
    }
    this.#position = this.#entries.length;
  }

  /** The line before; `present` comes back when one goes down again. Undefined at the oldest. */
  older(present: string): string | undefined {
    if (this.#position === 0) return undefined;
    if (this.#position === this.#entries.length) this.#draft = present;
    this.#position -= 1;
    return this.#entries[this.#position];
  }

  /** The line after, in the end what was being typed. Undefined where one stands behind all. */
  newer(): string | undefined {
    if (this.#position === this.#entries.length) return undefined;
    this.#position += 1;
    return this.#entries[this.#position] ?? this.#draft;
  }

  /** Forgets everything: the next session is another person's. */
  clear(): void {
    this.#entries = [];
    this.#position = 0;
    this.#draft = '';
  }
}

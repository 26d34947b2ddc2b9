/** Text that nobody waits for is forgotten beyond this. */
const unreadMax = 1_048_576;

/** How much of the text before a chunk may belong to what a `Watch` looks for. */
const watchedMax = 4_096;

/** Something that answers where in a text it matches. */
export type Finder = (
  text: string,
  from: number,
) =>
  | { readonly index: number; readonly text: string; readonly group: string | undefined }
  | undefined;

/** Finds plain text, or the first match of an expression. */
export function createFinder(wanted: string | RegExp): Finder {
  if (typeof wanted === 'string') {
    return (text, from) => {
      const index = text.indexOf(wanted, Math.max(0, from - wanted.length + 1));
      return index < 0 ? undefined : { index, text: wanted, group: undefined };
    };
  }
  return (text) => {
    const match = wanted.exec(text);
    if (match === null) return undefined;
    return { index: match.index, text: match[0], group: match[1] };
  };
}

/**
 * Reads the console's output as a person does: on from the last match, nothing twice. Text is
 * looked at when it comes, not at every event.
 */
export class SerialReader {
  #unread = '';
  #revision = 0;

  /** More output has come. */
  append(text: string): void {
    this.#unread += text;
    this.#revision += 1;
    if (this.#unread.length > unreadMax) this.#unread = this.#unread.slice(-unreadMax / 2);
  }

  /** Reads on from there: this is what has not been read. */
  goTo(unread: string): void {
    this.#unread = unread;
    this.#revision += 1;
  }

  /** What came since the last match. */
  get unread(): string {
    return this.#unread;
  }

  /** A question that can be asked again and again; a match moves the place read up to. */
  search(
    find: Finder,
  ): () => { readonly text: string; readonly group: string | undefined } | undefined {
    let seenRevision = -1;
    let seenLength = 0;
    return () => {
      if (seenRevision === this.#revision) return undefined;
      seenRevision = this.#revision;
      // Where text was forgotten meanwhile, the rest is looked at from its start.
      const match = find(this.#unread, seenLength <= this.#unread.length ? seenLength : 0);
      seenLength = this.#unread.length;
      if (match === undefined) return undefined;
      this.#unread = this.#unread.slice(match.index + match.text.length);
      this.#revision += 1;
      return match;
    };
  }
}

/** Looks at all output from now on for something that must not come. */
export class SerialWatch {
  readonly #find: Finder;
  #tail = '';

  constructor(find: Finder) {
    this.#find = find;
  }

  /** The same question, asked of what comes after the text that this one has seen by now. */
  copy(): SerialWatch {
    const copy = new SerialWatch(this.#find);
    copy.#tail = this.#tail;
    return copy;
  }

  /** Answers the text that matched, if this chunk brought it. */
  append(text: string): string | undefined {
    const seen = this.#tail + text;
    this.#tail = seen.slice(-watchedMax);
    return this.#find(seen, this.#tail.length - text.length)?.text;
  }
}

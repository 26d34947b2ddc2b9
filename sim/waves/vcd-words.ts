const newLine = 0x0a;
const space = 0x20;

/** Reads a text word by word: in VCD a line's end is a space like any other. */
export class VcdWords {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line that has been read up to. */
  get line(): number {
    return this.#line;
  }

  /** The next word; undefined at the end. */
  next(): string | undefined {
    const text = this.#text;
    let at = this.#at;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > space) break;
      if (code === newLine) this.#line += 1;
    }
    const start = at;
    while (at < text.length && text.charCodeAt(at) > space) at += 1;
    this.#at = at;
    return at === start ? undefined : text.slice(start, at);
  }

  /** The words up to `$end`; undefined where the text ends first. */
  section(): readonly string[] | undefined {
    const words: string[] = [];
    for (let word = this.next(); word !== '$end'; word = this.next()) {
      if (word === undefined) return undefined;
      // A word of a header says nothing beyond some hundred of them: a remark may be any length.
      if (words.length < sectionWordsMax) words.push(word);
    }
    return words;
  }
}

const sectionWordsMax = 256;

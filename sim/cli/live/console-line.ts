/** So much of a line is shown again at most; prompts are shorter. */
const lineMax = 256;

/** The line a console has begun and not ended: what the cursor stands behind. */
export class ConsoleLine {
  #text = '';

  /** The console has printed this. */
  shown(text: string): void {
    const start = text.lastIndexOf('\n') + 1;
    this.#text = (start === 0 ? this.#text + text : text.slice(start)).slice(-lineMax);
  }

  get text(): string {
    return this.#text;
  }

  /** What shows a line of its own above the one that was begun. */
  above(line: string): string {
    return `\r\u001b[K${line}\r\n${this.#text}`;
  }
}

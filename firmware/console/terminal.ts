import { LineEditor, lineLengthMax, type LineEvent, type LineMode } from './line-editor.ts';
import { printable } from './printable.ts';

/**
 * Lines that the session is to hear of; refused ones are asked for again by the terminal itself.
 */
export type SettledLine = Exclude<LineEvent, { readonly kind: 'refused' }>;

/** More than this typed ahead is somebody's elbow or a broken line, bytes. */
const typeAheadMax = 4096;

const refusals = {
  'too-long': `Input refused: longer than ${lineLengthMax} characters.`,
  'not-utf8': 'Input refused: it is not valid UTF-8.',
} as const;

const nothing = new Uint8Array(0);

/**
 * A serial line as a place for lines of text: output with CR LF, one prompt at a time, input kept
 * while nobody asks for it. After each settled line it stops taking bytes until the next `ask`.
 */
export class Terminal {
  readonly #write: (text: string) => void;
  readonly #onLine: (line: SettledLine) => void;
  readonly #editor: LineEditor;
  #prompt: { readonly text: string; readonly mode: LineMode } | undefined;
  #isDeaf = true;
  #isDraining = false;
  #typedAhead: Uint8Array = nothing;
  #hasOverflowed = false;

  constructor(options: {
    readonly write: (text: string) => void;
    readonly onLine: (line: SettledLine) => void;
    readonly isAfterReturn?: boolean;
  }) {
    this.#write = options.write;
    this.#onLine = options.onLine;
    this.#editor = new LineEditor({ isAfterReturn: options.isAfterReturn ?? false });
  }

  /** True where a prompt stands and nothing at all was typed at it. */
  get isUntouched(): boolean {
    const isKept = this.#typedAhead.length > 0 || this.#hasOverflowed;
    return this.#prompt !== undefined && this.#editor.isUntouched && !isKept;
  }

  /** True while a secret is half typed, here or ahead. */
  get isMidSecret(): boolean {
    return this.#prompt?.mode.isSecret === true && !this.#editor.isUntouched;
  }

  /** Whether the last byte was a CR whose LF may still come. */
  get isAfterReturn(): boolean {
    return this.#editor.isAfterReturn;
  }

  /** Prints whole lines, made fit for a terminal; a prompt that stands is drawn again below. */
  print(text: string): void {
    this.#printLines(text.split('\n').map(printable));
  }

  /** As `print`, as it is: for lines that this firmware itself made, with colours in them. */
  draw(picture: readonly string[]): void {
    this.#printLines(picture);
  }

  #printLines(texts: readonly string[]): void {
    const lines = texts.map((line) => `${line}\r\n`);
    if (this.#prompt === undefined) return this.#write(lines.join(''));
    this.#write(`\r\n${lines.join('')}${this.#prompt.text}${this.#editor.shown}`);
  }

  /** Shows a prompt and takes a line for it, beginning with what was typed ahead. */
  ask(text: string, mode: LineMode): void {
    this.#write(text);
    this.expect(text, mode);
  }

  /** As `ask`, where the prompt stands on the terminal already. */
  expect(text: string, mode: LineMode): void {
    this.#isDeaf = false;
    this.#prompt = { text, mode };
    this.#editor.begin(mode);
    this.#drain();
  }

  /** Gives a standing prompt up: output goes on below it, and what was typed is forgotten. */
  abandonLine(): void {
    this.#typedAhead = nothing;
    if (this.#prompt === undefined) return;
    this.#prompt = undefined;
    this.#write('\r\n');
  }

  /** The next session is another person's: nothing of this one is kept. */
  forget(): void {
    this.#editor.forgetHistory();
  }

  /** Bytes from the line. Before the first `ask` they are nobody's. */
  receive(bytes: Uint8Array): void {
    if (this.#isDeaf || this.#hasOverflowed) return;
    if (this.#prompt === undefined && this.#typedAhead.length + bytes.length > typeAheadMax) {
      this.#typedAhead = nothing;
      this.#hasOverflowed = true;
      return;
    }
    // A copy: the stream's pool of bytes must not live as long as what somebody typed ahead.
    this.#typedAhead = joined(this.#typedAhead, bytes);
    this.#drain();
  }

  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      if (this.#hasOverflowed && this.#prompt !== undefined) {
        this.#hasOverflowed = false;
        this.print('Input dropped: too much was typed ahead.');
      }
      while (this.#prompt !== undefined && this.#typedAhead.length > 0)
        this.#takeLine(this.#prompt);
    } finally {
      this.#isDraining = false;
    }
  }

  #takeLine(prompt: { readonly text: string; readonly mode: LineMode }): void {
    const { next, echo, event } = this.#editor.take(this.#typedAhead);
    this.#typedAhead = next === this.#typedAhead.length ? nothing : this.#typedAhead.subarray(next);
    if (echo !== '') this.#write(echo);
    if (event === undefined) return;
    this.#prompt = undefined;
    if (event.kind === 'refused') {
      this.print(refusals[event.reason]);
      this.ask(prompt.text, prompt.mode);
    } else {
      this.#onLine(event);
    }
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

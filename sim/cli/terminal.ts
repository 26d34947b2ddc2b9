import { PassThrough, type Readable, type Writable } from 'node:stream';

/** What of `process.stdin` is used. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

/** What of `process.stdout` is used. */
export type TerminalOutput = Writable & { readonly isTTY?: boolean };

/** Who has the keyboard and the screen. */
export type TerminalMode = 'console' | 'prompt';

/** What a terminal is made of, and who hears of it. */
export interface TerminalOptions {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  /** Hears what is typed while the console has the keyboard. */
  readonly onTyped: (bytes: Uint8Array) => void;
  /** Hears who has the keyboard, after each change. */
  readonly onMode: (mode: TerminalMode) => void;
  /** The keyboard is gone: the window was closed, or the input came to its end. */
  readonly onEnd: () => void;
}

/** Ctrl-]: leads from the console to the prompt and back. */
const toggleByte = 0x1d;

/** What the console prints while the prompt has the screen is kept, up to so many bytes. */
const keptMax = 64 * 1024;

/**
 * One terminal shared by the board's console and the bench's prompt. It is in raw mode while
 * attached, so that every key reaches the board, Ctrl-C among them; all keys but Ctrl-].
 */
export class Terminal {
  /** What is typed while the prompt has the keyboard. */
  readonly promptInput: Readable;
  readonly #options: TerminalOptions;
  readonly #toPrompt = new PassThrough();
  readonly #onData = (bytes: Buffer): void => this.#sort(bytes);
  readonly #onEnd = (): void => this.#end();
  #mode: TerminalMode;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isAttached = false;
  #hasEnded = false;

  /** Does nothing before `attach`. */
  constructor(mode: TerminalMode, options: TerminalOptions) {
    this.#mode = mode;
    this.#options = options;
    this.promptInput = this.#toPrompt;
  }

  get mode(): TerminalMode {
    return this.#mode;
  }

  /** Takes the terminal over. */
  attach(): void {
    if (this.#isAttached) return;
    this.#isAttached = true;
    const { input } = this.#options;
    input.setRawMode?.(true);
    input.on('data', this.#onData);
    for (const event of ['end', 'close', 'error']) input.on(event, this.#onEnd);
    input.resume();
  }

  /** Gives the terminal back as it was. A second call is no error. */
  detach(): void {
    if (!this.#isAttached) return;
    this.#isAttached = false;
    const { input } = this.#options;
    input.off('data', this.#onData);
    for (const event of ['end', 'close', 'error']) input.off(event, this.#onEnd);
    // A terminal whose window is gone cannot be set, and nobody is left to see it.
    if (!this.#hasEnded) input.setRawMode?.(false);
    input.pause();
  }

  /** What the board's console prints: shown now, or when the console has the screen again. */
  showConsole(bytes: Uint8Array): void {
    if (this.#mode === 'console') {
      this.#options.output.write(bytes);
      return;
    }
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    while (this.#keptBytes > keptMax && this.#kept.length > 1) {
      this.#keptBytes -= this.#kept.shift()?.length ?? 0;
    }
  }

  /** Gives keyboard and screen to the console or to the prompt. */
  switchTo(mode: TerminalMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#options.output.write('\n');
    this.#options.onMode(mode);
    if (mode === 'prompt') return;
    for (const bytes of this.#kept.splice(0)) this.#options.output.write(bytes);
    this.#keptBytes = 0;
  }

  /** Everything up to a Ctrl-] belongs to who has the keyboard, what follows to the other. */
  #sort(bytes: Buffer): void {
    const place = bytes.indexOf(toggleByte);
    const own = place < 0 ? bytes : bytes.subarray(0, place);
    if (own.length > 0) {
      if (this.#mode === 'console') this.#options.onTyped(own);
      else this.#toPrompt.write(own);
    }
    if (place < 0) return;
    this.switchTo(this.#mode === 'console' ? 'prompt' : 'console');
    this.#sort(bytes.subarray(place + 1));
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.onEnd();
  }
}

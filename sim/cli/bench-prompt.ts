import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { UsageError } from '../kernel/invariant.ts';
import type { NarratorOutput } from './live/narrator.ts';

/** What lines are run by. */
export interface LineRunner {
  run(line: string, signal: AbortSignal): Promise<void>;
  complete(typed: string): readonly string[];
}

/** What the prompt reads from, writes to and acts on. */
export interface BenchPromptOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Line editing, history and completion; lines are only read where there is no terminal. */
  readonly isTerminal: boolean;
  /** Whether the prompt has the screen now. */
  readonly isShown: () => boolean;
  /** The input has ended and all its lines are done, or Ctrl-D was typed. */
  readonly onEnd: () => void;
  /** Hears of what no user can have caused. */
  readonly onBug: (error: unknown) => void;
}

const prompt = 'bench> ';

/** Reads lines at `bench>` and has them run one after the other. */
export class BenchPrompt implements NarratorOutput {
  readonly #options: BenchPromptOptions;
  readonly #readline: Interface;
  readonly #waiting: string[] = [];
  #runner: LineRunner | undefined;
  #abort: AbortController | undefined;
  #isClosed = false;
  #hasEnded = false;

  /** Reads nothing before `start`. */
  constructor(options: BenchPromptOptions) {
    this.#options = options;
    this.#readline = createInterface({
      input: options.input,
      output: options.output,
      terminal: options.isTerminal,
      prompt,
      historySize: 500,
      removeHistoryDuplicates: true,
      completer: (typed: string) => [this.#runner?.complete(typed) ?? [], typed],
    });
  }

  /** From here on lines are read and given to `runner`. */
  start(runner: LineRunner): void {
    this.#runner = runner;
    this.#readline.on('line', (line) => {
      this.#waiting.push(line);
      void this.#runWaiting();
    });
    this.#readline.on('SIGINT', () => this.#interrupt());
    // Readline would stop the process while the terminal is still in raw mode.
    this.#readline.on('SIGTSTP', () => this.line('  to leave, type quit'));
    this.#readline.on('close', () => {
      this.#hasEnded = true;
      if (this.#abort === undefined) this.#end();
    });
  }

  /** Shows the prompt, and what was typed of a line. */
  show(): void {
    if (this.#canPrompt) this.#readline.prompt(true);
  }

  /** A whole line; it leaves the line that is being typed below it. */
  line(text: string): void {
    if (!this.#options.isShown()) return;
    const { output } = this.#options;
    if (this.#canPrompt) {
      cursorTo(output, 0);
      clearLine(output, 0);
    }
    output.write(`${text}\n`);
    this.show();
  }

  /** Text without a line end is shown only while a line runs: else it would mix with typing. */
  partial(text: string): boolean {
    if (this.#abort === undefined || !this.#options.isShown()) return false;
    this.#options.output.write(text);
    return true;
  }

  /** Reads no more. A second call is no error. */
  close(): void {
    this.#isClosed = true;
    this.#abort?.abort(new UsageError('interrupted'));
    this.#readline.close();
  }

  get #canPrompt(): boolean {
    const { isTerminal, isShown } = this.#options;
    return isTerminal && isShown() && this.#abort === undefined && !this.#isClosed;
  }

  async #runWaiting(): Promise<void> {
    if (this.#abort !== undefined || this.#runner === undefined) return;
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) {
      this.#abort = new AbortController();
      try {
        await this.#runner.run(line, this.#abort.signal);
      } catch (error) {
        if (error instanceof UsageError) this.line(`  ${error.message}`);
        else this.#options.onBug(error);
      }
    }
    this.#abort = undefined;
    if (this.#hasEnded) this.#end();
    else this.show();
  }

  /** Ctrl-C: ends the step that waits, else forgets what was typed. */
  #interrupt(): void {
    if (this.#abort !== undefined) {
      this.#waiting.length = 0;
      this.#abort.abort(new UsageError('interrupted'));
      return;
    }
    this.#options.output.write('^C\n');
    // Ctrl-E, then Ctrl-U: readline's own keys for «to the end» and «erase up to here».
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
    this.show();
  }

  #end(): void {
    if (!this.#isClosed) this.#options.onEnd();
  }
}

import type { Clock, TimerId } from '#hal/clock';
import type { TerminalInput, TerminalOutput } from '../terminal.ts';
import { LeftOut, Stopped } from './check-bench.ts';

/** Somebody at a terminal, who is asked questions and for favours. */
export interface Person {
  /**
   * Asks a question; the answer is one of `keys`. Throws `LeftOut` where it is skipped by `s` and,
   * from then on, until `nextPart`; an `Error` where nobody answers in time.
   */
  ask(question: string, keys: string): Promise<string>;
  /**
   * Asks for a favour and waits until it has been done. The text is looked at again and again: it
   * may tell how it goes. Throws as `ask` does.
   */
  wish(text: () => string, isDone: () => boolean): Promise<void>;
  /** Leaves the last wish on the screen as this. */
  note(text: string): void;
  /** What was skipped concerns the part before only. */
  nextPart(): void;
  /** Gives the terminal back. */
  leave(): void;
}

const ctrlC = '\u0003';
const eraseLine = '\r\u001b[K';
const lookEveryMs = 20;
const lead = '   ▸ ';

/** Takes a terminal over; keys are heard one by one, without Enter. */
export function personAt(options: {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly clock: Clock;
  /** How long an answer is waited for. */
  readonly wishMs: number;
  /** Ctrl-C was typed, or the terminal is gone. */
  readonly onStop: () => void;
}): Person {
  return new PersonAtTerminal(options);
}

type PersonOptions = Parameters<typeof personAt>[0];

class PersonAtTerminal implements Person {
  readonly #options: PersonOptions;
  #hear: (key: string) => void = () => undefined;
  #isSkipping = false;
  #hasStopped = false;
  readonly #onData = (bytes: Buffer): void => {
    for (const key of bytes.toString('utf8')) this.#take(key);
  };
  readonly #onEnd = (): void => this.#stop();

  constructor(options: PersonOptions) {
    this.#options = options;
    const { input } = options;
    input.setRawMode?.(true);
    input.on('data', this.#onData);
    for (const event of ['end', 'close', 'error']) input.on(event, this.#onEnd);
    input.resume();
  }

  async ask(question: string, keys: string): Promise<string> {
    const named = [...keys].map((key) => (key === '\r' ? 'Enter' : key)).join('/');
    if (!this.#isSkipping && !this.#hasStopped) this.#show(`${question} [${named}, s skips] `);
    const answer = await this.#wait((key) => {
      const typed = key === '\n' ? '\r' : key.toLowerCase();
      return keys.includes(typed) ? typed : undefined;
    });
    this.note(`${question} ${answer === '\r' ? 'done' : answer}`);
    return answer;
  }

  async wish(text: () => string, isDone: () => boolean): Promise<void> {
    let shown = '';
    await this.#wait(
      () => undefined,
      () => {
        const present = text();
        if (present !== shown) this.#show(`${present} (s skips) `);
        shown = present;
        return isDone() ? 'done' : undefined;
      },
    );
  }

  note(text: string): void {
    this.#show(text);
    this.#options.output.write('\n');
  }

  nextPart(): void {
    this.#isSkipping = false;
  }

  leave(): void {
    const { input } = this.#options;
    input.off('data', this.#onData);
    for (const event of ['end', 'close', 'error']) input.off(event, this.#onEnd);
    if (!this.#hasStopped) input.setRawMode?.(false);
    input.pause();
  }

  #show(text: string): void {
    this.#options.output.write(`${eraseLine}${lead}${text}`);
  }

  #take(key: string): void {
    if (key === ctrlC) this.#stop();
    else this.#hear(key);
  }

  #stop(): void {
    if (this.#hasStopped) return;
    this.#hasStopped = true;
    this.#options.input.setRawMode?.(false);
    this.#options.onStop();
    this.#hear(ctrlC);
  }

  /** Until a key or a look answers, somebody skips, or the time is over. */
  #wait(
    onKey: (key: string) => string | undefined,
    look: () => string | undefined = () => undefined,
  ): Promise<string> {
    const { clock, wishMs } = this.#options;
    return new Promise((resolve, reject) => {
      const untilMs = clock.now() + wishMs;
      let timer: TimerId;
      const end = (finish: () => void): void => {
        clock.clearTimeout(timer);
        this.#hear = () => undefined;
        finish();
      };
      const again = (): void => {
        const seen = look();
        if (seen !== undefined) return end(() => resolve(seen));
        if (clock.now() >= untilMs) return end(() => reject(this.#late()));
        timer = clock.setTimeout(again, lookEveryMs);
        return undefined;
      };
      this.#hear = (key) => {
        const answer = onKey(key);
        if (answer !== undefined) end(() => resolve(answer));
        else if (key === ctrlC) end(() => reject(new Stopped()));
        else if (key === 's' || key === 'S') end(() => reject(this.#skip()));
      };
      if (this.#hasStopped) return end(() => reject(new Stopped()));
      if (this.#isSkipping) return end(() => reject(this.#skip()));
      return again();
    });
  }

  #skip(): LeftOut {
    if (!this.#isSkipping) this.#options.output.write('skipped\n');
    this.#isSkipping = true;
    return new LeftOut('skipped by hand');
  }

  #late(): Error {
    this.#options.output.write('\n');
    const { wishMs } = this.#options;
    return new Error(`nothing came of it within ${wishMs / 1000} s: look at wiring and board file`);
  }
}

import { TextDecoder } from 'node:util';
import type { Bench } from '../bench.ts';
import { tellableEnd } from '../parts/shown-secrets.ts';
import { describeBench, expectationText, failedExpectation } from './report.ts';
import type { TestTime, WaitOptions } from './time.ts';

/** What to look for on the console: this very text, or a pattern. */
export type SerialText = string | RegExp;

const loggedInStates: readonly string[] = ['menu', 'shell', 'new-password'];

/** A person at the far end of the serial console. */
export class TestSerial {
  readonly #bench: Bench;
  readonly #time: TestTime;
  readonly #decoder = new TextDecoder();
  #output = '';
  #matchedTo = 0;

  /** Hears the console from now on. */
  constructor(bench: Bench, time: TestTime) {
    this.#bench = bench;
    this.#time = time;
    bench.board.uart.onData((bytes) => {
      this.#output += this.#decoder.decode(bytes, { stream: true });
    });
  }

  /** All that the console has printed, through all power cycles. */
  get output(): string {
    return this.#output;
  }

  /** What came after the last match of `waitFor`. */
  get unmatched(): string {
    return this.#output.slice(this.#matchedTo);
  }

  /**
   * Lets time pass until the console has printed `wanted`. It looks from the end of the last match
   * on, so nothing that came earlier is lost and nothing is matched twice. Answers the match and
   * its groups.
   */
  async waitFor(wanted: SerialText, options: WaitOptions = {}): Promise<readonly string[]> {
    const pattern = asPattern(wanted);
    let match = pattern.exec(this.unmatched);
    let seenLength = this.#output.length;
    const isMissing = (): boolean => {
      if (match === null && this.#output.length !== seenLength) {
        seenLength = this.#output.length;
        match = pattern.exec(this.unmatched);
      }
      return match === null;
    };
    const timeout = await this.#time.runWhile(isMissing, options);
    if (match === null) throw this.#missing(wanted, timeout);
    this.#matchedTo += match.index + match[0].length;
    return [...match];
  }

  /** The next `waitFor` looks at nothing that came before now. */
  discard(): void {
    this.#matchedTo = this.#output.length;
  }

  /** Types text (`\r` is the Enter key) or sends bytes. */
  async write(data: string | Uint8Array): Promise<void> {
    this.#bench.board.uart.write(data);
    await this.#bench.world.settle();
  }

  /** Types a line and the Enter key. */
  async writeLine(line: string): Promise<void> {
    await this.write(`${line}\r`);
  }

  /**
   * Logs in at the login prompt; answers when the console has let the user in, which leaves the
   * default password at the question for a new one.
   */
  async login(name: string, password: string, options: WaitOptions = {}): Promise<void> {
    await this.waitFor(/login: *$/, options);
    await this.writeLine(name);
    await this.waitFor(/Password: *$/, options);
    await this.writeLine(password);
    const isAsking = (): boolean => this.#bench.states()['console'] === 'password';
    await this.#time.runWhile(isAsking, options);
    const state = this.#bench.states()['console'] ?? 'off';
    if (!loggedInStates.includes(state)) {
      throw failedExpectation(
        this.#report(
          expectationText(`${name} could not log in`, {
            expected: `the console in one of ${loggedInStates.join(', ')}`,
            seen: state,
          }),
        ),
      );
    }
  }

  /** When, in which states and after which last lines: for texts of failures. */
  describe(): string {
    return describeBench(this.#bench, this.#output);
  }

  #missing(wanted: SerialText, timeout: string): Error {
    const title = `the console did not print what was waited for within ${timeout}`;
    const told = tellableEnd(this.#output, this.unmatched);
    const seen = told.trim() === '' ? 'nothing new' : JSON.stringify(tail(told));
    return failedExpectation(
      this.#report(expectationText(title, { expected: nameOf(wanted), seen })),
    );
  }

  #report(text: string): string {
    return `${text}\n${this.describe()}`;
  }
}

/** How `wanted` is written in a failure. */
export function nameOf(wanted: SerialText): string {
  return typeof wanted === 'string' ? JSON.stringify(wanted) : String(wanted);
}

/** A pattern without the flags that make a match depend on the one before. */
export function asPattern(wanted: SerialText): RegExp {
  if (typeof wanted !== 'string') {
    return new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, ''));
  }
  return new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
}

function tail(text: string): string {
  return text.length > 200 ? `…${text.slice(-200)}` : text;
}

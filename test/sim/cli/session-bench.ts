import { PassThrough } from 'node:stream';
import { runSession, type SessionOptions } from '#sim/cli/live/session';
import { FakeHostClock, rest } from '../kernel/fake-host-clock.ts';
import { FakeTerminal } from './fake-terminal.ts';

// The firmware loads it as it boots: reading it takes real time, which no test has moved.
await import('node-cron');

const startOtherwiseUs = Date.UTC(2026, 10, 24, 10) * 1000;

/** A live session on a terminal, or on pipes, whose real time the test moves. */
export class SessionBench {
  readonly screen = new FakeTerminal();
  readonly clock: FakeHostClock;
  readonly done: Promise<number>;
  #errors = '';
  #terminate: (() => void) | undefined;

  constructor(
    options: Partial<Omit<SessionOptions, 'startUs'>> & {
      readonly startUs?: number | undefined;
    } = {},
    how: {
      readonly isTerminal?: boolean;
      readonly hasInput?: boolean;
      readonly clock?: FakeHostClock;
    } = {},
  ) {
    const { isTerminal = true, hasInput = true, clock = new FakeHostClock() } = how;
    this.clock = clock;
    this.screen.input.isTTY = isTerminal;
    this.screen.output.isTTY = isTerminal;
    const errors = new PassThrough();
    errors.on('data', (bytes: Buffer) => {
      this.#errors += bytes.toString();
    });
    const { startUs, ...others } = { startUs: startOtherwiseUs, ...options };
    this.done = runSession(
      {
        speed: 1,
        hasConsole: true,
        web: { port: 0 },
        ...others,
        ...(startUs !== undefined && { startUs }),
      },
      {
        input: hasInput ? this.screen.input : undefined,
        output: this.screen.output,
        errors,
        clock: this.clock,
        nowMs: () => Date.UTC(2027, 0, 1),
        onTerminate: (listener) => {
          this.#terminate = listener;
          return () => {
            this.#terminate = undefined;
          };
        },
      },
    );
    // The test hears of a refusal where it awaits `done`.
    this.done.catch(() => undefined);
  }

  get shown(): string {
    return this.screen.shown;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Lets real time pass. */
  async advance(spanMs: number): Promise<void> {
    await this.clock.advance(spanMs);
  }

  /** Until the console shows its login prompt. */
  async boot(): Promise<void> {
    await this.advance(5_000);
  }

  async type(text: string): Promise<void> {
    this.screen.type(text);
    await rest();
  }

  /** What a signal to end does. */
  terminate(): void {
    this.#terminate?.();
  }

  get isListeningForSignals(): boolean {
    return this.#terminate !== undefined;
  }
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/** Debian's own, whichever Python else is in the path: that one has python3-serial. */
const python = '/usr/bin/python3';

const limitMs = 20_000;

/** A program that is attached to the line, its words and what it shows. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exit: Promise<unknown[]>;
  #shown = Buffer.alloc(0);
  #errors = '';
  #wake: () => void = () => undefined;

  private constructor(words: readonly string[]) {
    const [program = '', ...rest] = words;
    if (!existsSync(program)) {
      throw new Error(
        `${program} is missing; on Debian, as root: node scripts/test.js installs it`,
      );
    }
    this.#child = spawn(program, rest, { env: { ...process.env, TERM: 'vt100' } });
    this.#exit = once(this.#child, 'exit');
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (bytes: Buffer) => {
      this.#shown = Buffer.concat([this.#shown, bytes]);
      this.#wake();
    });
    this.#child.stderr.on('data', (bytes: Buffer) => {
      this.#errors += bytes.toString();
    });
    this.#child.on('exit', () => this.#wake());
  }

  /** A program that talks over its standard input and output. */
  static run(...words: readonly string[]): Program {
    return new Program(words);
  }

  /** One that wants a terminal: `socat` makes one. */
  static onTerminal(...words: readonly string[]): Program {
    return new Program([
      '/usr/bin/socat',
      '-',
      `EXEC:"${words.join(' ')}",pty,rawer,setsid,ctty,stderr`,
    ]);
  }

  /** Lines of Python with pyserial; `port` is the address. */
  static python(url: string, script: string): Program {
    const head = [
      'import sys, serial, time',
      `port = serial.serial_for_url(${JSON.stringify(url)}, baudrate=115200, timeout=15)`,
    ];
    return new Program([python, '-u', '-c', [...head, script].join('\n')]);
  }

  get shown(): Buffer {
    return this.#shown;
  }

  get errors(): string {
    return this.#errors;
  }

  type(bytes: string | Uint8Array): void {
    this.#child.stdin.write(bytes);
  }

  /** Resolves when it has shown this. */
  async until(bytes: string | Uint8Array): Promise<void> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, limitMs);
    while (!this.#shown.includes(Buffer.from(bytes))) {
      if (isLate || this.#child.exitCode !== null) {
        throw new Error(
          `never shown: ${JSON.stringify(bytes)}; ended with ${this.#child.exitCode}, ` +
            `shown: ${JSON.stringify(this.#shown.toString())}, errors: ${this.#errors}`,
        );
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(timer);
  }

  /** Nothing more is typed. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /** Its exit code, once it has ended by itself. */
  async exited(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    await this.#exit;
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}

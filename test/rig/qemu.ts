import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';

/** A machine that QEMU emulates, and the lines that its guest prints on the first console. */
export class Qemu {
  readonly printed: string[] = [];
  readonly #events = new EventEmitter();
  readonly #child: ChildProcess;
  readonly #sockets: Socket[] = [];
  #isOver = false;

  constructor(program: string, words: readonly string[]) {
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        this.#heard(text.slice(0, end).trimEnd());
        text = text.slice(end + 1);
      }
    });
    this.#child.on('exit', () => {
      this.#isOver = true;
      this.#events.emit('over');
    });
    if (process.env['RIG_VERBOSE'] !== undefined) this.onLine(showWithTime);
  }

  /** A line for the program in the guest that the host helps. */
  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Waits for a line that the guest prints, from the `from`th on; answers the next one's place. */
  async untilPrinted(pattern: RegExp, from: number, limitMs: number): Promise<number> {
    const found = (): number | undefined => {
      const place = this.printed.slice(from).findIndex((line) => pattern.test(line));
      return place < 0 ? undefined : from + place + 1;
    };
    return this.until('line', found, `${String(pattern)} from the guest`, limitMs);
  }

  /** Hears every line that the guest prints. */
  onLine(listener: (line: string) => void): void {
    this.#events.on('line', listener);
  }

  /** Waits until the machine has switched itself off or restarts (which ends it, too). */
  async ended(limitMs: number): Promise<void> {
    const over = (): true | undefined => (this.#isOver ? true : undefined);
    await this.until('over', over, 'the end of the machine', limitMs);
  }

  /** Pulls the plug: no program in the guest has a last word. */
  async pull(): Promise<void> {
    if (!this.#isOver) this.#child.kill('SIGKILL');
    await this.ended(10_000);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Something has come that somebody may wait for. */
  protected tell(event: string): void {
    this.#events.emit(event);
  }

  /** Connects to a socket that QEMU opens. */
  protected async open(path: string): Promise<Socket> {
    const limit = Date.now() + 20_000;
    while (!existsSync(path)) {
      if (this.#isOver || Date.now() > limit) throw new Error(`QEMU did not open ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const socket = createConnection(path);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    this.#sockets.push(socket);
    return socket;
  }

  /** Looks at each `event` whether what is waited for has been found. */
  protected async until<T>(
    event: string,
    found: () => T | undefined,
    what: string,
    limitMs: number,
  ): Promise<T> {
    const present = found();
    if (present !== undefined) return present;
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#events.off(event, look);
        this.#events.off('over', look);
      };
      const look = (): void => {
        const value = found();
        if (value === undefined && !this.#isOver) return;
        finish();
        if (value !== undefined) resolve(value);
        else reject(new Error(`the machine ended before there was ${what}`));
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`no ${what} within ${limitMs / 1_000} s`));
      }, limitMs);
      this.#events.on(event, look);
      this.#events.on('over', look);
    });
  }

  #heard(line: string): void {
    this.printed.push(line);
    this.#events.emit('line', line);
  }
}

const startedMs = performance.now();

function showWithTime(line: string): void {
  console.log(`  ${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} ${line}`);
}

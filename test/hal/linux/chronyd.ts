import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = ['/usr/sbin/chronyd', '/usr/bin/chronyd', '/usr/local/sbin/chronyd'].find((path) =>
  existsSync(path),
);

/** A chronyd that serves the time of this machine on a free port, and sets nothing. */
export class Chronyd {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;
  #log = '';
  #isOver = false;

  private constructor(parts: { port: number; process: ChildProcess; folder: string }) {
    this.port = parts.port;
    this.#process = parts.process;
    this.#folder = parts.folder;
    this.#process.stderr?.on('data', (text: Buffer) => (this.#log += text.toString()));
    this.#process.on('exit', () => (this.#isOver = true));
  }

  /** With these lines in its configuration. Without `local` it tells that it knows no time. */
  static async start(lines: readonly string[]): Promise<Chronyd> {
    if (program === undefined) {
      throw new Error('chronyd is missing, and this test needs it: apt-get install chrony');
    }
    const folder = mkdtempSync(join(tmpdir(), 'nasboard-chrony-'));
    const port = await freePort();
    const configuration = [
      `port ${port}`,
      'bindaddress 127.0.0.1',
      'allow 127.0.0.1',
      'cmdport 0',
      'bindcmdaddress /',
      `pidfile ${join(folder, 'pid')}`,
      ...lines,
    ];
    const file = join(folder, 'chrony.conf');
    writeFileSync(file, `${configuration.join('\n')}\n`);
    // -x: the clock of this machine is left alone; -d: in the foreground; -U: whoever runs it.
    const user = process.getuid?.() === 0 ? ['-u', 'root'] : ['-U'];
    const process_ = spawn(program, ['-x', '-d', ...user, '-f', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new Chronyd({ port, process: process_, folder });
  }

  /** Throws once it has ended, with what it said. */
  expectRunning(): void {
    if (this.#isOver) throw new Error(`chronyd ended:\n${this.#log}`);
  }

  async stop(): Promise<void> {
    if (!this.#isOver) {
      const hasEnded = once(this.#process, 'exit');
      this.#process.kill();
      await hasEnded;
    }
    rmSync(this.#folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  const isBound = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await isBound;
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

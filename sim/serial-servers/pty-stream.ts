import { closeSync, writeSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { ReadStream } from 'node:tty';

/** After so long it is seen whether somebody reads again; longer, the longer nobody has. */
const again = { leastMs: 1, mostMs: 64 } as const;

/**
 * Our end of a pseudo-terminal. The far end is kept open as well, so that programs may come and go.
 *
 * It writes by itself: Node's own stream takes a master for a blocking one, and would spin for as
 * long as nobody reads.
 */
export class PtyStream extends Duplex {
  readonly #master: number;
  readonly #slave: number;
  readonly #reader: ReadStream;
  #waitMs: number = again.leastMs;
  #timer: NodeJS.Timeout | undefined;

  /** Both descriptors are its own from here on. */
  constructor({ master, slave }: { readonly master: number; readonly slave: number }) {
    super();
    this.#master = master;
    this.#slave = slave;
    this.#reader = new ReadStream(master);
    this.#reader.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) this.#reader.pause();
    });
    this.#reader.on('error', (error) => this.destroy(error));
  }

  override _read(): void {
    this.#reader.resume();
  }

  override _write(
    bytes: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#writeFrom(bytes, 0, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#reader.destroy();
    closeSync(this.#slave);
    done(error);
  }

  #writeFrom(bytes: Buffer, start: number, done: (error?: Error | null) => void): void {
    let place = start;
    try {
      while (place < bytes.length) {
        place += writeSync(this.#master, bytes, place);
        this.#waitMs = again.leastMs;
      }
    } catch (error) {
      if (!isFull(error)) {
        done(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      this.#timer = setTimeout(() => this.#writeFrom(bytes, place, done), this.#waitMs);
      this.#waitMs = Math.min(this.#waitMs * 2, again.mostMs);
      return;
    }
    done();
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

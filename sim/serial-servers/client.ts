import type { Duplex } from 'node:stream';
import { OutputQueue } from './output-queue.ts';
import type { ClientAction, Protocol } from './protocol.ts';
import type { SharedLine } from './shared-line.ts';

/** The board takes so much at once; between two such pieces it does what else it has to do. */
const typedBytesMax = 1_024;

/** A client that has so much unread is not heard until it reads. */
const unreadBytesMax = 256 * 1024;

/** What one client is served with. */
export interface ClientOptions {
  /** As it is listed: `telnet 127.0.0.1:41234`. */
  readonly name: string;
  readonly stream: Duplex;
  readonly protocol: Protocol;
  readonly line: SharedLine;
  /** So much waits for it at most, where not the usual. */
  readonly backlogBytesMax?: number;
}

/** One that is attached to the line. */
export class SerialClient {
  readonly name: string;
  readonly #stream: Duplex;
  readonly #protocol: Protocol;
  readonly #line: SharedLine;
  readonly #queue: OutputQueue;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor({ name, stream, protocol, line, backlogBytesMax }: ClientOptions) {
    this.name = name;
    this.#stream = stream;
    this.#protocol = protocol;
    this.#line = line;
    const send = (bytes: Buffer, done: () => void): void => {
      if (stream.destroyed || stream.writableEnded) return;
      this.#bytesOut += bytes.length;
      stream.write(protocol.encode(bytes), done);
    };
    this.#queue = new OutputQueue(
      send,
      backlogBytesMax === undefined ? {} : { bytesMax: backlogBytesMax },
    );
    // Of a connection that breaks, `run` hears by itself.
    stream.on('error', () => undefined);
  }

  /** What it has sent and got so far, for people. */
  get facts(): string {
    const lost = this.#queue.lostBytes;
    const { settings } = this.#protocol;
    return [
      `${count(this.#bytesIn)} in, ${count(this.#bytesOut)} out`,
      ...(lost === 0 ? [] : [`${count(lost)} lost`]),
      ...(settings === '' ? [] : [`set to ${settings}`]),
    ].join(', ');
  }

  /** Serves it until it goes. Rejects where the world has ended. */
  async run(): Promise<void> {
    const leave = this.#line.join({
      output: (bytes) => this.#queue.push(bytes),
      power: (isOn) => this.#reply(this.#protocol.power(isOn)),
    });
    try {
      this.#reply(this.#protocol.greet());
      // Reads on when all was done that it has said so far: one that floods the line has to wait.
      for await (const chunk of this.#stream as AsyncIterable<Uint8Array>) {
        for (const action of this.#protocol.receive(chunk)) await this.#do(action);
      }
    } catch (error) {
      if (!this.#hasBroken(error)) throw error;
    } finally {
      leave();
      this.#stream.destroy();
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  async #do(action: ClientAction): Promise<void> {
    switch (action.kind) {
      case 'typed':
        return this.#type(action.bytes);
      case 'break':
        return this.#line.sendBreak();
      case 'lines':
        return this.#line.setModemLines(action.lines);
      case 'reply':
        this.#reply(action.bytes);
        return this.#stream.writableLength > unreadBytesMax ? this.#untilRead() : undefined;
      case 'hold':
        return this.#queue.hold(action.isHeld);
      case 'purge':
        return this.#queue.purge();
    }
  }

  async #type(bytes: Uint8Array): Promise<void> {
    this.#bytesIn += bytes.length;
    for (let start = 0; start < bytes.length; start += typedBytesMax) {
      await this.#line.type(bytes.subarray(start, start + typedBytesMax));
    }
  }

  #reply(bytes: Uint8Array): void {
    const canWrite = !this.#stream.destroyed && !this.#stream.writableEnded;
    if (bytes.length > 0 && canWrite) this.#stream.write(bytes);
  }

  /** Also where it goes away without. */
  async #untilRead(): Promise<void> {
    const stream = this.#stream;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stream.off('drain', done).off('close', done);
        resolve();
      };
      stream.on('drain', done).on('close', done);
      if (stream.destroyed || !stream.writableNeedDrain) done();
    });
  }

  /** Clients come and go as they like: that is no error. */
  #hasBroken(error: unknown): boolean {
    const isAway = error instanceof Error && 'code' in error;
    return (
      error === this.#stream.errored || (isAway && error.code === 'ERR_STREAM_PREMATURE_CLOSE')
    );
  }
}

function count(bytes: number): string {
  return `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`;
}

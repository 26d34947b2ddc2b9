import { type Answer, fakeLibc } from './fake-libc.ts';
import { createFifo, type Fifo } from './fifo.ts';

const requests = { setClock: 0x400445a0, keyState: 0x80604518, keysOffered: 0x80604521 };

/** An event device with keys, on a named pipe and a kernel that knows it. */
export class FakeKeys {
  readonly path: string;
  /** The kernel's questions and answers; tests may take some away. */
  readonly requests: Record<number, Answer>;
  readonly #eventBytes: 16 | 24;
  readonly #pressed = new Set<number>();
  #fifo: Fifo;
  /** CLOCK_MONOTONIC once it was chosen. */
  clock: 'realtime' | 'monotonic' = 'realtime';

  constructor(path: string, options: { readonly eventBytes?: 16 | 24; readonly keys?: number[] }) {
    const { eventBytes = 24, keys = [408] } = options;
    this.path = path;
    this.#eventBytes = eventBytes;
    this.#fifo = createFifo(path);
    this.requests = {
      [requests.setClock]: (argument) => {
        if (Buffer.from(argument).readInt32LE() !== 1) return 'EINVAL';
        this.clock = 'monotonic';
        return undefined;
      },
      [requests.keyState]: (argument) => setBits(argument, [...this.#pressed]),
      [requests.keysOffered]: (argument) => setBits(argument, keys),
    };
  }

  get libc() {
    return fakeLibc(this.requests);
  }

  forget(...names: (keyof typeof requests)[]): void {
    for (const name of names) delete this.requests[requests[name]];
  }

  /** The bytes of an event and of the report that ends it. */
  event(type: number, code: number, value: number, timeNs = this.nowNs): Buffer {
    return Buffer.concat([
      this.#record({ type, code, value, timeNs }),
      this.#record({ type: 0, code: 0, value: 0, timeNs }),
    ]);
  }

  key(isPressed: boolean, code = 408): void {
    this.turn(isPressed, code);
    this.say(this.event(1, code, isPressed ? 1 : 0));
  }

  /** Changes the level without a word. */
  turn(isPressed: boolean, code = 408): void {
    if (isPressed) this.#pressed.add(code);
    else this.#pressed.delete(code);
  }

  say(bytes: Uint8Array): void {
    this.#fifo.say(bytes);
  }

  unplug(): void {
    this.#fifo.unplug();
    this.#pressed.clear();
  }

  plugIn(): void {
    this.#fifo = createFifo(this.path);
  }

  get nowNs(): bigint {
    return this.clock === 'monotonic' ? process.hrtime.bigint() : BigInt(Date.now()) * 1_000_000n;
  }

  #record(event: { type: number; code: number; value: number; timeNs: bigint }): Buffer {
    const bytes = Buffer.alloc(this.#eventBytes);
    const seconds = event.timeNs / 1_000_000_000n;
    const microseconds = (event.timeNs % 1_000_000_000n) / 1000n;
    if (this.#eventBytes === 24) {
      bytes.writeBigInt64LE(seconds, 0);
      bytes.writeBigInt64LE(microseconds, 8);
    } else {
      bytes.writeUInt32LE(Number(seconds), 0);
      bytes.writeUInt32LE(Number(microseconds), 4);
    }
    bytes.writeUInt16LE(event.type, this.#eventBytes - 8);
    bytes.writeUInt16LE(event.code, this.#eventBytes - 6);
    bytes.writeInt32LE(event.value, this.#eventBytes - 4);
    return bytes;
  }
}

function setBits(argument: Uint8Array, codes: readonly number[]): undefined {
  for (const code of codes) {
    const byte = code >> 3;
    Buffer.from(argument.buffer).writeUInt8((argument[byte] ?? 0) | (1 << (code & 7)), byte);
  }
}

import { constants, fstatSync, openSync } from 'node:fs';
import type { Libc } from '#hal/linux/libc';
import { SystemCallError } from '#hal/linux/errno';
import { createFifo, type Fifo } from './fifo.ts';
import type { Folder } from './folder.ts';

/** Offsets, sizes and requests as a C compiler gives them for `linux/gpio.h`. */
const at = {
  request: {
    consumer: 256,
    flags: 288,
    attributes: 296,
    first: 320,
    lines: 560,
    buffer: 564,
    fd: 588,
  },
  info: { consumer: 32, offset: 64, flags: 72 },
};
const requests = {
  chipInfo: 0x8044b401,
  lineInfo: 0xc100b405,
  requestLines: 0xc250b407,
  getValues: 0xc010b40e,
};
const bits = { used: 1n, activeLow: 2n, input: 4n, bothEdges: 48n, debounceId: 3 };

interface Request {
  readonly offset: number;
  readonly consumer: string;
  readonly flags: bigint;
  readonly debounceUs: number;
  readonly bufferSize: number;
  readonly fifo: Fifo;
  readonly fd: number;
}

/** A GPIO controller whose lines can be requested as inputs, with the kernel in front of it. */
export class InputChip {
  readonly path: string;
  /** Names of its lines. */
  readonly names: string[] = ['', '', 'RESET_N', 'SPARE', 'TWICE', 'TWICE'];
  /** Lines that others hold. */
  readonly holders = new Map<number, string>();
  /** What the next request for a line fails with. */
  refusal: string | undefined;
  /** The last request, as the kernel read it. */
  request: Request | undefined;
  readonly #folder: Folder;
  readonly #high = new Set<number>();
  #requests = 0;
  #sequence = 0;

  constructor(folder: Folder) {
    this.#folder = folder;
    this.path = folder.put('gpiochip0', '');
  }

  get libc(): Libc {
    return {
      ioctl: (fd, request, argument) => this.#ioctl(fd, request, Buffer.from(argument.buffer)),
      setNonBlocking: () => undefined,
      address: () => 0n,
      clockNs: () => {
        throw new SystemCallError('ENOSYS', 'clock_gettime');
      },
    };
  }

  /** Drives a line; whoever watches it gets an event, unless it is to be lost. */
  drive(offset: number, isHigh: boolean, options: { isLost?: boolean; ns?: bigint } = {}): void {
    if (isHigh) this.#high.add(offset);
    else this.#high.delete(offset);
    const { request } = this;
    if (request?.offset !== offset || !this.#isHeld) return;
    this.#sequence += 1;
    if (options.isLost === true) return;
    request.fifo.say(this.event(this.#isActive(request), this.#sequence, options.ns));
  }

  event(isActive: boolean, sequence: number, ns = process.hrtime.bigint()): Buffer {
    const bytes = Buffer.alloc(48);
    bytes.writeBigUInt64LE(ns, 0);
    bytes.writeUInt32LE(isActive ? 1 : 2, 8);
    bytes.writeUInt32LE(this.request?.offset ?? 0, 12);
    bytes.writeUInt32LE(sequence, 16);
    bytes.writeUInt32LE(sequence, 20);
    return bytes;
  }

  say(bytes: Uint8Array): void {
    this.request?.fifo.say(bytes);
  }

  /** The controller goes. */
  unplug(): void {
    this.#folder.remove('gpiochip0');
    this.request?.fifo.unplug();
  }

  plugIn(): void {
    this.#folder.put('gpiochip0', '');
  }

  close(): void {
    this.request?.fifo.unplug();
  }

  /** Whether the driver still has the descriptor that it was given. */
  get #isHeld(): boolean {
    if (this.request === undefined) return false;
    try {
      return fstatSync(this.request.fd).isFIFO();
    } catch {
      return false;
    }
  }

  #isActive({ offset, flags }: Request): boolean {
    return this.#high.has(offset) !== ((flags & bits.activeLow) !== 0n);
  }

  #ioctl(fd: number, request: number, bytes: Buffer): number {
    const errno = this.#answer(fd, request, bytes);
    if (errno !== undefined) throw new SystemCallError(errno, `ioctl 0x${request.toString(16)}`);
    return 0;
  }

  #answer(fd: number, request: number, bytes: Buffer): string | undefined {
    if (request === requests.chipInfo && bytes.length === 68) {
      bytes.writeUInt32LE(this.names.length, 64);
      return undefined;
    }
    if (request === requests.lineInfo && bytes.length === 256) return this.#inform(bytes);
    if (request === requests.requestLines && bytes.length === 592) return this.#grant(bytes);
    if (request === requests.getValues && bytes.length === 16) {
      if (this.request?.fd !== fd || bytes.readBigUInt64LE(8) !== 1n) return 'EINVAL';
      bytes.writeBigUInt64LE(this.#isActive(this.request) ? 1n : 0n, 0);
      return undefined;
    }
    return 'ENOTTY';
  }

  #inform(bytes: Buffer): string | undefined {
    const offset = bytes.readUInt32LE(at.info.offset);
    const name = this.names[offset];
    if (name === undefined) return 'EINVAL';
    bytes.write(name, 0);
    const holder = this.holders.get(offset);
    bytes.write(holder ?? '', at.info.consumer);
    bytes.writeBigUInt64LE(holder === undefined ? 0n : bits.used, at.info.flags);
    return undefined;
  }

  #grant(bytes: Buffer): string | undefined {
    const offset = bytes.readUInt32LE(0);
    const flags = bytes.readBigUInt64LE(at.request.flags);
    const wanted = bits.input | bits.bothEdges;
    if (this.refusal !== undefined) return this.refusal;
    if (bytes.readUInt32LE(at.request.lines) !== 1 || (flags & wanted) !== wanted) return 'EINVAL';
    if (this.names[offset] === undefined) return 'EINVAL';
    const bufferSize = bytes.readUInt32LE(at.request.buffer);
    if (this.holders.has(offset)) return 'EBUSY';
    const hasDebounce = bytes.readUInt32LE(at.request.attributes) === 1;
    const { first } = at.request;
    if (hasDebounce && bytes.readUInt32LE(first) !== bits.debounceId) return 'EINVAL';
    if (hasDebounce && bytes.readBigUInt64LE(first + 16) !== 1n) return 'EINVAL';
    this.request?.fifo.unplug();
    this.#requests += 1;
    this.#sequence = 0;
    const fifo = createFifo(this.#folder.at(`line${this.#requests}`));
    const fd = openSync(fifo.path, constants.O_RDONLY | constants.O_NONBLOCK);
    bytes.writeInt32LE(fd, at.request.fd);
    const consumer = bytes.toString('utf8', at.request.consumer, at.request.consumer + 32);
    this.request = {
      offset,
      consumer: consumer.replace(/\0.*$/, ''),
      flags,
      bufferSize,
      debounceUs: hasDebounce ? bytes.readUInt32LE(first + 8) : 0,
      fifo,
      fd,
    };
    return undefined;
  }
}

/** A controller where every line is granted, on a single pipe: for very many openings. */
export function endlessChip(folder: Folder): { readonly path: string; readonly libc: Libc } {
  const chip = new InputChip(folder);
  const fifo = createFifo(folder.at('endless'));
  const ioctl: Libc['ioctl'] = (_fd, request, argument) => {
    if (request !== requests.requestLines) return 0;
    const fd = openSync(fifo.path, constants.O_RDONLY | constants.O_NONBLOCK);
    new DataView(argument.buffer).setInt32(at.request.fd, fd, true);
    return 0;
  };
  return { path: chip.path, libc: { ...chip.libc, ioctl } };
}

import { closeSync, openSync } from 'node:fs';
import { HalError } from '../errors.ts';
import type { I2cBus } from '../i2c.ts';
import type { Closable } from './closable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import { longBytes } from './ioctl.ts';
import { isLittleEndian, type Libc, libc } from './libc.ts';

/** Which bus: the N of `/dev/i2c-N`, or the path of such a node. */
export interface I2cConfig {
  readonly bus: number | string;
}

/** What stands in for this machine in tests. */
export interface I2cOptions {
  readonly libc?: Libc;
  readonly pointerBytes?: 4 | 8;
}

/** include/uapi/linux/i2c-dev.h: bare numbers, the same on every machine. */
const request = { functions: 0x0705, transfer: 0x0707 } as const;
const plainTransfers = 0x01;
const readFlag = 0x0001;

const firstAddress = 0x08;
const lastAddress = 0x77;
/** The kernel's own limit, too. */
const bytesMax = 8_192;

/** One message of a transfer: bytes to be written, or a buffer to be filled. */
interface Message {
  readonly bytes: Uint8Array;
  readonly isRead: boolean;
}

/**
 * A bus behind `/dev/i2c-N` (module i2c-dev), through `I2C_RDWR`: one call a transfer, and the
 * kernel lets nobody come between its parts. A kernel driver of a device on the bus is not asked:
 * who shares a device with one must see to it himself.
 * Errors: `unsupported` where the adapter speaks SMBus only.
 */
export function createI2cBus(config: I2cConfig, options: I2cOptions = {}): I2cBus & Closable {
  const path = typeof config.bus === 'number' ? `/dev/i2c-${config.bus}` : config.bus;
  return new DevI2cBus(path, options.libc ?? libc('i2c'), options.pointerBytes ?? longBytes);
}

class DevI2cBus implements I2cBus, Closable {
  readonly #path: string;
  readonly #libc: Libc;
  readonly #pointerBytes: 4 | 8;
  #fd: number | undefined;

  constructor(path: string, kernel: Libc, width: 4 | 8) {
    this.#path = path;
    this.#libc = kernel;
    this.#pointerBytes = width;
    try {
      this.#fd = openSync(path, 'r+');
    } catch (error) {
      throw halErrorFrom('i2c', error, { what: 'open the bus', path });
    }
    try {
      this.#expectPlainTransfers(this.#fd);
    } catch (error) {
      this.close();
      throw halErrorFrom('i2c', error, { what: 'ask what the bus can do', path });
    }
  }

  write(address: number, bytes: Uint8Array): void {
    checkAddress(address);
    checkLength(bytes.length);
    if (bytes.length === 0) return this.#look(address);
    this.#transfer(address, [{ bytes, isRead: false }]);
  }

  read(address: number, count: number): Uint8Array {
    checkAddress(address);
    checkCount(count);
    const bytes = new Uint8Array(count);
    this.#transfer(address, [{ bytes, isRead: true }]);
    return bytes;
  }

  writeRead(address: number, bytes: Uint8Array, count: number): Uint8Array {
    checkAddress(address);
    checkCount(count);
    checkLength(bytes.length);
    if (bytes.length === 0) throw bad('a read of registers needs a byte to be written');
    const answer = new Uint8Array(count);
    this.#transfer(address, [
      { bytes, isRead: false },
      { bytes: answer, isRead: true },
    ]);
    return answer;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #expectPlainTransfers(fd: number): void {
    const functions = new Uint8Array(8);
    this.#libc.ioctl(fd, request.functions, functions);
    // The lowest bit of a C `long`, wherever this machine keeps it.
    const lowest = isLittleEndian ? functions[0] : functions[this.#pointerBytes - 1];
    if (((lowest ?? 0) & plainTransfers) !== 0) return;
    const text = `${this.#path} speaks SMBus only, not plain I2C; choose another bus`;
    throw new HalError('unsupported', 'i2c', text);
  }

  /** Asks whether somebody is there. Not every adapter can send an address alone. */
  #look(address: number): void {
    try {
      this.#call(address, [{ bytes: new Uint8Array(), isRead: false }]);
    } catch (error) {
      if (errnoOf(error) !== 'EOPNOTSUPP') throw this.#errorOf(error, address, 'nobody');
      this.read(address, 1);
    }
  }

  #transfer(address: number, messages: readonly Message[]): void {
    try {
      this.#call(address, messages);
    } catch (error) {
      const isWriting = messages.some(({ isRead }) => !isRead);
      throw this.#errorOf(error, address, isWriting ? 'anything' : 'nobody');
    }
  }

  #call(address: number, messages: readonly Message[]): void {
    if (this.#fd === undefined) throw new HalError('closed', 'i2c', `${this.#path} is closed`);
    const { block, places } = this.#pack(address, messages);
    this.#libc.ioctl(this.#fd, request.transfer, block);
    for (const [place, { bytes, isRead }] of messages.entries()) {
      const from = places[place] ?? 0;
      if (isRead) bytes.set(block.subarray(from, from + bytes.length));
    }
  }

  /**
   * `struct i2c_rdwr_ioctl_data`, the `struct i2c_msg[]` it points to, and the bytes these point
   * to: in one block, which is the argument of the call and so lives as long as the call.
   */
  #pack(
    address: number,
    messages: readonly Message[],
  ): { readonly block: Uint8Array; readonly places: readonly number[] } {
    const width = this.#pointerBytes;
    const messageSize = 8 + width;
    const places: number[] = [];
    let size = 2 * width + messages.length * messageSize;
    for (const { bytes } of messages) {
      places.push(size);
      size += bytes.length;
    }
    const block = new Uint8Array(new ArrayBuffer(size));
    const base = this.#libc.address(block);
    const view = new DataView(block.buffer);
    setPointer(view, 0, base + BigInt(2 * width), width);
    view.setUint32(width, messages.length, isLittleEndian);
    for (const [place, { bytes, isRead }] of messages.entries()) {
      const at = 2 * width + place * messageSize;
      const from = places[place] ?? 0;
      view.setUint16(at, address, isLittleEndian);
      view.setUint16(at + 2, isRead ? readFlag : 0, isLittleEndian);
      view.setUint16(at + 4, bytes.length, isLittleEndian);
      setPointer(view, at + 8, base + BigInt(from), width);
      if (!isRead) block.set(bytes, from);
    }
    return { block, places };
  }

  /**
   * Adapters say in one word (EREMOTEIO) that nobody is there and that a byte was refused. Where
   * it may be either, the device is asked for a byte: who answers was there all the time.
   */
  #errorOf(error: unknown, address: number, refusedBy: 'nobody' | 'anything'): HalError {
    const about = { what: `reach ${hex(address)} on`, path: this.#path };
    const errno = errnoOf(error);
    if (errno === 'EREMOTEIO') {
      const isNobody = refusedBy === 'nobody' || !this.#answers(address);
      return isNobody ? this.#nobody(address, error) : this.#disturbed(address, error);
    }
    if (errno === 'ENXIO') return this.#nobody(address, error);
    if (errno === 'EBUSY' || errno === 'ETIMEDOUT') {
      const text = `${this.#path} is held low; look for a device that hangs or a missing pull-up`;
      return new HalError('timed-out', 'i2c', text, { cause: error });
    }
    if (['EAGAIN', 'EPROTO', 'EBADMSG', 'EIO'].includes(errno)) {
      return this.#disturbed(address, error);
    }
    return halErrorFrom('i2c', error, about);
  }

  #answers(address: number): boolean {
    try {
      this.#call(address, [{ bytes: new Uint8Array(1), isRead: true }]);
      return true;
    } catch {
      return false;
    }
  }

  #nobody(address: number, cause: unknown): HalError {
    const text = `nobody answers at ${hex(address)} on ${this.#path}; check wiring and address`;
    return new HalError('not-present', 'i2c', text, { cause });
  }

  #disturbed(address: number, cause: unknown): HalError {
    const text = `the transfer with ${hex(address)} on ${this.#path} broke off: ${errnoOf(cause)}`;
    return new HalError('io', 'i2c', text, { cause });
  }
}

function setPointer(view: DataView, at: number, address: bigint, width: 4 | 8): void {
  if (width === 8) view.setBigUint64(at, address, isLittleEndian);
  else view.setUint32(at, Number(address), isLittleEndian);
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(2, '0')}`;
}

function checkAddress(address: number): void {
  if (Number.isInteger(address) && address >= firstAddress && address <= lastAddress) return;
  throw bad(`${address} is no address from 0x08 to 0x77`);
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= bytesMax) return;
  throw bad(`${count} is no count from 1 to ${bytesMax}`);
}

function checkLength(length: number): void {
  if (length > bytesMax) throw bad(`${length} bytes are more than ${bytesMax}`);
}

function bad(text: string): HalError {
  return new HalError('bad-argument', 'i2c', text);
}

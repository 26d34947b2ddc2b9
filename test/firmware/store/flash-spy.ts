import { HalError } from '#hal/errors';
import type { Storage } from '#hal/storage';

/** A flash whose operations can be made to fail one by one, counted from the order on. */
export class FlashSpy implements Storage {
  readonly sectorSize: number;
  readonly read: Storage['read'];
  readonly size: Storage['size'];
  readonly list: Storage['list'];
  /** What was asked for, as `write store.db 4096+4096`. */
  readonly operations: string[] = [];
  readonly #storage: Storage;
  #countdown = 0;
  #failures = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.sectorSize = storage.sectorSize;
    this.read = storage.read;
    this.size = storage.size;
    this.list = storage.list;
  }

  /** The `nth` operation from now that changes something fails, and so do the ones after it. */
  failAt(nth: number, count = 1): void {
    this.#countdown = nth;
    this.#failures = count;
  }

  write(name: string, offset: number, bytes: Uint8Array): void {
    this.#begin(`write ${name} ${offset}+${bytes.length}`);
    this.#storage.write(name, offset, bytes);
  }

  truncate(name: string, size: number): void {
    this.#begin(`truncate ${name} ${size}`);
    this.#storage.truncate(name, size);
  }

  sync(name: string): void {
    this.#begin(`sync ${name}`);
    this.#storage.sync(name);
  }

  #begin(operation: string): void {
    this.operations.push(operation);
    if (this.#countdown > 1) {
      this.#countdown -= 1;
      return;
    }
    if (this.#countdown === 0 || this.#failures === 0) return;
    this.#failures -= 1;
    throw new HalError('io', 'storage', `${operation} fails`);
  }
}

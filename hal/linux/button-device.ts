import { readSync } from 'node:fs';
import type { Button, ButtonEdge } from '../button.ts';
import { type HalError, type HalErrorCode } from '../errors.ts';
import { ButtonLine, type ButtonNews } from './button-line.ts';
import type { LinuxClock } from './clock.ts';
import type { Closable } from './closable.ts';
import { errnoOf, halErrorFrom, SystemCallError } from './errno.ts';
import type { Libc } from './libc.ts';
import { type WatchReadable, watchReadable } from './readable.ts';

/** What all drivers of a button are given. */
export interface ButtonOptions {
  readonly clock: Pick<LinuxClock, 'now' | 'fromMonotonicNs'>;
  /**
   * Told once when the device goes away or fails after it was opened, and when the kernel has lost
   * edges. A device that is gone is released, and looked for every second; when it is back its
   * level is heard as an edge, if it is news.
   */
  readonly onFault?: (error: HalError) => void;
  /** The kernel of this machine unless told otherwise. */
  readonly libc?: Libc | undefined;
  /** Tells when the device has edges. Nothing: the device is looked at every so often. */
  readonly watch?: WatchReadable | undefined;
  /** How often the device is looked at while nothing happens. */
  readonly idleLookEveryMs?: number;
  /** How often a device that has gone is looked for. */
  readonly returnEveryMs?: number;
}

/** An open device. */
export interface ButtonDevice extends Closable {
  /** The level at its opening. */
  readonly isPressed: boolean;
  /** How errors name it. */
  readonly path: string;
  /** What `read` reads from. */
  readonly fd: number;
  /** What has come since, as far as one read tells. Throws once the device is gone. */
  read(): readonly ButtonNews[];
}

/**
 * A small CPU feels each time it is woken. Nobody feels how late a press is heard: its hold counts
 * from the time it carries, and is looked after closely from then on. A device that tells of its
 * edges is looked at all the same now and then: not every kernel tells that it has gone.
 */
const watchedLookEveryMs = 10_000;
const idleLookEveryMs = 100;
const busyLookEveryMs = 25;
/** So long after the last edge more are likely. */
const busyForMs = 1_000;
const returnEveryMs = 1_000;

/**
 * A button on a device that is read without ever waiting for it: a read that waits would keep one
 * of Node's few threads, and the process from ending. Opens the device; throws what that throws.
 */
export function buttonOn(open: () => ButtonDevice, options: ButtonOptions): Button & Closable {
  return new PolledButton(open, options);
}

class PolledButton implements Button, Closable {
  readonly #open: () => ButtonDevice;
  readonly #options: ButtonOptions;
  readonly #line: ButtonLine;
  #device: ButtonDevice | undefined;
  #watch: Closable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastNewsMs = Number.NEGATIVE_INFINITY;
  /** Read already, and not heard yet. */
  readonly #waiting: ButtonNews[] = [];
  #isLookDue = false;
  /** Of the present absence: what has been told already. */
  #toldCode: HalErrorCode | undefined;

  constructor(open: () => ButtonDevice, options: ButtonOptions) {
    this.#open = open;
    this.#options = options;
    this.#device = open();
    this.#line = new ButtonLine(this.#device.isPressed);
    this.#follow(this.#device);
  }

  /**
   * The level now, also where the edge that led to it has not been heard: who decides at a certain
   * instant must not be told what was true at the last look.
   */
  isPressed(): boolean {
    const known = this.#line.isPressed();
    const { news, error } = this.#read();
    this.#waiting.push(...news);
    if (this.#waiting.length > 0 || error !== undefined) this.#lookSoon();
    return error === undefined ? (this.#waiting.at(-1)?.pressed ?? known) : false;
  }

  onEdge(listener: (edge: ButtonEdge) => void): () => void {
    return this.#line.onEdge(listener);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#line.close();
    this.#release();
  }

  #follow({ fd }: ButtonDevice): void {
    const options = this.#options;
    const watch = 'watch' in options ? options.watch : watchReadable;
    this.#watch = watch?.(fd, () => this.#lookSoon());
    this.#lookLater();
  }

  /** The watch first: a descriptor that is closed may be somebody else's at once. */
  #release(): void {
    this.#watch?.close();
    this.#watch = undefined;
    this.#device?.close();
    this.#device = undefined;
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => {
      this.#look();
      if (this.#device !== undefined) this.#lookLater();
    }, this.#lookEveryMs());
  }

  #lookEveryMs(): number {
    const isWatched = this.#watch !== undefined;
    const { clock, idleLookEveryMs: idleMs } = this.#options;
    const isBusy = this.#line.isPressed() || clock.now() - this.#lastNewsMs < busyForMs;
    if (isBusy && !isWatched) return busyLookEveryMs;
    return idleMs ?? (isWatched ? watchedLookEveryMs : idleLookEveryMs);
  }

  #lookSoon(): void {
    if (this.#isLookDue) return;
    this.#isLookDue = true;
    setImmediate(() => {
      this.#isLookDue = false;
      this.#look();
    });
  }

  #look(): void {
    const { news, error } = this.#read();
    this.#waiting.push(...news);
    if (this.#waiting.length > 0) this.#lastNewsMs = this.#options.clock.now();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#line.take(next);
    }
    if (error !== undefined && this.#device !== undefined) this.#lose(this.#device, error);
  }

  #read(): { readonly news: readonly ButtonNews[]; readonly error?: unknown } {
    if (this.#device === undefined) return { news: [] };
    try {
      const news = this.#device.read();
      // Something that opens and cannot be read has not come back.
      this.#toldCode = undefined;
      return { news };
    } catch (error) {
      return { news: [], error };
    }
  }

  #lose(device: ButtonDevice, error: unknown): void {
    this.#release();
    this.#lookForItLater();
    this.#tellOnce(
      halErrorFrom('reset-button', error, { what: 'read the button', path: device.path }),
    );
    // As the kernel does for keys of a device that goes; nobody can hold what is not there.
    this.#line.take({ what: 'level', pressed: false, atMs: this.#options.clock.now() });
  }

  #lookForItLater(): void {
    clearTimeout(this.#timer);
    const everyMs = this.#options.returnEveryMs ?? returnEveryMs;
    this.#timer = setTimeout(() => this.#lookForIt(), everyMs);
  }

  #lookForIt(): void {
    // Before anybody is told: who is told may close the button.
    this.#lookForItLater();
    try {
      this.#device = this.#open();
    } catch (error) {
      this.#tellOnce(halErrorFrom('reset-button', error, { what: 'find the button again' }));
      return;
    }
    clearTimeout(this.#timer);
    this.#follow(this.#device);
    const { isPressed: pressed } = this.#device;
    this.#line.take({ what: 'level', pressed, atMs: this.#options.clock.now() });
  }

  #tellOnce(error: HalError): void {
    if (error.code === this.#toldCode) return;
    this.#toldCode = error.code;
    this.#options.onFault?.(error);
  }
}

/**
 * The bytes that can be had from a descriptor without waiting; none where there are none. Throws
 * a SystemCallError where the device is gone.
 */
export function readWithoutWaiting(fd: number, buffer: Uint8Array): Uint8Array {
  let count: number;
  try {
    count = readSync(fd, buffer);
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return buffer.subarray(0, 0);
    throw error;
  }
  // No such device ever ends while it is there.
  if (count === 0) throw new SystemCallError('ENODEV', 'read');
  return buffer.subarray(0, count);
}

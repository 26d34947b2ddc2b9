import { read, write } from 'node:fs';
import { promisify } from 'node:util';
import type { LinuxPortBinding } from '@serialport/bindings-cpp';
import type {
  BindingPortInterface,
  OpenOptions,
  PortStatus,
  SetOptions,
  UpdateOptions,
} from '@serialport/bindings-interface' with { 'resolution-mode': 'require' };
import { HalError } from '../errors.ts';
import { errnoOf } from './errno.ts';

const readFrom = promisify(read);
const writeTo = promisify(write);

/** A port that is gone is looked for again so often. */
const againMs = 500;
/** A far end that takes nothing for so long is gone: bytes are lost, as without a cable. */
const patienceMs = 1_000;

/** Ends a read for good, without an error of the stream. */
class Cancelled extends Error {
  readonly canceled = true;
}

/**
 * A serial port that stays open while the device comes and goes. It reads by itself, because the
 * package reads on for ever, at full speed, where the kernel says "end of file" of an adapter that
 * was pulled; and it writes by itself, because the package waits for ever for who does not read.
 */
export class SerialLine implements BindingPortInterface {
  readonly openOptions: Required<OpenOptions>;
  readonly #open: () => Promise<LinuxPortBinding>;
  #port: LinuxPortBinding | undefined;
  #return: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  /** Calls under way in other threads: a descriptor that is closed meanwhile may be another's. */
  readonly #calls = new Set<Promise<unknown>>();
  #isStuck = false;
  #isClosed = false;

  private constructor(port: LinuxPortBinding, open: () => Promise<LinuxPortBinding>) {
    this.#port = port;
    this.#open = open;
    this.openOptions = port.openOptions;
  }

  /** Opens the port; `open` is called again whenever it is gone. */
  static async open(open: () => Promise<LinuxPortBinding>): Promise<SerialLine> {
    return new SerialLine(await open(), open);
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  async read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }> {
    for (;;) {
      const port = await this.#present();
      const { fd } = port;
      if (fd === null) continue;
      try {
        const { bytesRead } = await this.#call(readFrom(fd, buffer, offset, length, null));
        if (bytesRead > 0) return { buffer, bytesRead };
        await this.#lose(port);
      } catch (error) {
        if (isLater(error)) await until(port, 'readable');
        else await this.#lose(port);
      }
    }
  }

  async write(buffer: Buffer): Promise<void> {
    let place = 0;
    while (place < buffer.length) {
      const port = this.#port;
      const fd = port?.fd ?? null;
      if (port === undefined || fd === null) return;
      try {
        const rest = buffer.length - place;
        const { bytesWritten } = await this.#call(writeTo(fd, buffer, place, rest));
        place += bytesWritten;
        this.#isStuck = false;
      } catch (error) {
        if (!isLater(error)) return this.#lose(port);
        if (this.#isStuck) return undefined;
        this.#isStuck = !(await until(port, 'writable', patienceMs));
      }
    }
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#isClosed) throw new HalError('closed', 'console', 'the serial port is closed');
    this.#isClosed = true;
    const port = this.#port;
    this.#port = undefined;
    this.#wake();
    if (port !== undefined) await this.#shut(port);
  }

  async update(options: UpdateOptions): Promise<void> {
    await this.#port?.update(options);
  }

  async set(options: SetOptions): Promise<void> {
    await this.#port?.set(options);
  }

  async get(): Promise<PortStatus> {
    return (await this.#present()).get();
  }

  async getBaudRate(): Promise<{ baudRate: number }> {
    return (await this.#present()).getBaudRate();
  }

  async flush(): Promise<void> {
    await this.#port?.flush();
  }

  async drain(): Promise<void> {
    await this.#port?.drain();
  }

  /** The port, once it is there again. */
  async #present(): Promise<LinuxPortBinding> {
    while (this.#port === undefined) {
      if (this.#isClosed) throw new Cancelled('the serial port was closed');
      this.#return ??= this.#comeBack();
      await this.#return;
      this.#return = undefined;
    }
    return this.#port;
  }

  async #comeBack(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, againMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (this.#isClosed) return;
    const port = await this.#open().catch(() => undefined);
    if (this.#isClosed) await port?.close();
    else this.#port = port;
  }

  async #lose(port: LinuxPortBinding): Promise<void> {
    if (this.#port !== port) return;
    this.#port = undefined;
    this.#isStuck = false;
    await this.#shut(port);
  }

  async #call<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  async #shut(port: LinuxPortBinding): Promise<void> {
    await Promise.allSettled(this.#calls);
    await port.close();
  }
}

function isLater(error: unknown): boolean {
  return ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(errnoOf(error));
}

/** Whether the port became ready in time; also where it was closed meanwhile: a retry will tell. */
function until(
  { poller }: LinuxPortBinding,
  event: 'readable' | 'writable',
  limitMs?: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const ready = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const late = (): void => {
      poller.off(event, ready);
      resolve(false);
    };
    const timer = limitMs === undefined ? undefined : setTimeout(late, limitMs);
    poller.once(event, ready);
  });
}

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { errnoOf } from '#hal/linux/errno';
import { libc } from '#hal/linux/libc';

/** Requests of asm-generic/ioctls.h: the number of a terminal's far end, and its lock. */
const ptyNumber = 0x8004_5430;
const ptyLock = 0x4004_5431;

/** A pair of terminals in place of a serial line: the driver opens one, a test has the other. */
export interface Pty {
  /** What the driver opens. */
  readonly path: string;
  /** All that has come out of the driver's end since the last `take`. */
  text(): Buffer;
  take(): Buffer;
  /** Forgets so many bytes of it. */
  drop(count: number): void;
  /** Resolves when something more has come. */
  more(): Promise<void>;
  /** Types at the far end. */
  type(bytes: string | Uint8Array): void;
  /** The far end reads no more, until `resume`. */
  pause(): void;
  resume(): void;
  /** Resolves when all has come that the driver's end was given so far. */
  settle(): Promise<void>;
  close(): void;
}

/** Opens a pair; the driver's end is kept open here too, so that the line does not hang up. */
export function openPty(): Pty {
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
  const master = openSync('/dev/ptmx', flags);
  const { ioctl } = libc('console');
  const argument = new Uint8Array(4);
  ioctl(master, ptyLock, argument);
  ioctl(master, ptyNumber, argument);
  const path = `/dev/pts/${new DataView(argument.buffer).getUint32(0, true)}`;
  const slave = openSync(path, flags);
  const stream = new ReadStream(master);
  let came = Buffer.alloc(0);
  let isClosed = false;
  let marks = 0;
  const waiting: (() => void)[] = [];
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    came = Buffer.concat([came, chunk]);
    for (const wake of waiting.splice(0)) wake();
  });
  const more = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));
  return {
    path,
    text: () => came,
    take: () => {
      const taken = came;
      came = Buffer.alloc(0);
      return taken;
    },
    drop: (count) => void (came = came.subarray(count)),
    more,
    type: (bytes) => void stream.write(bytes),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    async settle() {
      if (isClosed) return;
      // What is written behind all else comes behind all else.
      marks += 1;
      const mark = `\0mark ${marks}\0`;
      await until(() => hasTaken(slave, mark));
      while (came.indexOf(mark) < 0) await more();
      const place = came.indexOf(mark);
      came = Buffer.concat([came.subarray(0, place), came.subarray(place + mark.length)]);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      closeSync(slave);
      stream.destroy();
    },
  };
}

/** Waits for what the kernel does without telling; the time-out of the test ends it. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => void setImmediate(resolve));
}

/** A terminal takes a few bytes whole or, where nobody has read for long, not yet. */
function hasTaken(slave: number, text: string): boolean {
  try {
    return writeSync(slave, text) > 0;
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return false;
    throw error;
  }
}

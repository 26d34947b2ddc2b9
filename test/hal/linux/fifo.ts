import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';

/** A named pipe that stands in for a device: what is written to it is what the device says. */
export interface Fifo {
  readonly path: string;
  say(bytes: Uint8Array): void;
  /** The device goes: whoever reads it finds the end, and nobody finds its path. */
  unplug(): void;
}

/** Makes one, with this process as its writer, so that readers wait instead of finding the end. */
export function createFifo(path: string): Fifo {
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  let isThere = true;
  return {
    path,
    say: (bytes) => {
      if (writeSync(fd, bytes) !== bytes.length) throw new Error(`${path} is full`);
    },
    unplug: () => {
      if (!isThere) return;
      isThere = false;
      closeSync(fd);
      rmSync(path, { force: true });
    },
  };
}

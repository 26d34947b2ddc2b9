import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';

/** Returns when the names in a directory will survive a power cut. */
export function syncDirectory(directory: string, sync: (fd: number) => void = fsyncSync): void {
  const fd = openSync(directory, 'r');
  try {
    sync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes a file that must not be there yet, for its owner alone; its bytes survive a power cut. */
export function writeNewFile(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs';
import { UsageError } from './kernel/invariant.ts';

/** Writes a file for its owner's eyes alone, also where it was there before with other rights. */
export function writePrivately(path: string, content: Uint8Array | string): void {
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeFileSync(file, content);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} could not be written: ${detail}`, { cause: error });
  }
}

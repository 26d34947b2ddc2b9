import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A lock that is held until it is released. */
export interface LockFile {
  /** A second call is no error. */
  release(): void;
}

/** What a lock file says, and who may take it over. */
export interface LockFileOptions {
  /** Names this process. */
  readonly content: string;
  /** Why the lock that says this must be left alone; undefined where its process is gone. */
  readonly refusal: (seen: string) => Error | undefined;
  /** This very process has it: its own number in a lock file proves nothing else. */
  readonly heldHere: () => Error;
}

/** Files of this very process. */
const held = new Set<string>();

/**
 * Takes a lock by a file that names the process. One whose process is gone is taken over. Throws
 * what `refusal` or `heldHere` answer where it cannot be had.
 */
export function takeLockFile(path: string, options: LockFileOptions): LockFile {
  const file = resolve(path);
  const draft = `${file}.${process.pid}`;
  if (held.has(file)) throw options.heldHere();
  writeFileSync(draft, options.content, { mode: 0o644 });
  try {
    while (!isLinked(draft, file)) removeIfStale(file, options.refusal);
  } finally {
    rmSync(draft, { force: true });
  }
  held.add(file);
  return {
    release() {
      if (held.delete(file)) rmSync(file, { force: true });
    },
  };
}

/** A hard link appears at once, with its content, and only where there is none. */
function isLinked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(file: string, refusal: LockFileOptions['refusal']): void {
  const seen = readIfThere(file);
  if (seen === undefined) return;
  const refused = refusal(seen);
  if (refused !== undefined) throw refused;
  // Between reading and removing, another process may have taken over: look at what was moved away.
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(aside) !== seen) isLinked(aside, file);
  rmSync(aside, { force: true });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { UsageError } from './kernel/invariant.ts';

/** Keeps other processes out until it is released. */
export interface DirectoryLock {
  /** A second call is no error. */
  release(): void;
}

const ownerSchema = v.object({ pid: v.number(), host: v.string() });

/** Directories this very process holds: its own pid in a lock file proves nothing else. */
const held = new Set<string>();

/**
 * Locks a directory by a file in it that names the process. A lock whose process is gone (a crash)
 * is taken over. Throws a `UsageError` where another one holds it.
 */
export function lockDirectory(path: string): DirectoryLock {
  const place = resolve(path);
  const file = join(place, 'lock');
  const draft = `${file}.${process.pid}`;
  const content = `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`;
  if (held.has(place)) throw new UsageError(`state directory ${path} is in use by this process`);
  writeFileSync(draft, content);
  try {
    while (!isLinked(draft, file)) removeIfStale(file, path);
  } finally {
    rmSync(draft, { force: true });
  }
  held.add(place);
  return {
    release() {
      if (held.delete(place)) rmSync(file, { force: true });
    },
  };
}

/** A hard link appears at once, with its content, and only where there is none. */
function isLinked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(file: string, path: string): void {
  const seen = readIfThere(file);
  if (seen === undefined) return;
  const owner = ownerOf(seen);
  if (owner === undefined || owner.host !== hostname() || isRunning(owner.pid)) {
    const by = owner === undefined ? '' : ` by process ${owner.pid} on ${owner.host}`;
    throw new UsageError(
      `state directory ${path} is in use${by}: end that one, or use another directory ` +
        `(if no nasboard runs there any more, delete ${file})`,
    );
  }
  // Between reading and removing, another process may have taken over: look at what was moved away.
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(aside) !== seen) isLinked(aside, file);
  rmSync(aside, { force: true });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function ownerOf(content: string): v.InferOutput<typeof ownerSchema> | undefined {
  try {
    const found = v.safeParse(ownerSchema, JSON.parse(content));
    return found.success ? found.output : undefined;
  } catch {
    // Not JSON: no nasboard wrote it, so it is left to people.
    return undefined;
  }
}

/** Own pids are stale here: what this process holds is in `held`, and containers reuse pid 1. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

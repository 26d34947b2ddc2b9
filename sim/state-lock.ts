import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type LockFile, takeLockFile } from '#hal/host/lock-file';
import { UsageError } from './kernel/invariant.ts';

const ownerSchema = v.object({ pid: v.number(), host: v.string() });

/**
 * Locks a directory by a file in it that names the process. A lock whose process is gone (a crash)
 * is taken over. Throws a `UsageError` where another one holds it.
 */
export function lockDirectory(path: string): LockFile {
  return lockForProcess(join(path, 'lock'), {
    what: `state directory ${path}`,
    advice: 'end that one, or use another directory',
  });
}

/** The same of anything: by a lock file of its own. */
export function lockForProcess(
  file: string,
  { what, advice }: { readonly what: string; readonly advice: string },
): LockFile {
  return takeLockFile(file, {
    content: `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`,
    heldHere: () => new UsageError(`${what} is in use by this process`),
    refusal(seen) {
      const owner = ownerOf(seen);
      if (owner?.host === hostname() && !isRunning(owner.pid)) return undefined;
      const by = owner === undefined ? '' : ` by process ${owner.pid} on ${owner.host}`;
      return new UsageError(
        `${what} is in use${by}: ${advice} ` +
          `(if no nasboard runs there any more, delete ${file})`,
      );
    },
  });
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

/** Own pids are stale here: containers reuse pid 1. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

import { readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { HalError, type PortName } from '../errors.ts';
import { type LockFile, takeLockFile } from '../host/lock-file.ts';
import { errnoOf } from './errno.ts';

/** A process by more than its number, which others get after it. */
const ownerSchema = v.object({
  pid: v.number(),
  /** Ticks between the boot and its start. */
  started: v.string(),
  /** Which boot of the machine. */
  boot: v.string(),
  /** Processes of other containers cannot be seen from here. */
  pidNamespace: v.string(),
  command: v.string(),
});

type Owner = v.InferOutput<typeof ownerSchema>;

/** No name of a file of the storage: those are in lower case. */
const fileName = 'LOCK';

/**
 * Locks a directory by a file in it that names the process. That of a process which is gone
 * (killed, or before the machine restarted) is taken over. Errors: `busy`, with who holds it.
 */
export function lockForProcess(port: PortName, directory: string): LockFile {
  const place = resolve(directory);
  const file = join(place, fileName);
  const busy = (text: string): HalError => new HalError('busy', port, text);
  return takeLockFile(file, {
    content: `${JSON.stringify(ownOwner())}\n`,
    heldHere: () => busy(`this process holds ${place} already`),
    refusal(seen) {
      const owner = ownerOf(seen);
      if (owner === undefined) {
        return busy(`${file} names no process: if no nasboard runs, delete it`);
      }
      const state = stateOf(owner);
      return state === 'gone' ? undefined : busy(describeOwner(owner, { file, state }));
    },
  });
}

function describeOwner(
  { pid, command }: Owner,
  { file, state }: { readonly file: string; readonly state: 'runs' | 'unknown' },
): string {
  if (state === 'runs') {
    return `process ${pid} (${command}) holds it: end that one first, or use another directory`;
  }
  return (
    `process ${pid} (${command}) of another container holds it: end that one, ` +
    `or, where it is gone, delete ${file}`
  );
}

function stateOf(owner: Owner): 'runs' | 'gone' | 'unknown' {
  const own = ownOwner();
  if (owner.boot !== own.boot) return 'gone';
  if (owner.pidNamespace !== own.pidNamespace) return 'unknown';
  // What this process holds is known before anybody looks here.
  if (owner.pid === own.pid) return 'gone';
  return startOf(owner.pid) === owner.started ? 'runs' : 'gone';
}

function ownOwner(): Owner {
  return {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
    command: process.argv.slice(1).join(' '),
  };
}

/** The 22nd field; the second is a name in brackets that may hold anything (proc(5)). */
function startOf(pid: number): string | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}

function ownerOf(content: string): Owner | undefined {
  try {
    const found = v.safeParse(ownerSchema, JSON.parse(content));
    return found.success ? found.output : undefined;
  } catch {
    // Not JSON: no nasboard wrote it, so it is left to people.
    return undefined;
  }
}

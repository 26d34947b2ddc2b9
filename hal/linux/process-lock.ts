import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { HalError, type PortName } from '../errors.ts';
import { errnoOf } from './errno.ts';

/** Keeps other processes out of a directory until it is released. */
export interface ProcessLock {
  /** A second call is no error. */
  release(): void;
}

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

/** Directories of this very process. */
const held = new Set<string>();

/**
 * Locks a directory by a file in it that names the process. That of a process which is gone
 * (killed, or before the machine restarted) is taken over. Errors: `busy`, with who holds it.
 */
export function lockForProcess(port: PortName, directory: string): ProcessLock {
  const place = resolve(directory);
  const file = join(place, fileName);
  const draft = `${file}.${process.pid}`;
  if (held.has(place)) throw new HalError('busy', port, `this process holds ${place} already`);
  writeFileSync(draft, `${JSON.stringify(ownOwner())}\n`, { mode: 0o644 });
  try {
    while (!isLinked(draft, file)) removeIfStale(port, file);
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
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(port: PortName, file: string): void {
  const seen = readIfThere(file);
  if (seen === undefined) return;
  const owner = ownerOf(seen);
  if (owner === undefined) {
    throw new HalError('busy', port, `${file} names no process: if no nasboard runs, delete it`);
  }
  const state = stateOf(owner);
  if (state !== 'gone') throw new HalError('busy', port, describeOwner(owner, { file, state }));
  // Between reading and removing, another process may have taken over: look at what was moved away.
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(aside) !== seen) isLinked(aside, file);
  rmSync(aside, { force: true });
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
  // What this process holds is in `held`.
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

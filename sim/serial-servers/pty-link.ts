import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../kernel/invariant.ts';
import { lockForProcess } from '../state-lock.ts';

/** A name that leads to a terminal, and always the same. */
export interface PtyLink {
  readonly path: string;
  /** The link is removed; a second call is no error. */
  release(): void;
}

/** Boards of one user side by side. */
const boardsMax = 10;

/** A terminal of this machine. */
const terminals = /^\/dev\/(pts\/\d+|ttys\d+)$/;

/** Where links are, unless told otherwise: a folder that nobody else can write to. */
export function defaultLinkFolder(
  runtimeFolder = process.env['XDG_RUNTIME_DIR'],
  temporaryFolder = '/tmp',
): string {
  const isThere = runtimeFolder?.startsWith('/') === true && existsSync(runtimeFolder);
  return isThere
    ? join(runtimeFolder, 'nasboard')
    : join(temporaryFolder, `nasboard-${process.getuid?.() ?? 0}`);
}

/** The first free one of `ttyS0`, `ttyS1` … in the folder. */
export function linkIn(folder: string, target: string): PtyLink {
  openFolder(folder);
  for (let number = 0; number < boardsMax; number += 1) {
    try {
      return linkAt(join(folder, `ttyS${number}`), target);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  throw new UsageError(
    `${folder}/ttyS0 to ttyS${boardsMax - 1} are all taken: give another, --serial pty:/path/ttyS0`,
  );
}

/**
 * Makes `path` lead to a terminal. A link that a nasboard has left behind is replaced; another
 * one's file, or the link of a board that runs, is left alone: a `UsageError`.
 */
export function linkAt(path: string, target: string): PtyLink {
  const link = resolve(path);
  const lockPath = `${link}.lock`;
  refuseMissingFolder(link);
  const hadLock = existsSync(lockPath);
  const lock = lockForProcess(lockPath, {
    what: `serial link ${link}`,
    advice: 'end that one, or give another link',
  });
  try {
    refuseStrangeFile(link, hadLock);
    // Made beside and then moved: whoever opens it sees the old or the new one.
    const fresh = `${link}.${process.pid}`;
    rmSync(fresh, { force: true });
    symlinkSync(target, fresh);
    renameSync(fresh, link);
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    path: link,
    release() {
      if (targetOf(link) === target) rmSync(link, { force: true });
      lock.release();
    },
  };
}

function refuseMissingFolder(link: string): void {
  const folder = dirname(link);
  if (existsSync(folder)) return;
  throw new UsageError(`serial link ${link}: there is no folder ${folder}`);
}

/** A lock beside it says that a nasboard has made it; a link that leads nowhere is of no use. */
function refuseStrangeFile(link: string, hadLock: boolean): void {
  const target = targetOf(link);
  if (target === undefined) return;
  const isOurs = terminals.test(target) && (hadLock || !existsSync(target));
  if (isOurs) return;
  throw new UsageError(`serial link ${link} is there and not ours: give another, or delete it`);
}

/** Undefined where there is nothing; empty where it is no link. */
function targetOf(path: string): string | undefined {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return undefined;
  return facts.isSymbolicLink() ? readlinkSync(path) : '';
}

/** In a folder that others write to they could have the link lead elsewhere. */
function openFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const facts = lstatSync(folder);
  const isOurs = facts.isDirectory() && facts.uid === process.getuid?.();
  if (isOurs && (facts.mode & 0o022) === 0) return;
  throw new UsageError(
    `${folder} is not a folder of yours alone: delete it, or give a link, --serial pty:/path/ttyS0`,
  );
}

import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { UsageError } from './kernel/invariant.ts';
import type { LockFile } from '#hal/host/lock-file';
import { lockDirectory } from './state-lock.ts';

/** What a board is when its power is off, apart from what its flash and disks hold. */
export interface BoardFacts {
  /** The seed it was made with: it decides what is burned in, the device key among it. */
  readonly seed: number;
  /** How many runs it has seen: each has chance of its own. */
  readonly startCount: number;
  /** True time when this was so, µs since the epoch. */
  readonly savedAtUs: number;
  readonly label: {
    readonly model: string;
    readonly serialNumber: string;
    readonly macAddresses: readonly string[];
  };
  readonly crystalPpm: number;
  readonly rtc: {
    /** RTC less true time at that instant. */
    readonly offsetMs: number;
    readonly driftPpm: number;
    readonly battery: 'good' | 'dead';
    /** False where the chip knows that its time is worth nothing. */
    readonly valid: boolean;
  };
}

/** A board between two runs. */
export interface SavedBoard {
  readonly facts: BoardFacts;
  readonly flash: Uint8Array;
  readonly dataVolume: Uint8Array;
}

const fileName = 'board.state';

/** Goes up whenever an older version could not read what is written. */
const formatVersion = 1;

const headerSchema = v.strictObject({
  nasboard: v.literal('state'),
  version: v.literal(formatVersion),
  facts: v.strictObject({
    seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    startCount: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    savedAtUs: v.pipe(v.number(), v.safeInteger()),
    label: v.strictObject({
      model: v.string(),
      serialNumber: v.string(),
      macAddresses: v.array(v.string()),
    }),
    crystalPpm: v.number(),
    rtc: v.strictObject({
      offsetMs: v.number(),
      driftPpm: v.number(),
      battery: v.picklist(['good', 'dead']),
      valid: v.boolean(),
    }),
  }),
  bytes: v.strictObject({
    flash: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    dataVolume: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  }),
  sha256: v.string(),
});

/**
 * A directory that keeps one board between runs, held by one process at a time. It has one file
 * that is replaced as a whole, so that a crash leaves the state of before or of after.
 */
export class StateDirectory {
  readonly path: string;
  readonly #lock: LockFile;

  /** Makes the directory where there is none. A `UsageError` says why it cannot be used. */
  constructor(path: string) {
    this.path = path;
    try {
      mkdirSync(path, { recursive: true });
      this.#lock = lockDirectory(path);
    } catch (error) {
      throw asUsageError(error, `state directory ${path} cannot be used`);
    }
  }

  /** The board that was saved last; undefined in a new directory. */
  read(): SavedBoard | undefined {
    const path = join(this.path, fileName);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw asUsageError(error, `${path} cannot be read`);
    }
    return decode(bytes, path);
  }

  /** Replaces the saved board; when it returns, the new one survives a crash of the host. */
  write(board: SavedBoard): void {
    const path = join(this.path, fileName);
    const draft = `${path}.new`;
    try {
      writeDurably(draft, encode(board));
      renameSync(draft, path);
      syncDirectory(this.path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw asUsageError(error, `the board’s state could not be saved in ${this.path}`);
    }
  }

  /** Lets another process have it. A second call is no error. */
  close(): void {
    this.#lock.release();
  }
}

/** A line of JSON that people can read (`head -1`), then the bytes it counts. */
function encode({ facts, flash, dataVolume }: SavedBoard): readonly Uint8Array[] {
  const header = {
    nasboard: 'state',
    version: formatVersion,
    facts,
    bytes: { flash: flash.length, dataVolume: dataVolume.length },
    sha256: digest(facts, flash, dataVolume),
  };
  return [Buffer.from(`${JSON.stringify(header)}\n`), flash, dataVolume];
}

function decode(bytes: Buffer, path: string): SavedBoard {
  const lineEnd = bytes.indexOf(0x0a);
  const header = parseHeader(bytes.toString('utf8', 0, Math.max(0, lineEnd)), path);
  const body = bytes.subarray(lineEnd + 1);
  const flash = body.subarray(0, header.bytes.flash);
  const dataVolume = body.subarray(header.bytes.flash);
  const isWhole =
    body.length === header.bytes.flash + header.bytes.dataVolume &&
    digest(header.facts, flash, dataVolume) === header.sha256;
  if (!isWhole) throw damaged(path, 'its checksum does not match');
  return { facts: header.facts, flash, dataVolume };
}

function parseHeader(line: string, path: string): v.InferOutput<typeof headerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw damaged(path, 'its first line is not that of a saved board');
  }
  const found = v.safeParse(
    v.looseObject({ nasboard: v.literal('state'), version: v.number() }),
    value,
  );
  if (found.success && found.output.version > formatVersion) {
    throw new UsageError(
      `${path} was saved by a newer nasboard: use that one, or another directory`,
    );
  }
  const header = v.safeParse(headerSchema, value);
  if (!header.success) throw damaged(path, 'its first line is not that of a saved board');
  return header.output;
}

function damaged(path: string, why: string): UsageError {
  return new UsageError(
    `${path} is damaged (${why}): put back a copy of it, or delete it for a board fresh from the factory`,
  );
}

function digest(facts: BoardFacts, ...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function writeDurably(path: string, chunks: readonly Uint8Array[]): void {
  const file = openSync(path, 'w', 0o600);
  try {
    for (const chunk of chunks) {
      for (let place = 0; place < chunk.length;) place += writeSync(file, chunk, place);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the rename durable. Windows has no handle on a directory to sync, and needs none. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Errors of the file system are the caller's to mend: wrong directory, no right, full disk. */
function asUsageError(error: unknown, what: string): UsageError {
  if (error instanceof UsageError) return error;
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EEXIST: 'it is a file, not a directory',
    ENOTDIR: 'part of the path is a file, not a directory',
  };
  const detail = error instanceof Error ? error.message : String(error);
  return new UsageError(`${what}: ${reasons[String(codeOf(error))] ?? detail}`, { cause: error });
}

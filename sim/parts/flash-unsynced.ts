import type { Random } from '../kernel/random.ts';
import { FlashDraft, type FlashFile, readFlashFile } from './flash-file.ts';
import { logPool } from './flash-pool.ts';

/** One change that `sync` has not made durable. */
type UnsyncedChange =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number };

/** The changes of one file since it was synced, in order, with copies of the bytes written. */
export class UnsyncedLog {
  readonly changes: UnsyncedChange[] = [];
  #slab: Uint8Array | undefined;
  #slabUsed = 0;

  write(offset: number, bytes: Uint8Array): void {
    this.changes.push({ kind: 'write', offset, bytes: this.#copy(bytes) });
  }

  truncate(size: number): void {
    this.changes.push({ kind: 'truncate', size });
  }

  /** Forgets all of them; nothing of `changes` may be used after this. */
  clear(): void {
    this.changes.length = 0;
    if (this.#slab !== undefined) logPool.give(this.#slab);
    this.#slab = undefined;
  }

  #copy(bytes: Uint8Array): Uint8Array {
    if (bytes.length > logPool.bytes) return new Uint8Array(bytes);
    if (this.#slab === undefined || this.#slabUsed + bytes.length > logPool.bytes) {
      this.#slab = logPool.take();
      this.#slabUsed = 0;
    }
    const copy = this.#slab.subarray(this.#slabUsed, this.#slabUsed + bytes.length);
    copy.set(bytes);
    this.#slabUsed += bytes.length;
    return copy;
  }
}

/** What becomes of un-synced changes when the power fails; `random` chooses for each unit. */
export type UnsyncedFate = 'random' | 'keep' | 'lose' | 'tear' | 'garble';

type UnitFate = Exclude<UnsyncedFate, 'random'>;

/** How many units of un-synced writes met which fate. */
export type FateCounts = Record<UnitFate, number>;

/** How the power fails. */
interface UnsyncedOptions {
  readonly fate: UnsyncedFate;
  /** Bytes that share one fate, aligned; a power of two. */
  readonly tearSize: number;
  readonly random: Random;
  readonly counts: FateCounts;
}

/**
 * What is left of a file when the power fails with changes un-synced. Each change is kept or lost
 * by itself, a write unit by unit and its growth of the file apart from its bytes. A torn unit has
 * one part of the write and lacks the other; a garbled one holds noise from end to end.
 */
export function settleUnsynced(
  durable: FlashFile,
  log: UnsyncedLog,
  options: UnsyncedOptions,
): FlashFile {
  const draft = new FlashDraft(durable);
  // How much of what is under way gets done differs from one power cut to the next.
  const keptChance = options.random.fraction();
  for (const change of log.changes) {
    if (change.kind === 'truncate') {
      if (isSizeKept(options, keptChance)) draft.truncate(change.size);
      continue;
    }
    const end = change.offset + change.bytes.length;
    if (end > draft.size && isSizeKept(options, keptChance)) draft.truncate(end);
    settleWrite(draft, change.offset, change.bytes, { ...options, keptChance });
  }
  return draft.finish();
}

function isSizeKept(options: UnsyncedOptions, keptChance: number): boolean {
  if (options.fate === 'random') return options.random.chance(keptChance);
  return options.fate !== 'lose';
}

function settleWrite(
  draft: FlashDraft,
  offset: number,
  bytes: Uint8Array,
  options: UnsyncedOptions & { readonly keptChance: number },
): void {
  const { tearSize, random, counts } = options;
  const end = Math.min(offset + bytes.length, draft.size);
  for (let unit = offset - (offset % tearSize); unit < end; unit += tearSize) {
    const from = Math.max(unit, offset);
    const to = Math.min(unit + tearSize, end);
    const fate = options.fate === 'random' ? drawFate(random, options.keptChance) : options.fate;
    counts[fate] += 1;
    if (fate === 'keep') {
      draft.write(from, bytes.subarray(from - offset, to - offset));
    } else if (fate === 'tear') {
      const cut = to - from > 1 ? random.integer(from + 1, to - 1) : to;
      const [first, last] = random.chance(0.5) ? [from, cut] : [cut, to];
      draft.write(first, bytes.subarray(first - offset, last - offset));
    } else if (fate === 'garble') {
      draft.write(unit, random.bytes(Math.min(tearSize, draft.size - unit)));
    }
  }
}

function drawFate(random: Random, keptChance: number): UnitFate {
  if (random.chance(0.2)) return random.chance(0.5) ? 'tear' : 'garble';
  return random.chance(keptChance) ? 'keep' : 'lose';
}

/** A copy of the file with one bit turned over, or the same file where it ends before that. */
export function withFlippedBit(file: FlashFile, offset: number, bit: number): FlashFile {
  if (offset >= file.size) return file;
  const byte = new Uint8Array(1);
  readFlashFile(file, offset, byte);
  byte[0] = (byte[0] as number) ^ (1 << bit);
  const draft = new FlashDraft(file);
  draft.write(offset, byte);
  return draft.finish();
}

import { chunkBytes, chunkPool } from './flash-pool.ts';

type Chunk = Uint8Array | undefined;

/**
 * One file as it is at one time. Never changes, so that any number of boards and images share it.
 * A chunk that is absent is all zeros, and so are the bytes of the last one beyond the size.
 */
export interface FlashFile {
  readonly size: number;
  readonly chunks: readonly Chunk[];
}

/** A file that was never written. */
export const emptyFile: FlashFile = { size: 0, chunks: [] };

/** Fills `into` from `offset`; answers how many bytes there were. */
export function readFlashFile(file: FlashFile, offset: number, into: Uint8Array): number {
  const count = Math.min(into.length, file.size - offset);
  if (count <= 0) return 0;
  let done = 0;
  while (done < count) {
    const place = offset + done;
    const start = place % chunkBytes;
    const length = Math.min(count - done, chunkBytes - start);
    const chunk = file.chunks[(place - start) / chunkBytes];
    if (chunk === undefined) into.fill(0, done, done + length);
    else if (length === chunkBytes) into.set(chunk, done);
    else into.set(chunk.subarray(start, start + length), done);
    done += length;
  }
  return count;
}

/** All bytes of a file. */
export function flashFileBytes(file: FlashFile): Uint8Array {
  const bytes = new Uint8Array(file.size);
  readFlashFile(file, 0, bytes);
  return bytes;
}

/** A file with these bytes; they are copied, and pieces of zeros take no room. */
export function flashFileFrom(bytes: Uint8Array): FlashFile {
  const chunks: Chunk[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const piece = bytes.subarray(start, start + chunkBytes);
    if (piece.every((byte) => byte === 0)) {
      chunks.push(undefined);
      continue;
    }
    const chunk = new Uint8Array(chunkBytes);
    chunk.set(piece);
    chunks.push(chunk);
  }
  return { size: bytes.length, chunks };
}

/** A file being changed: it starts as another one and copies of that only what is written to. */
export class FlashDraft implements FlashFile {
  #size: number;
  readonly #chunks: Chunk[];
  /** Which chunks nobody else holds. */
  readonly #isOwn: boolean[] = [];

  constructor(base: FlashFile) {
    this.#size = base.size;
    this.#chunks = base.chunks.slice();
  }

  get size(): number {
    return this.#size;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** Whether nobody but this draft holds the chunk: it was written to. */
  isOwn(index: number): boolean {
    return this.#isOwn[index] === true;
  }

  /** Writes a copy of `bytes` at `offset`; a gap before it becomes zeros. */
  write(offset: number, bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      const place = offset + done;
      const start = place % chunkBytes;
      const index = (place - start) / chunkBytes;
      const length = Math.min(bytes.length - done, chunkBytes - start);
      const chunk = length === chunkBytes ? this.#bareChunk(index) : this.#ownChunk(index);
      chunk.set(bytes.subarray(done, done + length), start);
      done += length;
    }
    if (bytes.length > 0) this.#size = Math.max(this.#size, offset + bytes.length);
    this.#coverSize();
  }

  /** Cuts the file, or extends it with zeros. */
  truncate(size: number): void {
    if (size < this.#size) {
      this.#chunks.length = Math.ceil(size / chunkBytes);
      this.#isOwn.length = this.#chunks.length;
      const rest = size % chunkBytes;
      const last = this.#chunks.length - 1;
      if (rest > 0 && this.#chunks[last] !== undefined) this.#ownChunk(last).fill(0, rest);
    }
    this.#size = size;
    this.#coverSize();
  }

  /** The file as it is now, never to change again: the draft must not be used after this. */
  finish(): FlashFile {
    return { size: this.#size, chunks: this.#chunks };
  }

  /** A chunk to write to, with what it held. */
  #ownChunk(index: number): Uint8Array {
    const present = this.#chunks[index];
    if (present !== undefined && this.#isOwn[index] === true) return present;
    const own = this.#bareChunk(index);
    if (present === undefined) own.fill(0);
    else own.set(present);
    return own;
  }

  /** A chunk to write to from end to end. */
  #bareChunk(index: number): Uint8Array {
    const present = this.#chunks[index];
    if (present !== undefined && this.#isOwn[index] === true) return present;
    const own = chunkPool.take();
    this.#chunks[index] = own;
    this.#isOwn[index] = true;
    return own;
  }

  /** Keeps the list of chunks without holes. */
  #coverSize(): void {
    const wanted = Math.ceil(this.#size / chunkBytes);
    while (this.#chunks.length < wanted) this.#chunks.push(undefined);
  }
}

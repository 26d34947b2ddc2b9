/**
 * Pieces of memory that nobody holds any more, for reuse: making a new array of this size costs
 * ten times as much as filling one. What they contain is undefined, so who takes one fills it.
 */
class Pool {
  readonly bytes: number;
  readonly #free: Uint8Array[] = [];
  readonly #freeMax: number;

  constructor(bytes: number, freeMax: number) {
    this.bytes = bytes;
    this.#freeMax = freeMax;
  }

  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.bytes);
  }

  /** The caller must hold the only reference. */
  give(piece: Uint8Array): void {
    if (this.#free.length < this.#freeMax) this.#free.push(piece);
  }
}

/** Files are kept in pieces of so many bytes; a piece is shared until somebody writes to it. */
export const chunkBytes = 4096;

/** Pieces of files. */
export const chunkPool = new Pool(chunkBytes, 64);

/** Room for the bytes of un-synced writes. */
export const logPool = new Pool(32_768, 8);

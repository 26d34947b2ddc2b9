import { HalError } from '#hal/errors';
import type { RandomSource } from '#hal/random';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';

/** Bytes that one call may ask for. */
const bytesMax = 65_536;

/** The board's random source: seeded, so that a run can be had again. */
export class RandomPart {
  readonly #site: BoardSite;
  #failuresLeft = 0;

  constructor(site: BoardSite) {
    this.#site = site;
  }

  /** The next `count` reads fail with `io`. */
  failReads(count: number): void {
    this.#site.stimulus('random', 'fail-reads', { count });
    this.#failuresLeft = count;
  }

  /** Names of the faults that were ordered and have not taken effect so far. */
  get pendingFaults(): readonly string[] {
    return this.#failuresLeft > 0 ? ['fail-reads'] : [];
  }

  connect(_life: Life): RandomSource {
    return { bytes: (count) => this.#bytes(count) };
  }

  /** Takes faults back; the sequence of bytes goes on. */
  reset(): void {
    this.#failuresLeft = 0;
  }

  #bytes(count: number): Uint8Array {
    if (!Number.isInteger(count) || count < 0 || count > bytesMax) {
      throw new HalError('bad-argument', 'random', `${count} bytes asked for, not 0 to 65,536`);
    }
    if (this.#failuresLeft > 0) {
      this.#failuresLeft -= 1;
      throw new HalError('io', 'random', 'the random source does not answer');
    }
    return this.#site.random('random').bytes(count);
  }
}

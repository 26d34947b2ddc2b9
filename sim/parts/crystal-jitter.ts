import { UsageError } from '../kernel/invariant.ts';
import type { WorldEvent } from '../kernel/event-queue.ts';
import { checkedPpm } from './ppm.ts';
import type { BoardSite } from './site.ts';

/** How a crystal wanders. */
export interface CrystalJitter {
  /** Its error is off by chance, up to so much either way. */
  readonly ppm: number;
  /** So often it is another, of true time. */
  readonly everyUs: number;
}

/** What makes a board's crystal wander by chance, on top of its constant error. */
export class CrystalWander {
  readonly #site: BoardSite;
  readonly #onChange: () => void;
  #event: WorldEvent | undefined;
  #ppm = 0;

  /** `onChange` is called with each new error. */
  constructor(site: BoardSite, onChange: () => void) {
    this.#site = site;
    this.#onChange = onChange;
  }

  /** What to add to the constant error now. */
  get ppm(): number {
    return this.#ppm;
  }

  /**
   * Wanders from now on, first after one interval; without jitter no more. Answers how to tell
   * whether it has moved. While it wanders, an event of the world is pending: no snapshot.
   */
  set(jitter: CrystalJitter | undefined): () => boolean {
    if (this.#event !== undefined) this.#site.world.cancel(this.#event);
    this.#event = undefined;
    if (jitter === undefined) {
      this.#site.stimulus('crystal', 'jitter', { ppm: 0 });
      this.#moveTo(0);
      return () => false;
    }
    const { ppm, everyUs } = jitter;
    checkedPpm(ppm);
    if (!Number.isSafeInteger(everyUs) || everyUs <= 0) {
      throw new UsageError(`a crystal cannot wander every ${everyUs} µs: give whole µs from 1 on`);
    }
    this.#site.stimulus('crystal', 'jitter', { ppm, everyUs });
    let hasMoved = false;
    const arm = (): void => {
      const { world, boardName } = this.#site;
      this.#event = world.after(everyUs, `${boardName}: crystal`, () => {
        const share = 2 * this.#site.random('crystal').fraction() - 1;
        hasMoved = true;
        this.#moveTo(share * ppm);
        arm();
      });
    };
    arm();
    return () => hasMoved;
  }

  #moveTo(ppm: number): void {
    this.#ppm = ppm;
    this.#onChange();
  }
}

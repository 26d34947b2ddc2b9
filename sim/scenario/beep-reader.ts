import type { SimBoard } from '../board.ts';
import type { Beep } from '../parts/buzzer.ts';

/** Counts beeps, so that each is heard once: from the last look on, or from power-on. */
export class BeepReader {
  readonly #board: SimBoard;
  #begun: number;
  #heard = 0;

  /** So many of those that began before are still to be heard; none unless told otherwise. */
  constructor(board: SimBoard, unheard = 0) {
    this.#board = board;
    this.#begun = unheard;
    board.buzzer.onChange((sounding) => {
      if (sounding) this.#begun += 1;
    });
    board.onPower((event) => {
      if (event === 'on') this.#heard = this.#begun;
    });
  }

  /** How many have begun since the last `take`. */
  get unheard(): number {
    return this.#begun - this.#heard;
  }

  /** The first `count` of those that have begun since the last `take`. */
  take(count: number): readonly Beep[] {
    const { unheard } = this;
    this.#heard += count;
    return unheard === 0 ? [] : this.#board.buzzer.beeps.slice(-unheard).slice(0, count);
  }
}

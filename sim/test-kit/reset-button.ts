import type { Bench } from '../bench.ts';
import type { Bounce } from '../parts/reset-button.ts';
import { type Duration, durationUs } from './duration.ts';

/** How a contact behaves. */
export interface PressOptions {
  /** Extra contact edges at each end, spread by chance over a window after the main edge. */
  readonly bounce?: { readonly edges: number; readonly within: Duration };
}

/** After the release the firmware needs so long to be sure that it was none of the bounces. */
const verdictUs = 100_000;

/** Longer than any beep of the appliance. */
const beepMaxUs = 5_000_000;

/** A finger on the RESET button. */
export class TestResetButton {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** The level of the line now. */
  get isPressed(): boolean {
    return this.#bench.board.resetButton.isPressed;
  }

  /**
   * Presses, holds for `span` (main edge to main edge) and releases. Answers once the verdict has
   * fallen and a beep that still sounded has ended: at least 100 ms after the release.
   */
  async hold(span: Duration, options: PressOptions = {}): Promise<void> {
    const { world, board } = this.#bench;
    const { releasedAtUs } = board.resetButton.hold(durationUs(span), bounceOf(options));
    await world.runUntil(releasedAtUs + verdictUs);
    await world.runWhile(() => board.buzzer.isSounding, world.nowUs + beepMaxUs);
  }

  /** Presses and keeps it pressed; time passes only by `bench.advance` and the like. */
  async press(options: PressOptions = {}): Promise<void> {
    this.#bench.board.resetButton.press(bounceOf(options));
    await this.#bench.world.settle();
  }

  /** Lets it go. */
  async release(options: PressOptions = {}): Promise<void> {
    this.#bench.board.resetButton.release(bounceOf(options));
    await this.#bench.world.settle();
  }

  /** Disturbs the line for that long, as interference does. */
  async glitch(span: Duration): Promise<void> {
    this.#bench.board.resetButton.glitch(durationUs(span));
    await this.#bench.world.settle();
  }

  /** The contact sticks closed, or comes loose again. */
  async setStuck(isStuck: boolean): Promise<void> {
    this.#bench.board.resetButton.setStuck(isStuck);
    await this.#bench.world.settle();
  }
}

function bounceOf({ bounce }: PressOptions): Bounce | undefined {
  return bounce && { edges: bounce.edges, withinUs: durationUs(bounce.within) };
}

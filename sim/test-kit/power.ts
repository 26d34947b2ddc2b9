import type { Bench } from '../bench.ts';
import { type Duration, durationUs } from './duration.ts';

/** A hand on the power plug and switch. */
export class TestPower {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get isOn(): boolean {
    return this.#bench.board.isPowered;
  }

  /** Switches on; the board begins to boot (see `bench.ready`). */
  async on(): Promise<void> {
    this.#bench.board.powerOn();
    await this.#bench.world.settle();
  }

  /** Switches off at once. */
  async off(): Promise<void> {
    this.#bench.board.powerOff();
    await this.#bench.world.settle();
  }

  /** Pulls the plug: un-synced writes to the flash meet their fate. */
  async cut(): Promise<void> {
    this.#bench.board.cutPower();
    await this.#bench.world.settle();
  }

  /** Off, and on again after a while; answers when the board begins to boot. */
  async cycle(off: Duration = '1s'): Promise<void> {
    const { board, world } = this.#bench;
    board.powerCycle(durationUs(off));
    await world.runFor(durationUs(off));
  }
}

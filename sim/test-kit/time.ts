import type { World } from '../kernel/world.ts';
import { type Duration, durationUs, formatDuration } from './duration.ts';

/** How long a wait may take. */
export interface WaitOptions {
  /** Simulated time after which waiting fails; 30 s unless told otherwise. */
  readonly timeout?: Duration;
}

/** After so long of simulated time without what was waited for, a wait fails. */
const timeoutOtherwise = '30s';

/** Lets the simulated time of one world pass. */
export class TestTime {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs for exactly that long. */
  async advance(span: Duration): Promise<void> {
    await this.#world.runFor(durationUs(span));
  }

  /** Runs while `wanted` holds, at most for the time-out; answers the time-out as text. */
  async runWhile(wanted: () => boolean, options: WaitOptions = {}): Promise<string> {
    const { timeout = timeoutOtherwise } = options;
    const spanUs = durationUs(timeout);
    await this.#world.runWhile(wanted, this.#world.nowUs + spanUs);
    return formatDuration(spanUs);
  }
}

import { isHalError } from '#hal/errors';
import { BoardClock } from '../kernel/board-clock.ts';
import { Crystal, type CrystalState } from '../kernel/crystal.ts';
import type { World } from '../kernel/world.ts';

/** One power-on of one board: ports are made for it and die with it. */
export interface Life {
  readonly world: World;
  readonly boardName: string;
  /** The monotonic clock of this life. */
  readonly clock: BoardClock;
  /** The crystal that counts this life's µs; it goes on where the CPU hangs. */
  readonly crystal: Crystal;
  /** False from the instant the power fails or the board restarts. */
  readonly isAlive: boolean;
  /** False where the firmware hears nothing any more: the life is over, or its CPU hangs. */
  readonly isListening: boolean;
  /** Hears the end of this life, once, after `isAlive` has become false; in order of joining. */
  onEnd(listener: () => void): void;
  /** A part's fault cuts the power: the life ends at once, as if the plug were pulled. */
  failPower(): void;
}

/** What the board knows of a life: it also makes it hang, and ends it. */
export class BoardLife implements Life {
  readonly world: World;
  readonly boardName: string;
  readonly clock: BoardClock;
  readonly crystal: Crystal;
  readonly #onPowerFailure: (life: BoardLife) => void;
  readonly #endListeners: (() => void)[] = [];
  #isAlive = true;
  #isHung = false;

  /** The clock starts to count from 0 now, or goes on. `onPowerFailure` is to end the life. */
  constructor(options: {
    world: World;
    boardName: string;
    crystalPpm: number;
    /** Where the crystal of a life that goes on stood. */
    crystal?: CrystalState;
    onPowerFailure: (life: BoardLife) => void;
  }) {
    this.world = options.world;
    this.boardName = options.boardName;
    this.#onPowerFailure = options.onPowerFailure;
    const trueUs = options.world.nowUs;
    this.crystal =
      options.crystal === undefined
        ? new Crystal({ trueUs, countUs: 0, ppm: options.crystalPpm })
        : Crystal.restore(options.crystal);
    this.clock = new BoardClock(options.world, this.crystal, options.boardName);
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isListening(): boolean {
    return this.#isAlive && !this.#isHung;
  }

  onEnd(listener: () => void): void {
    this.#endListeners.push(listener);
  }

  failPower(): void {
    if (this.#isAlive) this.#onPowerFailure(this);
  }

  /** The CPU stops: time goes on, but no time-out fires and nothing is heard. */
  hang(): void {
    this.#isHung = true;
    this.clock.stop();
  }

  /** The error of the board's crystal is another from now on. */
  setCrystalPpm(ppm: number): void {
    this.crystal.setPpm(this.world.nowUs, ppm);
    this.clock.crystalChanged();
  }

  /** Ends the life; a second call is no error. */
  end(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.clock.stop();
    for (const listener of this.#endListeners.splice(0)) listener();
  }
}

/** Does it; where the board dies meanwhile, that has no outcome, and is no fault. */
export function unlessItDies<T>(life: Life, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    const hasDied = !life.isAlive && isHalError(error);
    if (hasDied && (error.code === 'power-lost' || error.code === 'closed')) return undefined;
    throw error;
  }
}

import type { HalError, PortName } from '#hal/errors';
import type { BoardFile } from '#hal/linux/board-file';
import type { LinuxClock } from '#hal/linux/clock';
import type { Person } from './person.ts';

/**
 * What became of a check. `skipped`: it could have been made, and was not. `impossible`: no bench
 * without a soldering iron makes it on a board that is in use.
 */
export type CheckRow = {
  readonly name: string;
  readonly elapsedMs: number;
} & (
  | { readonly result: 'passed' }
  | { readonly result: 'failed' | 'skipped' | 'impossible'; readonly reason: string }
);

/** How long things take; tests are less patient. */
export interface Patience {
  /** How long RESET is to be held, once. */
  readonly holdMs: number;
  /** How long it is to be held for all other presses. */
  readonly pressMs: number;
  /** Somebody who is asked for something answers within so long. */
  readonly wishMs: number;
  /** What was done has reached the firmware's side within so long. */
  readonly settleMs: number;
}

/** The patience of people. */
export const ordinaryPatience: Patience = {
  holdMs: 3_000,
  pressMs: 700,
  wishMs: 30_000,
  settleMs: 150,
};

/** Commands of the shell that press RESET and let go of it. */
export interface ActCommands {
  readonly press: string;
  readonly release: string;
}

/** What the checks of a part work with. */
export interface CheckBench {
  readonly file: BoardFile;
  /** As it was given on the command line, to be repeated in advice. */
  readonly path: string;
  readonly clock: LinuxClock;
  readonly patience: Patience;
  /** Whoever is at the terminal; absent where nobody is. */
  readonly person: Person | undefined;
  readonly commands: ActCommands | undefined;
  /** Whether a wire joins what the console sends to what it receives. */
  readonly isLoopedBack: boolean;
  /** Somebody wants the end: what was changed is put back, and nothing more is begun. */
  readonly signal: AbortSignal;
  /** What the drivers have told beside what they were asked. */
  readonly faults: readonly HalError[];
  readonly onFault: (error: HalError) => void;
  /** Lets time pass by the clock; rejects once somebody wants the end. */
  pass(ms: number): Promise<void>;
}

/** The checks of one part of a board. */
export interface PartCheck {
  readonly port: PortName;
  readonly title: string;
  /** Where and by which driver it is, as the board file has it. */
  readonly wiring: string;
  /** What is done to it that people want to know before; absent where nothing is. */
  readonly danger?: string;
  /** Makes the checks, and tells of each as it is made. */
  run(bench: CheckBench, tell: (row: CheckRow) => void): Promise<void>;
}

/** A check that is left out, because somebody said so or nobody can. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}

/** Somebody wants the end. */
export class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor() {
    super('it was stopped');
  }
}

/** Lets time pass, and gives up as soon as somebody wants the end. */
export function passerOf(clock: LinuxClock, signal: AbortSignal): (ms: number) => Promise<void> {
  return (ms) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Stopped());
      const stop = (): void => {
        clock.clearTimeout(timer);
        reject(new Stopped());
      };
      const timer = clock.setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      return signal.addEventListener('abort', stop, { once: true });
    });
}

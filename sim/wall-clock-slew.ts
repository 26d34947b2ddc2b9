import type { World } from './kernel/world.ts';

/** How far a clock is moved, bit by bit, and in which span of true time. */
export interface Slew {
  readonly byUs: number;
  readonly overUs: number;
}

/** The bits are so far apart at most. */
const bitUs = 1_000_000;

/**
 * Moves a clock bit by bit from now on: `move` is called with each bit, and answers whether there
 * was a clock to move. The answer tells whether all have been felt so far, to the end of it.
 */
export function slewClock(
  world: World,
  { byUs, overUs }: Slew,
  move: (byMs: number) => boolean,
): () => boolean {
  const startUs = world.nowUs;
  const bits = Math.ceil(overUs / bitUs);
  let felt = 0;
  const goOn = (done: number): void => {
    const byMs = (partOf(byUs, done + 1, bits) - partOf(byUs, done, bits)) / 1000;
    if (move(byMs)) felt += 1;
    if (done + 1 < bits) arm(done + 1);
  };
  const arm = (done: number): void => {
    world.at(startUs + partOf(overUs, done + 1, bits), 'clock slew', () => goOn(done));
  };
  arm(0);
  return () => felt === bits;
}

/** So much of a whole is done after some of its bits, in whole µs. */
function partOf(wholeUs: number, done: number, bits: number): number {
  return Math.round((wholeUs * done) / bits);
}

import type { Bench } from '../bench.ts';
import type { Stimulus } from '../kernel/trace.ts';
import { standInFor } from './outside.ts';
import { againOf } from './stimuli.ts';

/** A place between the events of a world. */
export interface Place {
  readonly t: number;
  /** So many events of that instant have happened; all that are due, where it is absent. */
  readonly after?: number | undefined;
}

/** How a run is done again. */
export interface PlayOptions {
  /** Where to stop, after the last stimulus. */
  readonly to: Place;
  /** Asked at each stimulus; the first truth ends it. */
  readonly isEnough?: () => boolean;
  /** Hears how far it has got. */
  readonly onStimulus?: (stimulus: Stimulus) => void;
}

/** Whether it follows by itself from what is done again. */
function isConsequence({ fields }: Stimulus): boolean {
  return fields['by'] !== undefined;
}

/**
 * Does on a bench, at the same places, what was done to another that was like it. Rejects with a
 * `UsageError` before anything happens where one of the stimuli cannot be done again.
 */
export async function play(
  bench: Bench,
  stimuli: readonly Stimulus[],
  { to, isEnough, onStimulus }: PlayOptions,
): Promise<void> {
  const { world } = bench;
  const own = stimuli.filter((stimulus) => !isConsequence(stimulus));
  const again = await Promise.all(own.map(againOf));
  standInFor(
    bench,
    stimuli.filter(({ fields }) => fields['by'] === 'host'),
  );
  for (const [place, stimulus] of own.entries()) {
    if (stimulus.together !== true) await world.runToPlace(stimulus.t, stimulus.after);
    if (isEnough?.() === true) return;
    onStimulus?.(stimulus);
    again[place]?.(bench);
  }
  await world.runToPlace(to.t, to.after);
}

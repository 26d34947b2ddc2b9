import { invariant } from '../../kernel/invariant.ts';
import { createRandom, type Random } from '../../kernel/random.ts';
import { parseDuration } from '../duration.ts';
import type { RawFault } from '../timed-fault.ts';
import { faultKinds, type FaultKind } from './fault-kinds.ts';

/** How chance is to spread faults. */
export interface FaultWeights {
  /** How many faults a run has at most, what ends them not counted; at least 1 each. */
  readonly most: number;
  /** The chance of each kind to be off in a run. */
  readonly off: number;
  /** By the name of the kind; 1 unless told otherwise, 0 never. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Without a file. */
export const defaultWeights: FaultWeights = { most: 6, off: 0.5, weights: {} };

/**
 * The faults of one run, in order of time. Each run leaves some kinds out, so that a kind that
 * ends all others (a power cut) does not hide what they do.
 */
export function drawFaults(options: {
  readonly seed: number;
  /** Faults begin before this much time has passed. */
  readonly spanUs: number;
  readonly weights: FaultWeights;
}): readonly RawFault[] {
  const { seed, weights } = options;
  // Chance of its own: with and without faults the board draws the same.
  const random = createRandom(`${seed}/random faults`);
  const kinds = kindsOfRun(random, weights);
  const count = random.integer(1, weights.most);
  const spanUs = Math.max(1, options.spanUs);
  const faults: RawFault[] = [];
  for (let drawn = 0; drawn < count && kinds.length > 0; drawn += 1) {
    const kind = pick(random, kinds);
    faults.push(...kind.draw(random, random.integer(0, spanUs)));
  }
  return faults.sort((a, b) => timeOf(a) - timeOf(b));
}

interface Weighted {
  readonly kind: FaultKind;
  readonly weight: number;
}

/** One kind is always left, where any has a weight. */
function kindsOfRun(random: Random, { off, weights }: FaultWeights): readonly Weighted[] {
  const all = faultKinds
    .map((kind) => ({ kind, weight: weights[kind.name] ?? 1 }))
    .filter(({ weight }) => weight > 0);
  const left = all.filter(() => !random.chance(off));
  if (left.length > 0 || all.length === 0) return left;
  return all.slice(random.integer(0, all.length - 1)).slice(0, 1);
}

function pick(random: Random, kinds: readonly Weighted[]): FaultKind {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.fraction() * total;
  for (const { kind, weight } of kinds) {
    left -= weight;
    if (left < 0) return kind;
  }
  return (kinds.at(-1) as Weighted).kind;
}

function timeOf({ at }: RawFault): number {
  const parsed = parseDuration(at);
  invariant(parsed.ok, 'a drawn fault has a time');
  return parsed.value;
}

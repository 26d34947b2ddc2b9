/** An offset below that is slewed away; from it on the clock steps. */
const slewLimitMs = 128;

/** A slew changes the rate of the clock by so much: 128 ms take 256 s. */
export const slewPpm = 500;

/** After the first sync of a boot, larger offsets are refused unless a person forces them. */
const panicLimitMs = 1_000_000;

/** No crystal is off by more. Bounds hold for those that keep that. */
export const ratePpmMax = 500;

/** A rate that is known moves within a band of so much: temperature, age. Bounds rest on it. */
export const wanderPpm = 10;

/**
 * So much of what a new measurement of the rate says is taken over; of the first one, all. A half
 * lets the noise of a single exchange through no more than half, and forgets it within hours.
 */
const rateGain = 0.5;

/** How an offset is corrected. */
export type Correction = 'slew' | 'step';

/** What becomes of an offset. */
export type OffsetVerdict =
  | { readonly ok: true; readonly how: Correction }
  | { readonly ok: false; readonly reason: 'panic' | 'before-build' };

/** Judges an offset that the servers agree on. `floorMs`: the clock is never set before that. */
export function judgeOffset(
  offsetMs: number,
  now: {
    readonly wallMs: number;
    readonly floorMs: number;
    /** No sync has set the clock since boot: any distance goes. */
    readonly isFirst: boolean;
    readonly isForced: boolean;
  },
): OffsetVerdict {
  if (now.wallMs + offsetMs < now.floorMs) return { ok: false, reason: 'before-build' };
  const isFree = now.isFirst || now.isForced;
  if (!isFree && Math.abs(offsetMs) > panicLimitMs) return { ok: false, reason: 'panic' };
  return { ok: true, how: Math.abs(offsetMs) < slewLimitMs ? 'slew' : 'step' };
}

/** True time at an instant of the monotonic clock, give or take the bound. */
export interface Fix {
  readonly monotonicMs: number;
  readonly trueMs: number;
  readonly boundMs: number;
}

/** What is known of the crystal behind the monotonic clock. */
export interface Rate {
  /** Has to be added to its rate; a crystal that is 50 ppm fast needs -50. */
  readonly ppm: number;
  /** How far the rate may be from the true one. */
  readonly skewPpm: number;
  /** The other end of the next measurement; there from the first sync on. */
  readonly since: Fix | undefined;
}

/** Nothing is known: the crystal may be off by as much as any. */
export const unknownRate: Rate = { ppm: 0, skewPpm: ratePpmMax, since: undefined };

/**
 * Learns from two fixes how fast the crystal really is. It is exact to the sum of their bounds over
 * the time between them: where that says no more than is known already, it waits for a longer time.
 * `isDoubted`: the clock was off by more than it may. So the crystal has changed somewhere between
 * the fixes, and nothing is known of it but the next measurement.
 */
export function learnRate(known: Rate, fix: Fix, isDoubted: boolean): Rate {
  const { since, skewPpm } = known;
  if (isDoubted) return { ppm: known.ppm, skewPpm: ratePpmMax + Math.abs(known.ppm), since: fix };
  if (since === undefined) return { ...known, since: fix };
  const elapsedMs = fix.monotonicMs - since.monotonicMs;
  if (elapsedMs <= 0) return known;
  const errorPpm = ((fix.boundMs + since.boundMs) / elapsedMs) * 1e6;
  const seenPpm = ((fix.trueMs - since.trueMs) / elapsedMs - 1) * 1e6;
  // No crystal does that: time itself has stepped, by a leap second or by force.
  if (Math.abs(seenPpm) > ratePpmMax + errorPpm) return { ...known, since: fix };
  if (errorPpm >= skewPpm) return known;
  const gain = skewPpm >= ratePpmMax ? 1 : rateGain;
  const ppm = known.ppm + gain * (seenPpm - known.ppm);
  return {
    ppm: Math.max(-ratePpmMax, Math.min(ratePpmMax, ppm)),
    skewPpm: (1 - gain) * skewPpm + gain * (errorPpm + wanderPpm),
    since: fix,
  };
}

/**
 * How far the wall clock may be from true time: what it was at the sync, what is not slewed away
 * yet, and what the crystal may have gained or lost since. Holds for crystals within
 * `ratePpmMax` that wander within `wanderPpm`, with an honest majority of servers.
 */
export function errorBoundMs(known: {
  readonly boundMs: number;
  readonly slewLeftMs: number;
  readonly sinceMs: number;
  readonly skewPpm: number;
}): number {
  const { boundMs, slewLeftMs, sinceMs, skewPpm } = known;
  return boundMs + Math.abs(slewLeftMs) + (sinceMs * skewPpm) / 1e6;
}

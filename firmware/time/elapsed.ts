/**
 * Milliseconds between two readings of the monotonic clock, exact to its microsecond resolution:
 * the difference of two doubles alone can be a hair below 3,000 where 3,000 passed.
 */
export function elapsedMs(fromMs: number, toMs: number): number {
  return Math.round((toMs - fromMs) * 1000) / 1000;
}

import { UsageError } from '../kernel/invariant.ts';

/**
 * The error of a crystal, in parts per million, if it can be one: a crystal never runs backward.
 */
export function checkedPpm(ppm: number): number {
  if (Number.isFinite(ppm) && ppm > -1e6) return ppm;
  throw new UsageError(`a crystal cannot be off by ${ppm} ppm: give a number above -1,000,000`);
}

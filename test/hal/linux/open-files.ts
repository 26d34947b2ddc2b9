import { readdirSync } from 'node:fs';

/** How often a leak check opens and closes: briefly, or 10,000 times in the full proof. */
export const openings = process.env['NASBOARD_PROOF'] === 'full' ? 10_000 : 200;

/** A disk takes its time for so many. */
export const openingsLimitMs = 600_000;

/** The descriptors of this process that are open. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

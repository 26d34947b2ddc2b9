const minuteMs = 60_000;

/** Waits after the first, second … failed attempt, ms; the last one again and again. */
const retryWaitsMs: readonly number[] = [0.5, 1, 2, 5, 10, 30, 60].map(
  (minutes) => minutes * minuteMs,
);

/** A mail is dropped after that, unless it is told otherwise. */
export const mailLifeMs = 24 * 60 * minuteMs;

/**
 * A mail is dropped after so many attempts, whatever its age. With those waits the thirtieth ends
 * the day; the others are for boots, each of which tries at once.
 */
export const triesMax = 48;

/** How long to wait after so many failed attempts. */
export function waitAfterMs(tries: number): number {
  return retryWaitsMs[Math.min(tries, retryWaitsMs.length) - 1] ?? mailLifeMs;
}

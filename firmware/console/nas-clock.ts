import type { Services } from '../services.ts';
import { utcText } from '../time/local-time.ts';
import { trustText } from '../time/sync-texts.ts';

/** What people compare with their phone: security codes follow this clock. */
export function nasClockText({
  wallClock,
  timekeeper,
}: Pick<Services, 'wallClock' | 'timekeeper'>): string {
  const trust = trustText(wallClock.trust, timekeeper.status.sinceSyncMs);
  return `The NAS says it is ${utcText(wallClock.nowMs())} (${trust}).`;
}

/** Why no code is taken while the clock is unset. */
export const clockUnsetText = 'The clock of the NAS is not set: security codes cannot be checked.';

/** Asked for where the clock may be set in passing. */
export const newTimePrompt = 'New time (YYYY-MM-DD hh:mm:ss), Enter to go back: ';

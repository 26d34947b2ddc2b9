import type { ClockTrust, WallClock } from '../time/wall-clock.ts';
import { utcText } from '../time/local-time.ts';

const trustTexts: Readonly<Record<ClockTrust, string>> = {
  unset: 'NOT SET',
  rtc: 'rtc, not synchronised',
  manual: 'set by hand, not synchronised',
};

/** What people compare with their phone: security codes follow this clock. */
export function nasClockText(wallClock: Pick<WallClock, 'nowMs' | 'trust'>): string {
  return `The NAS says it is ${utcText(wallClock.nowMs())} (${trustTexts[wallClock.trust]}).`;
}

/** Why no code is taken while the clock is unset. */
export const clockUnsetText = 'The clock of the NAS is not set: security codes cannot be checked.';

/** Asked for where the clock may be set in passing. */
export const newTimePrompt = 'New time (YYYY-MM-DD hh:mm:ss), Enter to go back: ';

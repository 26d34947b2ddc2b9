import type { EventLog } from '../log/event-log.ts';
import type { Settings } from '../settings/settings.ts';
import { firmwareBuildMs } from '../version.ts';
import { parseTime, utcText } from './local-time.ts';
import type { WallClock } from './wall-clock.ts';

/** What setting the clock by hand works with. */
interface ClockSetting {
  readonly settings: Settings;
  readonly wallClock: WallClock;
  readonly log: EventLog;
}

/** What came of a time that a person gave; `text` is a sentence without its full stop. */
type ClockSettingOutcome =
  | { readonly ok: true; readonly isRtcSet: boolean }
  | { readonly ok: false; readonly text: string };

/**
 * Sets the wall clock and the RTC to a time as a person writes it (`parseTime`), and notes in the
 * event log who did it.
 */
export function setClockByHand(
  { settings, wallClock, log }: ClockSetting,
  typed: string,
  by: { readonly user: string; readonly address: string },
): ClockSettingOutcome {
  const parsed = parseTime(typed, settings.get('time.zone'));
  if (!parsed.ok) return parsed;
  const beforeMs = wallClock.nowMs();
  const outcome = wallClock.setManually(parsed.timeMs);
  if (outcome === 'before-build') {
    const built = utcText(firmwareBuildMs);
    return { ok: false, text: `this firmware was built on ${built}; it is later than that` };
  }
  log.append({
    severity: 'info',
    category: 'time',
    text: `clock set from ${utcText(beforeMs)} to ${utcText(parsed.timeMs)}`,
    ...by,
  });
  return { ok: true, isRtcSet: outcome === 'rtc-set' };
}

import type { CronPattern } from './cron.ts';
import { zoneOffsetMs } from './zone.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Between two 29ths of February that are a certain weekday lie 40 years at most. */
const daysMax = 41 * 366;

/**
 * The first point in time from `fromMs` on (UTC, ms since the epoch) at which a pattern is due in a
 * zone; undefined where there is none. Where clocks change, cron's usual rules hold: what falls
 * into a skipped hour is due once, right after it; what falls into a doubled hour is due in its
 * first pass alone. A pattern for every hour, or one with `makesUp: false`, just follows the clock:
 * it is due in both passes, and never in place of a skipped time.
 */
export function nextDueMs(
  pattern: CronPattern,
  zone: string,
  fromMs: number,
  { makesUp = true }: { readonly makesUp?: boolean } = {},
): number | undefined {
  const find = makesUp && !isForEachHour(pattern) ? dueOnce : dueByTheClock;
  return find(pattern, zone, fromMs);
}

/** Whether the pattern names every hour of a day. */
export function isForEachHour({ hours }: CronPattern): boolean {
  return hours.length === 24;
}

/** The first local time from `fromMs` on (as if it were UTC) that a pattern names. */
function nextLocalMs(pattern: CronPattern, fromMs: number): number | undefined {
  const { hours, minutes, months } = pattern;
  const startMs = Math.ceil(fromMs / minuteMs) * minuteMs;
  const firstDayMs = Math.floor(startMs / dayMs) * dayMs;
  for (let day = 0; day < daysMax; day += 1) {
    const midnightMs = firstDayMs + day * dayMs;
    if (!months.includes(new Date(midnightMs).getUTCMonth() + 1)) continue;
    if (!pattern.isDay(midnightMs)) continue;
    for (const hour of hours) {
      const beginMs = midnightMs + hour * hourMs;
      if (beginMs + hourMs <= startMs) continue;
      const found = minutes.find((minute) => beginMs + minute * minuteMs >= startMs);
      if (found !== undefined) return beginMs + found * minuteMs;
    }
  }
  return undefined;
}

function dueOnce(pattern: CronPattern, zone: string, fromMs: number): number | undefined {
  // A skipped time is due at the moment of the change: it counts where that is `fromMs`.
  const justBeforeMs = fromMs - 1;
  let localMs = nextLocalMs(pattern, justBeforeMs + zoneOffsetMs(zone, justBeforeMs));
  while (localMs !== undefined) {
    const dueMs = firstMoment(zone, localMs);
    if (dueMs >= fromMs) return dueMs;
    localMs = nextLocalMs(pattern, localMs + minuteMs);
  }
  return undefined;
}

function dueByTheClock(pattern: CronPattern, zone: string, fromMs: number): number | undefined {
  let startMs = fromMs;
  for (;;) {
    const offsetMs = zoneOffsetMs(zone, startMs);
    const localMs = nextLocalMs(pattern, startMs + offsetMs);
    if (localMs === undefined) return undefined;
    const dueMs = localMs - offsetMs;
    if (zoneOffsetMs(zone, dueMs) === offsetMs) return dueMs;
    startMs = changeBetween(zone, startMs, dueMs);
  }
}

/** When clocks show a local time first, or when they change where they skip it. */
function firstMoment(zone: string, localMs: number): number {
  const offsetBeforeMs = zoneOffsetMs(zone, localMs - dayMs);
  const byOffsetBefore = localMs - offsetBeforeMs;
  const offsetAfterMs = zoneOffsetMs(zone, localMs + dayMs);
  if (offsetBeforeMs === offsetAfterMs) return byOffsetBefore;
  if (zoneOffsetMs(zone, byOffsetBefore) === offsetBeforeMs) return byOffsetBefore;
  const byOffsetAfter = localMs - offsetAfterMs;
  if (zoneOffsetMs(zone, byOffsetAfter) === offsetAfterMs) return byOffsetAfter;
  return changeBetween(zone, byOffsetAfter, byOffsetBefore);
}

/** The minute at which the offset of a zone changes from that at `fromMs` to that at `toMs`. */
function changeBetween(zone: string, fromMs: number, toMs: number): number {
  const offsetMs = zoneOffsetMs(zone, fromMs);
  let before = Math.floor(fromMs / minuteMs);
  let after = Math.floor(toMs / minuteMs);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zoneOffsetMs(zone, middle * minuteMs) === offsetMs) before = middle;
    else after = middle;
  }
  return after * minuteMs;
}

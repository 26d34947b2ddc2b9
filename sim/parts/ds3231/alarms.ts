import { fromBcd, fromHour } from './calendar.ts';

/** Registers of an alarm, with seconds: those of alarm 2 begin with the second 00. */
export type AlarmRegisters = Uint8Array;

/** What the chip shows at a count of seconds. */
export type ShowTime = (seconds: number) => Uint8Array;

const secondsOfDay = 86_400;

/** Two months the one after the other may lack a date; with it a weekday is never as far. */
const daysAhead = 62;

/** The registers of alarm 2 as if it had a seconds register: it goes off at second 00. */
export function withSeconds(alarm2: Uint8Array): AlarmRegisters {
  const [minutes = 0, hours = 0, dayOrDate = 0] = alarm2;
  return Uint8Array.of(0, minutes, hours, dayOrDate);
}

/**
 * The first second after `after` and up to `upTo` at which the alarm matches; undefined where
 * there is none. Masks that the datasheet does not list compare the fields that they do not mask.
 */
export function nextMatch(
  alarm: AlarmRegisters,
  show: ShowTime,
  span: { readonly after: number; readonly upTo: number },
): number | undefined {
  const [seconds = 0, minutes = 0, hours = 0, dayOrDate = 0] = alarm;
  const wanted = { seconds, minutes, hours, dayOrDate };
  if (!canDayCome(dayOrDate)) return undefined;
  const places = clockPlaces(wanted, (show(span.after)[2] ?? 0) & 0x40);
  if (places === undefined) return undefined;
  const firstDay = Math.floor((span.after + 1) / secondsOfDay);
  const lastDay = Math.min(Math.floor(span.upTo / secondsOfDay), firstDay + daysAhead);
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (!isDayWanted(dayOrDate, show(day * secondsOfDay))) continue;
    const least = day === firstDay ? span.after + 1 - day * secondsOfDay : 0;
    const second = firstInDay(places, least);
    if (second === undefined) continue;
    const match = day * secondsOfDay + second;
    return match <= span.upTo ? match : undefined;
  }
  return undefined;
}

/** What the second of the minute, the minute and the hour must be; undefined: any. */
interface ClockPlaces {
  readonly second: number | undefined;
  readonly minute: number | undefined;
  readonly hour: number | undefined;
}

/** Undefined where the clock never shows what the alarm waits for. */
function clockPlaces(
  wanted: { readonly seconds: number; readonly minutes: number; readonly hours: number },
  twelveHourBit: number,
): ClockPlaces | undefined {
  const { seconds, minutes, hours } = wanted;
  const second = isMasked(seconds) ? undefined : fromBcd(seconds);
  const minute = isMasked(minutes) ? undefined : fromBcd(minutes);
  const hour = isMasked(hours) ? undefined : fromHour(hours & 0x7f);
  const isLogical =
    (isMasked(seconds) || (second ?? 60) < 60) &&
    (isMasked(minutes) || (minute ?? 60) < 60) &&
    (isMasked(hours) || (hour !== undefined && (hours & 0x40) === twelveHourBit));
  return isLogical ? { second, minute, hour } : undefined;
}

function canDayCome(dayOrDate: number): boolean {
  if (isMasked(dayOrDate)) return true;
  const value = fromBcd(dayOrDate & 0x3f) ?? 0;
  return value >= 1 && value <= ((dayOrDate & 0x40) === 0 ? 31 : 7);
}

function isDayWanted(dayOrDate: number, shown: Uint8Array): boolean {
  if (isMasked(dayOrDate)) return true;
  const isWeekday = (dayOrDate & 0x40) !== 0;
  return (dayOrDate & 0x3f) === (isWeekday ? shown[3] : shown[4]);
}

/** The first second of a day from `least` on that is wanted. */
function firstInDay({ second, minute, hour }: ClockPlaces, least: number): number | undefined {
  for (let at = hour ?? Math.floor(least / 3600); at <= (hour ?? 23); at += 1) {
    const inHour = Math.max(0, least - at * 3600);
    if (inHour >= 3600) continue;
    for (let to = minute ?? Math.floor(inHour / 60); to <= (minute ?? 59); to += 1) {
      const inMinute = Math.max(0, inHour - to * 60);
      if (inMinute >= 60) continue;
      if (second === undefined || second >= inMinute) {
        return at * 3600 + to * 60 + (second ?? inMinute);
      }
    }
  }
  return undefined;
}

function isMasked(byte: number): boolean {
  return (byte & 0x80) !== 0;
}

/** The parts of a local time. */
export interface LocalFields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** To make one takes thirty times as long as to use it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** A point in time as clocks in that zone (IANA name) show it. */
export function fieldsIn(zone: string, timeMs: number): LocalFields {
  // Spares a board that keeps UTC the loading of the zones.
  if (zone === 'UTC') return fieldsInUtc(timeMs);
  const parts = formatterOf(zone).formatToParts(timeMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((one) => one.type === type)?.value);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

/** The milliseconds since the epoch at which clocks on UTC show that. */
export function utcOf({ year, month, day, hour, minute, second }: LocalFields): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How far the zone is ahead of UTC at a point in time, ms. */
export function zoneOffsetMs(zone: string, timeMs: number): number {
  if (zone === 'UTC') return 0;
  return utcOf(fieldsIn(zone, timeMs)) - Math.floor(timeMs / 1000) * 1000;
}

function fieldsInUtc(timeMs: number): LocalFields {
  const date = new Date(timeMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

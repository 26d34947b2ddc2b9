import type { Settings } from '../settings/settings.ts';
import { fieldsIn, type LocalFields, utcOf, zoneOffsetMs } from './zone.ts';

/** How people here read and write times. */
export interface TimeStyle {
  /** IANA name, for example `Europe/Berlin`. */
  readonly zone: string;
  /** Order and separators, for example `YYYY-M-D`. */
  readonly dateFormat: string;
  readonly hours: 12 | 24;
}

/** The style that the settings say. */
export function timeStyle(settings: Settings): TimeStyle {
  return {
    zone: settings.get('time.zone'),
    dateFormat: settings.get('time.dateFormat'),
    hours: settings.get('time.hours'),
  };
}

/** A point in time as people here write it, with the name of their zone. */
export function localTimeText(timeMs: number, style: TimeStyle): string {
  return `${zonelessTimeText(timeMs, style)} ${style.zone}`;
}

/** The same where the zone is told elsewhere. */
export function zonelessTimeText(timeMs: number, style: TimeStyle): string {
  const fields = fieldsIn(style.zone, timeMs);
  const date = style.dateFormat.replace(/YYYY|M|D/g, (part) =>
    String(part === 'YYYY' ? fields.year : part === 'M' ? fields.month : fields.day),
  );
  const hour = style.hours === 24 ? fields.hour : fields.hour % 12 || 12;
  const half = style.hours === 24 ? '' : fields.hour < 12 ? ' AM' : ' PM';
  const clock = [hour, fields.minute, fields.second].map(twoDigits).join(':');
  return `${date} ${clock}${half}`;
}

/** `2026-11-24 10:00:00 UTC`, whatever the style. */
export function utcText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** What a typed time came to. */
export type ParsedTime =
  | { readonly ok: true; readonly timeMs: number }
  | { readonly ok: false; readonly text: string };

/**
 * Reads `YYYY-MM-DD hh:mm[:ss]`, in the zone of the style unless `Z` or `UTC` follows. An hour that
 * a clock change repeats is taken as its first pass; one that it skips is refused.
 */
export function parseTime(text: string, zone: string): ParsedTime {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))? ?(Z|UTC)?$/i.exec(
    text.trim(),
  );
  if (match === null) return { ok: false, text: 'a time is written YYYY-MM-DD hh:mm:ss' };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  const fields: LocalFields = { year, month, day, hour, minute, second };
  const asUtcMs = utcOf(fields);
  if (!isSame(fieldsIn('UTC', asUtcMs), fields)) {
    return { ok: false, text: 'there is no such day or time of day' };
  }
  if (match[7] !== undefined) return { ok: true, timeMs: asUtcMs };
  const candidates = [-dayMs, dayMs]
    .map((aside) => asUtcMs - zoneOffsetMs(zone, asUtcMs + aside))
    .filter((timeMs) => isSame(fieldsIn(zone, timeMs), fields));
  if (candidates.length > 0) return { ok: true, timeMs: Math.min(...candidates) };
  return { ok: false, text: `a clock change skips that time in ${zone}` };
}

const dayMs = 86_400_000;

function isSame(one: LocalFields, other: LocalFields): boolean {
  return (Object.keys(one) as (keyof LocalFields)[]).every((field) => one[field] === other[field]);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

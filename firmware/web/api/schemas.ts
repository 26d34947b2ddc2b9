import * as v from 'valibot';
import type { Services } from '../../services.ts';
import { clockTrusts } from '../../time/wall-clock.ts';

/** A name, a password or the like as it is typed: how long it may be at most to be looked at. */
const typedMax = 512;

/** Any text that a person types. */
export const typed = v.pipe(v.string(), v.maxLength(typedMax));

/** A code as a person types it. */
export const typedCode = v.pipe(v.string(), v.maxLength(64));

/** An e-mail address as a person types it; the service judges it. */
export const email = v.pipe(v.string(), v.maxLength(254));

/** The name in a path. */
export const named = v.strictObject({ name: typed });

/** A time, UTC. */
export const time = v.pipe(v.string(), v.isoTimestamp());

/** A number in a query. */
export function numberInQuery(min: number, max: number) {
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/),
    v.transform(Number),
    v.minValue(min),
    v.maxValue(max),
  );
}

/** A number in a path. */
export const idInPath = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));

/** Names something that is not known by a number. */
export const opaqueId = v.pipe(v.string(), v.maxLength(64));

/** The appliance's own clock, which codes follow. */
export const clock = v.strictObject({
  time,
  /** IANA name of the time zone of the settings. */
  zone: v.string(),
  /** How far it can be believed; while `unset`, no code is checked. */
  trust: v.picklist(clockTrusts),
  /** Seconds since time servers last agreed with it; null: not since the NAS started. */
  secondsSinceSync: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** UTC as the API writes it. */
export function timeText(timeMs: number): string {
  return new Date(Math.floor(timeMs)).toISOString();
}

/** What the appliance's clock says now. */
export function clockView({
  wallClock,
  settings,
  timekeeper,
}: Pick<Services, 'wallClock' | 'settings' | 'timekeeper'>): v.InferInput<typeof clock> {
  const { trust, sinceSyncMs } = timekeeper.status;
  return {
    time: timeText(wallClock.nowMs()),
    zone: settings.get('time.zone'),
    trust,
    secondsSinceSync: sinceSyncMs === undefined ? null : Math.floor(sinceSyncMs / 1000),
  };
}

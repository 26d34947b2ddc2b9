import * as v from 'valibot';
import type { Services } from '../../services.ts';
import { dateFormats } from '../../settings/definitions.ts';
import { definitions, type SettingKey } from '../../settings/settings.ts';
import { localTimeText, timeStyle } from '../../time/local-time.ts';
import { setClockByHand } from '../../time/manual-setting.ts';
import type { ServerVerdict, SyncOutcome, SyncPoint } from '../../time/timekeeper.ts';
import { problem } from './problems.ts';
import { askerOf, type Routes } from './route.ts';
import { clock, clockView, time, timeText, typed } from './schemas.ts';
import { setSettings } from './settings.ts';

const schemaOf = <K extends SettingKey>(key: K): (typeof definitions)[K]['schema'] =>
  definitions[key].schema;

const ntpFields = {
  enabled: schemaOf('time.ntp.enabled'),
  /** None: those that the network or the maker suggests. */
  servers: schemaOf('time.ntp.servers'),
  every: schemaOf('time.ntp.every'),
  unit: schemaOf('time.ntp.unit'),
};

const timeSettings = {
  zone: schemaOf('time.zone'),
  dateFormat: schemaOf('time.dateFormat'),
  hours: schemaOf('time.hours'),
};

const timePatch = v.partial(
  v.strictObject({ ...timeSettings, ntp: v.partial(v.strictObject(ntpFields)) }),
);

const server = v.strictObject({
  server: v.string(),
  verdict: v.picklist(['agrees', 'falseticker', 'failed', 'waiting']),
  /** How far the clock was from it, and how sure that is; null: it did not answer. */
  offsetMs: v.nullable(v.number()),
  boundMs: v.nullable(v.number()),
  text: v.nullable(v.string()),
});

const how = v.picklist(['slew', 'step']);
const point = { time, offsetMs: v.number(), boundMs: v.number() };
const failure = v.picklist([
  'disabled',
  'no-servers',
  'no-answer',
  'too-few',
  'disagreement',
  'panic',
  'before-build',
]);

const status = v.strictObject({
  clock,
  /** The same as people here write it. */
  text: v.string(),
  settings: v.strictObject({ ...timeSettings, ntp: v.strictObject(ntpFields) }),
  sync: v.strictObject({
    /** Those that are asked. */
    servers: v.array(v.string()),
    isAsking: v.boolean(),
    /** The clock is no farther from true time; null: nobody knows. */
    boundMs: v.nullable(v.number()),
    /** The error of the board's crystal, made up for; positive where it is fast. */
    crystalPpm: v.nullable(v.number()),
    last: v.nullable(v.strictObject({ ...point, how, servers: v.array(server) })),
    /** Of the present row of failures. */
    failure: v.nullable(
      v.strictObject({ time, reason: failure, text: v.string(), servers: v.array(server) }),
    ),
    /** The oldest first. */
    recent: v.array(v.strictObject(point)),
    leapSecond: v.nullable(v.strictObject({ kind: v.picklist(['insert', 'delete']), time })),
  }),
});

const outcome = v.strictObject({
  isSynchronised: v.boolean(),
  text: v.string(),
  /** Why not. */
  reason: v.nullable(failure),
  /** How far the clock was off before, and how sure that is. */
  offsetMs: v.nullable(v.number()),
  boundMs: v.nullable(v.number()),
  how: v.nullable(how),
  servers: v.array(server),
});

const job = v.strictObject({
  name: v.string(),
  summary: v.string(),
  /** As cron writes it, in the time zone of the settings. */
  pattern: v.string(),
  /** Null: never. */
  nextRun: v.nullable(time),
  /** Null: not since the NAS started. */
  lastRun: v.nullable(time),
});

const choices = v.strictObject({
  zones: v.array(v.string()),
  /** Each with the present time as an example. */
  dateFormats: v.array(v.strictObject({ dateFormat: v.string(), example: v.string() })),
});

const common = { tag: 'time', access: 'administrator' } as const;

/** The clock, how it is kept, and what goes by it, for administrators. */
export function addTime(routes: Routes): void {
  addTimeSettings(routes);
  addClock(routes);
  routes.add({
    ...common,
    method: 'GET',
    path: '/time/schedule',
    summary: 'What the appliance does by itself, when next, and when last',
    answer: v.strictObject({ jobs: v.array(job) }),
    handle: async ({ services: { scheduler } }) => {
      await scheduler.load();
      return {
        jobs: scheduler.list().map(({ name, summary, pattern, nextRunMs, lastRunMs }) => ({
          name,
          summary,
          pattern,
          nextRun: nextRunMs === undefined ? null : timeText(nextRunMs),
          lastRun: lastRunMs === undefined ? null : timeText(lastRunMs),
        })),
      };
    },
  });
}

function addTimeSettings(routes: Routes): void {
  routes.add({
    ...common,
    method: 'GET',
    path: '/time',
    summary: 'The clock, its settings, and how it is synchronised',
    answer: status,
    handle: ({ services }) => statusView(services),
  });
  routes.add({
    ...common,
    method: 'PATCH',
    path: '/time',
    summary: 'Changes the settings of the clock: all that are named, or none',
    body: timePatch,
    answer: status,
    handle: (call) => {
      const { ntp = {}, ...others } = call.body;
      const wanted = [
        ...Object.entries(others).map(([name, value]) => [`time.${name}`, value]),
        ...Object.entries(ntp).map(([name, value]) => [`time.ntp.${name}`, value]),
      ] as [SettingKey, unknown][];
      return setSettings(call, wanted) ?? statusView(call.services);
    },
  });
  routes.add({
    ...common,
    method: 'GET',
    path: '/time/choices',
    summary: 'The time zones and date formats there are',
    answer: choices,
    handle: ({ services: { settings, wallClock } }) => {
      const style = timeStyle(settings);
      const nowMs = wallClock.nowMs();
      return {
        zones: ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')],
        dateFormats: dateFormats.map((dateFormat) => ({
          dateFormat,
          example: localTimeText(nowMs, { ...style, dateFormat }),
        })),
      };
    },
  });
}

function addClock(routes: Routes): void {
  routes.add({
    ...common,
    method: 'POST',
    path: '/time/clock',
    summary: 'Sets the clock, and the RTC with it',
    description:
      'In the time zone of the settings (`2027-05-06 09:08:07`), or in UTC with `Z` at the end ' +
      '(`2027-05-06T07:08:07Z`). The next synchronisation corrects it.',
    body: v.strictObject({ time: typed }),
    answer: v.strictObject({ clock, isRtcSet: v.boolean() }),
    problems: ['time-invalid'],
    handle: (call) => {
      const { services, body } = call;
      const { user, address } = askerOf(call);
      const set = setClockByHand(services, body.time, { user, address });
      if (!set.ok) return problem('time-invalid', { detail: `${set.text}.` });
      return { clock: clockView(services), isRtcSet: set.isRtcSet };
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: '/time/sync',
    summary: 'Asks the time servers now; answers when they have given their answers',
    description:
      'With `force` any offset goes, and a minority of the servers will do where the others are ' +
      'silent.',
    body: v.strictObject({ force: v.optional(v.boolean(), false) }),
    answer: outcome,
    handle: async (call) => {
      const { user, address } = askerOf(call);
      const { force } = call.body;
      return outcomeView(await call.services.timekeeper.syncNow({ force, by: { user, address } }));
    },
  });
}

function statusView(services: Services): v.InferInput<typeof status> {
  const { wallClock, settings, timekeeper } = services;
  const { servers, isAsking, boundMs, crystalPpm, lastSync, lastFailure, recent, leap } =
    timekeeper.status;
  return {
    clock: clockView(services),
    text: localTimeText(wallClock.nowMs(), timeStyle(settings)),
    settings: {
      zone: settings.get('time.zone'),
      dateFormat: settings.get('time.dateFormat'),
      hours: settings.get('time.hours'),
      ntp: {
        enabled: settings.get('time.ntp.enabled'),
        servers: settings.get('time.ntp.servers'),
        every: settings.get('time.ntp.every'),
        unit: settings.get('time.ntp.unit'),
      },
    },
    sync: {
      servers: [...servers],
      isAsking,
      boundMs: boundMs ?? null,
      crystalPpm: crystalPpm ?? null,
      last:
        lastSync === undefined
          ? null
          : {
              ...pointView(lastSync),
              how: lastSync.how,
              servers: lastSync.servers.map(serverView),
            },
      failure:
        lastFailure === undefined
          ? null
          : {
              time: timeText(lastFailure.atMs),
              reason: lastFailure.reason,
              text: lastFailure.text,
              servers: lastFailure.servers.map(serverView),
            },
      recent: recent.map(pointView),
      leapSecond: leap === undefined ? null : { kind: leap.kind, time: timeText(leap.atMs) },
    },
  };
}

function pointView({ atMs, offsetMs, boundMs }: SyncPoint) {
  return { time: timeText(atMs), offsetMs, boundMs };
}

function serverView({ server: name, verdict, offsetMs, boundMs, text }: ServerVerdict) {
  return {
    server: name,
    verdict,
    offsetMs: offsetMs ?? null,
    boundMs: boundMs ?? null,
    text: text ?? null,
  };
}

function outcomeView(found: SyncOutcome): v.InferInput<typeof outcome> {
  const servers = found.servers.map(serverView);
  const { text } = found;
  if (!found.ok) {
    const nothing = { offsetMs: null, boundMs: null, how: null };
    return { isSynchronised: false, text, reason: found.reason, ...nothing, servers };
  }
  const { offsetMs, boundMs, how: correction } = found;
  return { isSynchronised: true, text, reason: null, offsetMs, boundMs, how: correction, servers };
}

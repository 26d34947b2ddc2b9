import type { SettingKey } from '../../settings/settings.ts';
import { localTimeText, timeStyle, utcText } from '../../time/local-time.ts';
import { syncPlan } from '../../time/sync-plan.ts';
import { agreementText, amountText, offsetText, trustText } from '../../time/sync-texts.ts';
import type { ServerVerdict, SyncOutcome, TimekeeperStatus } from '../../time/timekeeper.ts';
import { change, misused, note, type CommandContext } from '../command.ts';
import type { Verdict } from '../dialogue.ts';
import { operatingErrorText } from '../operating-error.ts';
import { serialAddress } from '../session.ts';
import { pairsText, tableText } from '../table.ts';
import { verbCommand } from '../verbs.ts';

/** `ntp`: the time servers, and how the clock follows them. */
export const ntp = verbCommand(
  {
    name: 'ntp',
    summary: 'shows how the clock is synchronised, synchronises it, changes how',
    details: [
      'sync     asks the time servers now; --force takes any offset, and the word of a minority',
      'history  the last syncs: how far the clock was off, and how sure that is',
      'servers  sets the list; "none" leaves it to what the network suggests',
      'every    COUNT is 1 to 30, UNIT is hours or days',
    ],
    isForAdministrators: true,
  },
  [
    { name: 'status', form: '', argumentsMin: 0, argumentsMax: 0, run: (_, to) => showStatus(to) },
    {
      name: 'sync',
      form: '[--force]',
      argumentsMin: 0,
      argumentsMax: 1,
      run: ([option], context) => sync(option, context),
    },
    {
      name: 'history',
      form: '',
      argumentsMin: 0,
      argumentsMax: 0,
      run: (_, to) => showHistory(to),
    },
    {
      name: 'servers',
      form: 'HOST…',
      argumentsMin: 1,
      argumentsMax: 16,
      run: (hosts, context) =>
        set('time.ntp.servers', hosts.join() === 'none' ? [] : hosts, context),
    },
    {
      name: 'every',
      form: 'COUNT UNIT',
      argumentsMin: 2,
      argumentsMax: 2,
      run: ([count = '', unit = ''], context) => setSyncInterval(count, unit, context),
    },
    {
      name: 'on',
      form: '',
      argumentsMin: 0,
      argumentsMax: 0,
      run: (_, context) => set('time.ntp.enabled', true, context),
    },
    {
      name: 'off',
      form: '',
      argumentsMin: 0,
      argumentsMax: 0,
      run: (_, context) => set('time.ntp.enabled', false, context),
    },
  ],
);

function showStatus(context: CommandContext): Verdict {
  const { timekeeper, settings } = context.services;
  const { status } = timekeeper;
  const { isEnabled, every, unit } = syncPlan(settings);
  const interval = every === 1 ? unit.slice(0, -1) : `${every} ${unit}`;
  const sure = status.boundMs === undefined ? '' : `, to within ${amountText(status.boundMs)}`;
  context.print(
    pairsText([
      ['Synchronisation', isEnabled ? `on, every ${interval}` : 'OFF'],
      ['Clock', `${trustText(status.trust, status.sinceSyncMs)}${sure}`],
      ...crystalPair(status),
      ...syncPairs(status, context),
    ]),
  );
  const servers = status.lastFailure?.servers ?? status.lastSync?.servers;
  context.print(serverTable(servers ?? status.servers.map((server) => ({ server }))));
  return 'done';
}

type Pair = readonly [string, string];

function crystalPair({ crystalPpm }: TimekeeperStatus): readonly Pair[] {
  if (crystalPpm === undefined) return [];
  const way = crystalPpm < 0 ? 'slow' : 'fast';
  return [['Crystal', `${Math.abs(crystalPpm).toFixed(1)} ppm ${way}, made up for`]];
}

function syncPairs(
  { isAsking, lastSync, lastFailure, leap }: TimekeeperStatus,
  context: CommandContext,
): readonly Pair[] {
  const style = timeStyle(context.services.settings);
  const pairs: Pair[] = [];
  if (lastSync !== undefined) {
    const { atMs, offsetMs, boundMs, how, servers } = lastSync;
    const offset = `offset ${offsetText(offsetMs)}, give or take ${amountText(boundMs)}`;
    const done = how === 'step' ? 'stepped' : 'slewed';
    const what = `${offset}, ${done} (${agreementText(servers)})`;
    pairs.push(['Last sync', `${localTimeText(atMs, style)}: ${what}`]);
  }
  if (lastFailure !== undefined) {
    pairs.push(['Last failure', `${localTimeText(lastFailure.atMs, style)}: ${lastFailure.text}`]);
  }
  if (leap !== undefined) {
    const kind = leap.kind === 'insert' ? 'one second more' : 'one second less';
    pairs.push(['Leap second', `${kind} at ${utcText(leap.atMs)}`]);
  }
  if (isAsking) pairs.push(['Now', 'the servers are being asked']);
  return pairs;
}

function serverTable(
  servers: readonly (Pick<ServerVerdict, 'server'> & Partial<ServerVerdict>)[],
): string {
  if (servers.length === 0) return 'No time server is known. Name some: ntp servers HOST…';
  const rows = servers.map(({ server, verdict = '-', offsetMs, boundMs, text = '' }) => [
    server,
    verdict,
    offsetMs === undefined ? '-' : offsetText(offsetMs),
    boundMs === undefined ? '-' : amountText(boundMs),
    text,
  ]);
  return tableText([['SERVER', 'VERDICT', 'OFFSET', 'GIVE OR TAKE', ''], ...rows]);
}

function showHistory(context: CommandContext): Verdict {
  const { timekeeper, settings } = context.services;
  const style = timeStyle(settings);
  const rows = timekeeper.status.recent.map(({ atMs, offsetMs, boundMs }) => [
    localTimeText(atMs, style),
    offsetText(offsetMs),
    amountText(boundMs),
  ]);
  const table = tableText([['TIME', 'OFFSET', 'GIVE OR TAKE'], ...rows]);
  context.print(rows.length === 0 ? 'Not synchronised since the NAS started.' : table);
  return 'done';
}

/** The answer comes when the servers have given theirs: the prompt does not wait. */
function sync(option: string | undefined, context: CommandContext): Verdict {
  if (option !== undefined && option !== '--force') {
    return misused(context, 'ntp', `"${option}" makes no sense`);
  }
  const { timekeeper } = context.services;
  const force = option === '--force';
  if (force) note(context, { category: 'time', text: 'a sync is forced', severity: 'warning' });
  context.print('The time servers are asked. The result follows.');
  const by = { user: context.user.name, address: serialAddress };
  timekeeper
    .syncNow({ force, by })
    .then((outcome) => tellOf(outcome, context))
    .catch((error: unknown) => tellFailure(error, context));
  return 'done';
}

function tellOf(outcome: SyncOutcome, context: CommandContext): void {
  // Whoever asked may have gone, and somebody else be there.
  const sessions = context.services.sessions.of(context.user.id);
  if (!sessions.some(({ id }) => id === context.sessionId)) return;
  const { text, servers } = outcome;
  const hint = !outcome.ok && outcome.reason === 'panic' ? ' To force it: ntp sync --force' : '';
  if (outcome.ok) context.print(`Result: synchronised, ${text} (${agreementText(servers)}).`);
  else context.print(`Result: not synchronised: ${text}.${hint}`);
}

function tellFailure(error: unknown, context: CommandContext): void {
  try {
    context.print(`Failed: ${operatingErrorText(error)}`);
  } catch (bug) {
    context.control.reportBug(bug);
  }
}

function setSyncInterval(count: string, unit: string, context: CommandContext): Verdict {
  const { settings } = context.services;
  const unitOf = { hour: 'hours', hours: 'hours', day: 'days', days: 'days' } as const;
  const units: 'hours' | 'days' | undefined = unitOf[unit as keyof typeof unitOf];
  if (units === undefined) return misused(context, 'ntp', 'UNIT is hours or days');
  const every = /^\d{1,3}$/.test(count) ? Number(count) : Number.NaN;
  change(context, { category: 'settings', text: `time.ntp set to every ${count} ${units}` }, () => {
    const outcome = settings.setUnchecked('time.ntp.every', every);
    return outcome.ok ? settings.set('time.ntp.unit', units) : outcome;
  });
  return 'done';
}

function set(key: SettingKey, value: unknown, context: CommandContext): Verdict {
  const text = `${key} set to ${JSON.stringify(value)}`;
  change(context, { category: 'settings', text }, () =>
    context.services.settings.setUnchecked(key, value),
  );
  return 'done';
}

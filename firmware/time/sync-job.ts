import type { Settings } from '../settings/settings.ts';
import type { Scheduler } from './schedule.ts';
import { syncPlan, type SyncPlan } from './sync-plan.ts';
import type { Timekeeper } from './timekeeper.ts';

/** What the job works with. */
export interface SyncJobDeps {
  readonly settings: Settings;
  readonly scheduler: Pick<Scheduler, 'add'>;
  readonly timekeeper: Pick<Timekeeper, 'requestSync' | 'status'>;
  /** Of the appliance: it decides when within the hour, or at which hour of the day, it asks. */
  readonly macAddress: string;
}

/**
 * Has the timekeeper ask by the settings. Not all appliances of the world ask at the full hour:
 * servers would see nothing but that. Where cron cannot say "every n", for n does not divide the
 * day, the job is due each hour or each day, and asks where the last sync is as old as it may be.
 */
export function addSyncJob({ settings, scheduler, timekeeper, macAddress }: SyncJobDeps): void {
  const phase = phaseOf(macAddress);
  let plan = syncPlan();
  const job = scheduler.add({
    name: 'ntp-sync',
    summary: 'asks the time servers',
    pattern: cronPattern(plan, phase),
    run() {
      const { sinceSyncMs = Number.POSITIVE_INFINITY } = timekeeper.status;
      if (isCountedByCron(plan) || sinceSyncMs > plan.intervalMs - plan.unitMs / 2) {
        timekeeper.requestSync();
      }
    },
  });
  settings.onChange('time.ntp.', () => {
    plan = syncPlan(settings);
    job.setPattern(cronPattern(plan, phase));
  });
}

interface Phase {
  readonly minute: number;
  readonly hour: number;
}

const hoursADay = 24;

function isCountedByCron({ every, unit }: SyncPlan): boolean {
  return every === 1 || (unit === 'hours' && hoursADay % every === 0);
}

function cronPattern(plan: SyncPlan, { minute, hour }: Phase): string {
  if (plan.unit === 'days') return `${minute} ${hour} * * *`;
  const hours = plan.every > 1 && isCountedByCron(plan) ? `*/${plan.every}` : '*';
  return `${minute} ${hours} * * *`;
}

function phaseOf(macAddress: string): Phase {
  const digits = Number.parseInt(macAddress.replace(/[^0-9A-Fa-f]/g, '').slice(-6), 16) || 0;
  return { minute: digits % 60, hour: Math.floor(digits / 60) % hoursADay };
}

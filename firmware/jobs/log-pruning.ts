import type { EventLog } from '../log/event-log.ts';
import type { Settings } from '../settings/settings.ts';
import type { Job } from '../time/schedule.ts';
import type { WallClock } from '../time/wall-clock.ts';

/** What the pruning of the event log works with. */
export interface LogPruningDeps {
  readonly log: EventLog;
  readonly settings: Settings;
  readonly wallClock: WallClock;
}

const dayMs = 86_400_000;

/** Removes old entries of the event log. */
export function createLogPruningJob({ log, settings, wallClock }: LogPruningDeps): Job {
  return {
    name: 'log-pruning',
    summary: 'removes entries of the event log that are older than log.keepDays',
    pattern: '10 3 * * *',
    run() {
      const keepDays = settings.get('log.keepDays');
      // While nobody knows the time, nobody knows what is old.
      if (keepDays === 0 || wallClock.trust === 'unset') return;
      const count = log.prune(wallClock.nowMs() - keepDays * dayMs);
      if (count === 0) return;
      const text = `${count} entries older than ${keepDays} days removed from the event log`;
      log.append({ severity: 'info', category: 'log', text });
    },
  };
}

import {
  beginUnknownPasswordAges,
  isDisabled,
  notePasswordAgeTold,
  usersWithOldPassword,
} from '../accounts/users.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Notices } from '../notify/notices.ts';
import type { Settings } from '../settings/settings.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { Job } from '../time/schedule.ts';
import type { WallClock } from '../time/wall-clock.ts';

/** What the mails about old passwords work with. */
export interface PasswordAgeDeps {
  readonly store: WatchedStore;
  readonly settings: Settings;
  readonly wallClock: WallClock;
  readonly notices: Notices;
  readonly log: EventLog;
}

const dayMs = 86_400_000;

/** Tells users by mail, once, that their password is older than it should be. */
export function createPasswordAgeJob(deps: PasswordAgeDeps): Job {
  return {
    name: 'password-age',
    summary: 'tells users by mail whose password is older than password.maxAgeDays',
    pattern: '20 8 * * *',
    run: () => tellOfOldPasswords(deps),
  };
}

function tellOfOldPasswords({ store, settings, wallClock, notices, log }: PasswordAgeDeps): void {
  const maxAgeDays = settings.get('password.maxAgeDays');
  if (maxAgeDays === 0 || wallClock.trust === 'unset') return;
  const nowMs = wallClock.nowMs();
  beginUnknownPasswordAges(store, nowMs);
  for (const user of usersWithOldPassword(store, nowMs - maxAgeDays * dayMs)) {
    if (isDisabled(user, nowMs)) continue;
    store.transaction(() => {
      // Who cannot be told now is told once there is a way.
      if (!notices.tell(user, 'password-old')) return;
      notePasswordAgeTold(store, user);
      log.append({
        severity: 'info',
        category: 'accounts',
        text: `«${user.name}» is told that the password is older than ${maxAgeDays} days`,
      });
    });
  }
}

import type { Board } from '#hal/board';
import { createAccess, type AccessServices } from './access/wiring.ts';
import { createAccounts, type Accounts } from './accounts/accounts.ts';
import { createPasswordHasher } from './accounts/password-hash.ts';
import { createShares, type Shares } from './accounts/shares.ts';
import { addJobs } from './jobs/jobs.ts';
import { createEventLog, type EventLog } from './log/event-log.ts';
import { createMailAccounts, type MailAccounts } from './notify/mail-accounts.ts';
import { createMailQueue } from './notify/mail-queue.ts';
import { createNotices, type Notices } from './notify/notices.ts';
import { OutboxService } from './notify/outbox-service.ts';
import type { Outbox } from './notify/outbox.ts';
import type { FirmwareOptions } from './options.ts';
import { createSettings, type Settings } from './settings/settings.ts';
import type { Store } from './store/store.ts';
import { watchStore, type WatchedStore } from './store/watched-store.ts';
import { createScheduler, type Scheduler, type SchedulerRecord } from './time/schedule.ts';
import { addSyncJob } from './time/sync-job.ts';
import { TimekeeperService } from './time/timekeeper-service.ts';
import type { Timekeeper, TimekeeperRecord } from './time/timekeeper.ts';
import type { SteerableClock, WallClock } from './time/wall-clock.ts';
import { createVault } from './two-step/vault.ts';

/** What the faces of the appliance work with, from the moment its store is open. */
export interface Services extends AccessServices {
  readonly board: Board;
  /** Transactions must be made through this one: caches go by what becomes of them. */
  readonly store: WatchedStore;
  readonly wallClock: WallClock;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly shares: Shares;
  readonly log: EventLog;
  readonly mailAccounts: MailAccounts;
  readonly outbox: Outbox;
  readonly notices: Notices;
  readonly timekeeper: Timekeeper;
  /** What is done at certain times of the wall clock. */
  readonly scheduler: Scheduler;
}

/** The services as plain data: what is not in the store. */
export interface ServicesRecord {
  readonly timekeeper: TimekeeperRecord;
  readonly scheduler: SchedulerRecord;
}

/** What may differ, and where failures go that no caller waits for. */
export interface ServicesOptions extends Pick<FirmwareOptions, 'passwordCost'> {
  /** Thrown where they come up unless told otherwise. */
  readonly onFailure?: (error: unknown) => void;
  /** Prints a line on the console. */
  readonly tell?: (text: string) => void;
  /** Goes on from there. */
  readonly resume?: ServicesRecord | undefined;
}

/**
 * Builds the services on an open store. Reads nothing from it yet: that waits for the first use.
 */
export function createServices(
  board: Board,
  rawStore: Store,
  wallClock: SteerableClock,
  options: ServicesOptions = {},
): Services {
  const store = watchStore(rawStore);
  const log = createEventLog(store, wallClock);
  const settings = createSettings(store, (key, problem) =>
    log.append({
      severity: 'warning',
      category: 'settings',
      text: `the stored value of ${key} is not used: ${problem}`,
    }),
  );
  const { identity } = board;
  const hasher = createPasswordHasher(board.random, options.passwordCost ?? 'owasp');
  const shares = createShares(store, board.dataVolume);
  const onFailure = options.onFailure ?? throwOn;
  const vault = createVault(store, identity, board.random);
  const mailAccounts = createMailAccounts({ board, wallClock, store, vault });
  const outbox = new OutboxService({
    board,
    store,
    queue: createMailQueue(store, vault, wallClock),
    accounts: mailAccounts,
    log,
    wallClock,
    onFailure,
  });
  const notices = createNotices(outbox, () => settings.get('network.hostName') || identity.model);
  const accounts = createAccounts({ store, settings, hasher, identity, wallClock, notices });
  const parts = { board, store, wallClock, settings, accounts, log, outbox, notices };
  const access = createAccess({ ...parts, vault, hasher, onFailure });
  const timekeeper = new TimekeeperService({
    board,
    wallClock,
    settings,
    store,
    log,
    tell: options.tell ?? (() => undefined),
    warnAdministrators: () => warnAdministrators(parts),
    onFailure,
    resume: options.resume?.timekeeper,
  });
  const scheduler = createScheduler({
    clock: board.clock,
    wallClock,
    hostWork: board.hostWork,
    zone: () => settings.get('time.zone'),
    onFailure,
    ...(options.resume !== undefined && { resume: options.resume.scheduler }),
  });
  settings.onChange('time.zone', () => scheduler.zoneChanged());
  const macAddress = identity.macAddresses[0] ?? '';
  addSyncJob({ settings, scheduler, timekeeper, macAddress });
  addJobs(scheduler, parts);
  return { ...parts, shares, mailAccounts, timekeeper, scheduler, ...access };
}

/** By mail, those who have an address. */
function warnAdministrators({
  store,
  accounts,
  notices,
}: Pick<Services, 'store' | 'accounts' | 'notices'>): void {
  const administrators = accounts.users().filter(({ isAdministrator }) => isAdministrator);
  store.transaction(() => {
    for (const user of administrators) notices.tell(user, 'clock-holdover');
  });
}

function throwOn(error: unknown): never {
  throw error;
}

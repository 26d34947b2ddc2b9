import type { Board } from '#hal/board';
import { createAccess, type AccessServices } from './access/wiring.ts';
import { createAccounts, type Accounts } from './accounts/accounts.ts';
import { createPasswordHasher } from './accounts/password-hash.ts';
import { createShares, type Shares } from './accounts/shares.ts';
import { createEventLog, type EventLog } from './log/event-log.ts';
import type { FirmwareOptions } from './options.ts';
import { createSettings, type Settings } from './settings/settings.ts';
import type { Store } from './store/store.ts';
import { watchStore, type WatchedStore } from './store/watched-store.ts';
import type { WallClock } from './time/wall-clock.ts';

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
}

/** What may differ, and where failures go that no caller waits for. */
export interface ServicesOptions extends Pick<FirmwareOptions, 'passwordCost'> {
  /** Thrown where they come up unless told otherwise. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * Builds the services on an open store. Reads nothing from it yet: that waits for the first use.
 */
export function createServices(
  board: Board,
  rawStore: Store,
  wallClock: WallClock,
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
  const accounts = createAccounts({ store, settings, hasher, identity, wallClock });
  const shares = createShares(store, board.dataVolume);
  const onFailure = options.onFailure ?? throwOn;
  const parts = { board, store, wallClock, settings, accounts, log };
  return { ...parts, shares, ...createAccess({ ...parts, hasher, onFailure }) };
}

function throwOn(error: unknown): never {
  throw error;
}

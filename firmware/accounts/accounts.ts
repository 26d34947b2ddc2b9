import type { Identity } from '#hal/identity';
import type { Notices } from '../notify/notices.ts';
import type { Settings } from '../settings/settings.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { authenticate, type Authentication } from './authentication.ts';
import { restoreAllAccounts, restoreDefaultAdmin } from './factory-accounts.ts';
import { createGroups, type Groups } from './groups.ts';
import { refused } from './outcome.ts';
import type { PasswordHasher } from './password-hash.ts';
import { passwordProblem, type PasswordPolicy } from './password-policy.ts';
import { createUserChanges, type UserChanges } from './user-changes.ts';
import { allUsers, findUser, findUserById, type User } from './users.ts';

export type { Outcome } from './outcome.ts';
export { defaultAdminName, type User } from './users.ts';

/**
 * Users and groups. Names compare without case. Each call is one transaction, or part of the
 * caller's; a refusal changes nothing. Nothing here writes to the event log: the face does, in the
 * same transaction, for it knows who asked.
 *
 * At least one administrator that is not disabled, and will not be at a date, always remains.
 */
export interface Accounts extends Groups, UserChanges {
  /** Tells a user by name and password; each refusal costs the same time and says the same. */
  authenticate(name: string, password: string): Authentication;
  /** Every user, by name. */
  users(): readonly User[];
  user(name: string): User | undefined;
  userById(id: number): User | undefined;
  /** The password that `admin` has until another is chosen: the MAC address on the label. */
  readonly defaultPassword: string;
  /** `admin` is enabled, an administrator, and has the default password; its sessions end. */
  restoreDefaultAdmin(): void;
  /** All users but `admin`, all groups but the built-in ones go; `admin` as above. */
  restoreAll(): void;
}

/** What the accounts are made of. */
export interface AccountsDeps {
  readonly store: WatchedStore;
  readonly settings: Settings;
  readonly hasher: PasswordHasher;
  readonly identity: Identity;
  readonly wallClock: Pick<WallClock, 'nowMs' | 'trust'>;
  /** Tells users of a new password. */
  readonly notices: Notices;
}

/** The MAC address of the first adapter, upper case, without separators. */
function defaultPasswordOf(identity: Identity): string {
  return (identity.macAddresses[0] ?? '').replace(/[^0-9A-Fa-f]/g, '').toUpperCase();
}

/** The accounts of a store. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, settings, hasher, identity, wallClock, notices } = deps;
  const defaultPassword = defaultPasswordOf(identity);
  const authenticationDeps = { store, hasher, wallClock, defaultPassword };
  return {
    ...createGroups(store),
    ...createUserChanges({
      store,
      hasher,
      notices,
      wallClock,
      refusePassword(userName, password) {
        const policy = policyOf(settings);
        const problem = passwordProblem(password, { userName, policy, defaultPassword });
        return problem && refused(problem.reason, problem.text);
      },
    }),
    defaultPassword,
    authenticate: (name, password) => authenticate(authenticationDeps, name, password),
    users: () => allUsers(store),
    user: (name) => findUser(store, name)?.user,
    userById: (id) => findUserById(store, id),
    restoreDefaultAdmin: () => restoreDefaultAdmin(store),
    restoreAll: () => restoreAllAccounts(store),
  };
}

function policyOf(settings: Settings): PasswordPolicy {
  return {
    lengthMin: settings.get('password.lengthMin'),
    needsDigit: settings.get('password.needsDigit'),
    needsMixedCase: settings.get('password.needsMixedCase'),
    needsSpecial: settings.get('password.needsSpecial'),
    forbidsRepeats: settings.get('password.forbidsRepeats'),
    forbidsUserName: settings.get('password.forbidsUserName'),
  };
}

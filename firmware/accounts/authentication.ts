import { timingSafeEqual } from 'node:crypto';
import { StoreError } from '../store/store-error.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { PasswordHasher } from './password-hash.ts';
import { normalPassword, passwordCharactersMax } from './password-policy.ts';
import { findUser, isDisabled, type StoredUser, type User } from './users.ts';

/** What came of a name and a password. `text` is the same for every refusal. */
export type Authentication =
  | { readonly ok: true; readonly user: User; readonly mustChangePassword: boolean }
  | {
      readonly ok: false;
      /**
       * For the event log, not for whoever tries to log in. `disabled` only where the password was
       * right: with a wrong one nobody learns that there is such a user.
       */
      readonly reason: 'wrong-credentials' | 'disabled';
      readonly text: string;
    };

/** What it takes to tell a user by a password. */
export interface AuthenticationDeps {
  readonly store: WatchedStore;
  readonly hasher: PasswordHasher;
  readonly wallClock: { nowMs(): number };
  /** The password on the label. */
  readonly defaultPassword: string;
}

const loginRefused = 'The user name or the password is wrong.';

/**
 * Tells a user by name and password. Every refusal takes one argon2id computation: for a name that
 * nobody has, a wrong password, and a disabled user alike, so that time tells nothing of who
 * exists, nor whether `admin` still has the password on the label. Only a *success* with that
 * password is quick and leaves argon2 unloaded: it betrays nothing that the success does not.
 */
export function authenticate(
  deps: AuthenticationDeps,
  name: string,
  typed: string,
): Authentication {
  const { store, hasher, wallClock } = deps;
  const found = findUser(store, name);
  const verdict = found === undefined ? 'wrong' : judge(deps, found, typed);
  const isHashed = found?.passwordHash !== undefined && verdict !== 'impossible';
  const isRight = verdict === 'right' || verdict === 'right-rehash';
  if (found !== undefined && isRight && !isDisabled(found.user, wallClock.nowMs())) {
    if (verdict === 'right-rehash') rehash(deps, found.user, typed);
    const { user } = found;
    return { ok: true, user, mustChangePassword: user.usesDefaultPassword };
  }
  if (!isHashed) hasher.spend();
  return { ok: false, reason: isRight ? 'disabled' : 'wrong-credentials', text: loginRefused };
}

/** No password is so long, however its accents are written: such input is not worth any work. */
const typedLengthMax = 8 * passwordCharactersMax;

/** `impossible`: no password is like that, so none was compared. */
type Verdict = 'right' | 'right-rehash' | 'wrong' | 'impossible';

function judge(deps: AuthenticationDeps, found: StoredUser, typed: string): Verdict {
  const { hasher, defaultPassword } = deps;
  if (typed.length > typedLengthMax) return 'impossible';
  const password = normalPassword(typed);
  if (found.passwordHash === undefined) {
    return isSame(password, defaultPassword) ? 'right' : 'wrong';
  }
  const verified = hasher.verify(found.passwordHash, password);
  if (verified === undefined) {
    const whose = `the password hash of user ${found.user.id}`;
    throw new StoreError('damaged', `${whose} cannot be read: set the password anew`);
  }
  if (!verified.isRight) return 'wrong';
  return verified.isRehashDue ? 'right-rehash' : 'right';
}

function rehash({ store, hasher }: AuthenticationDeps, user: User, typed: string): void {
  const hash = hasher.hash(normalPassword(typed));
  store.run('UPDATE users SET password_hash = ? WHERE id = ?', hash, user.id);
}

/** In constant time for a given length of `typed`; the length of the label's is no secret. */
function isSame(typed: string, expected: string): boolean {
  const typedBytes = Buffer.from(typed);
  const expectedBytes = Buffer.from(expected);
  const isSameLength = typedBytes.length === expectedBytes.length;
  // Compared with itself where the lengths differ, so that the work is done all the same.
  return timingSafeEqual(isSameLength ? typedBytes : expectedBytes, expectedBytes) && isSameLength;
}

import type { Notices } from '../notify/notices.ts';
import { normalAddress } from '../notify/mail-address.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { findGroup, noSuchGroup } from './groups.ts';
import { checkedName, nameKey } from './names.ts';
import { done, refused, type Outcome, type Refused } from './outcome.ts';
import type { PasswordHasher } from './password-hash.ts';
import { normalPassword } from './password-policy.ts';
import { builtIn, findUser, lastAdministrator, noSuchUser, type User } from './users.ts';

/** A user to be. */
interface NewUser {
  readonly name: string;
  readonly password: string;
  /** They must exist; `everyone` need not be named. */
  readonly groups?: readonly string[];
}

/** What can be done to users. Names compare without case. */
export interface UserChanges {
  createUser(input: NewUser): Outcome;
  /** Memberships and rights go with the user. `admin` cannot be removed, only disabled. */
  removeUser(name: string): Outcome;
  /** Ends all sessions of the user (`sessionEpoch`), who is told by mail. */
  setPassword(name: string, newPassword: string): Outcome;
  /** Now, or from a time of the wall clock on. Ends all sessions of the user. */
  disableUser(name: string, fromMs?: number): Outcome;
  /** Takes a date to be disabled at away, too. */
  enableUser(name: string): Outcome;
  /** Where notices go; undefined: nowhere. */
  setEmail(name: string, address: string | undefined): Outcome;
}

/** What the changes work with. */
interface ChangeDeps {
  readonly store: WatchedStore;
  readonly hasher: PasswordHasher;
  readonly notices: Notices;
  readonly wallClock: Pick<WallClock, 'nowMs' | 'trust'>;
  /** Why that user may not have that password. */
  readonly refusePassword: (userName: string, password: string) => Refused | undefined;
}

const insertUserSql = `INSERT INTO users (name, name_key, password_kind, password_hash, password_since_ms)
  VALUES (?, ?, 'argon2id', ?, ?)`;
const insertMemberSql = `INSERT OR IGNORE INTO group_members
  SELECT ?, id FROM users WHERE name_key = ?`;
const setPasswordSql = `UPDATE users SET password_kind = 'argon2id', password_hash = ?,
  session_epoch = session_epoch + 1, password_since_ms = ?, password_age_told = 0 WHERE id = ?`;
const disableSql = `UPDATE users SET disabled_from_ms = ?, session_epoch = session_epoch + 1
  WHERE id = ?`;
const enableSql = 'UPDATE users SET disabled_from_ms = NULL WHERE id = ?';

const dropTwoStepSqls = [
  'DELETE FROM two_step WHERE user_id = ?',
  'DELETE FROM remembered_devices WHERE user_id = ?',
  'DELETE FROM login_tokens WHERE user_id = ?',
  "DELETE FROM two_step_enforced WHERE holder = 'user' AND holder_id = ?",
];

/** Far enough in the past for any clock: a user disabled by hand stays so when a clock steps. */
const disabledByHand = 0;

/** The changes to the users of a store. */
export function createUserChanges(deps: ChangeDeps): UserChanges {
  const { store, hasher, notices, refusePassword } = deps;
  const withUser = (name: string, change: (user: User) => Outcome): Outcome => {
    const found = findUser(store, name);
    return found === undefined ? noSuchUser(name) : change(found.user);
  };
  return {
    createUser: (input) => createUser(deps, input),
    removeUser: (name) => withUser(name, (user) => removeUser(store, user)),
    setPassword: (name, newPassword) =>
      withUser(name, (user) => {
        const refusal = refusePassword(user.name, newPassword);
        if (refusal !== undefined) return refusal;
        const hash = hasher.hash(normalPassword(newPassword));
        store.transaction(() => {
          store.run(setPasswordSql, hash, knownNowMs(deps), user.id);
          notices.tell(user, 'password-changed');
        });
        return done;
      }),
    disableUser: (name, fromMs = disabledByHand) =>
      withUser(name, (user) => {
        const refusal = lastAdministrator(store, user);
        if (refusal !== undefined) return refusal;
        store.run(disableSql, Math.floor(fromMs), user.id);
        return done;
      }),
    enableUser: (name) =>
      withUser(name, (user) => {
        store.run(enableSql, user.id);
        return done;
      }),
    setEmail: (name, address) =>
      withUser(name, (user) => {
        const email = address === undefined ? null : normalAddress(address);
        if (email === undefined) return refused('email-invalid', 'That is no e-mail address.');
        store.run('UPDATE users SET email = ? WHERE id = ?', email, user.id);
        return done;
      }),
  };
}

/** When a password is set; nobody knows while the clock is not set. */
function knownNowMs({ wallClock }: ChangeDeps): number | null {
  return wallClock.trust === 'unset' ? null : Math.floor(wallClock.nowMs());
}

function createUser(deps: ChangeDeps, input: NewUser): Outcome {
  const { store, hasher, refusePassword } = deps;
  const checked = checkedName('user', input.name);
  if (!checked.ok) return checked;
  const { value: name } = checked;
  if (findUser(store, name) !== undefined) {
    return refused('name-taken', `There is a user «${name}» already.`);
  }
  const groupIds: number[] = [];
  for (const groupName of input.groups ?? []) {
    const group = findGroup(store, groupName);
    if (group === undefined) return noSuchGroup(groupName);
    if (group.id !== builtIn.everyoneId) groupIds.push(group.id);
  }
  const refusal = refusePassword(name, input.password);
  if (refusal !== undefined) return refusal;
  const hash = hasher.hash(normalPassword(input.password));
  store.transaction(() => {
    store.run(insertUserSql, name, nameKey(name), hash, knownNowMs(deps));
    for (const groupId of groupIds) store.run(insertMemberSql, groupId, nameKey(name));
  });
  return done;
}

function removeUser(store: WatchedStore, user: User): Outcome {
  if (user.id === builtIn.adminId) {
    return refused('built-in', `«${user.name}» cannot be removed: disable it instead.`);
  }
  const refusal = lastAdministrator(store, user);
  if (refusal !== undefined) return refusal;
  store.transaction(() => {
    store.run('DELETE FROM group_members WHERE user_id = ?', user.id);
    store.run("DELETE FROM share_rights WHERE holder = 'user' AND holder_id = ?", user.id);
    for (const sql of dropTwoStepSqls) store.run(sql, user.id);
    store.run('DELETE FROM users WHERE id = ?', user.id);
  });
  return done;
}

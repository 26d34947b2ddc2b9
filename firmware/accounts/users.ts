import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { nameKey } from './names.ts';
import { refused, type Refused } from './outcome.ts';

/** A user as the store says at this moment. */
export interface User {
  /** Never given to another user, not even after this one is removed. */
  readonly id: number;
  readonly name: string;
  readonly isAdministrator: boolean;
  /** From when on the user cannot log in (UTC, ms since the epoch; 0: disabled by hand). */
  readonly disabledFromMs: number | undefined;
  readonly usesDefaultPassword: boolean;
  /**
   * Counts what ends all of the user's sessions: a new password, being disabled, a reset. A session
   * is good only while the user with its `id` is there and has the epoch it was made in.
   */
  readonly sessionEpoch: number;
  /** Where notices go; undefined: nowhere. */
  readonly email: string | undefined;
}

/** The account that every appliance has; it can be disabled, but neither removed nor renamed. */
export const defaultAdminName = 'admin';

/** Ids that the first migration gives out. */
export const builtIn = { adminId: 1, administratorsId: 1, everyoneId: 2 } as const;

/** A user with what only the authentication may see. */
export interface StoredUser {
  readonly user: User;
  /** A PHC string; undefined where the password is the one on the label. */
  readonly passwordHash: string | undefined;
}

interface UserRow extends Row {
  readonly id: number;
  readonly name: string;
  readonly password_hash: string | null;
  readonly disabled_from_ms: number | null;
  readonly session_epoch: number;
  readonly email: string | null;
  readonly is_administrator: number;
}

const selectUsers = `SELECT id, name, password_hash, disabled_from_ms, session_epoch, email,
  EXISTS (SELECT 1 FROM group_members
    WHERE group_id = ${builtIn.administratorsId} AND user_id = users.id) AS is_administrator
  FROM users`;
const oneUserSql = `${selectUsers} WHERE name_key = ?`;
const userByIdSql = `${selectUsers} WHERE id = ?`;
const allUsersSql = `${selectUsers} ORDER BY name_key`;

/** Every user, by name. */
export function allUsers(store: WatchedStore): readonly User[] {
  return store.rows<UserRow>(allUsersSql).map((row) => storedUser(row).user);
}

/** The user of that name, without regard to case. */
export function findUser(store: WatchedStore, name: string): StoredUser | undefined {
  const row = store.row<UserRow>(oneUserSql, nameKey(name));
  return row && storedUser(row);
}

/** The user with that id. */
export function findUserById(store: WatchedStore, id: number): User | undefined {
  const row = store.row<UserRow>(userByIdSql, id);
  return row && storedUser(row).user;
}

const noteAgesSql = `UPDATE users SET password_since_ms = ?
  WHERE password_since_ms IS NULL AND password_hash IS NOT NULL`;
const oldPasswordsSql = `${selectUsers} WHERE password_since_ms <= ? AND password_age_told = 0
  ORDER BY name_key`;

/** A password of unknown age counts from now on: it is at least that old. */
export function beginUnknownPasswordAges(store: WatchedStore, nowMs: number): void {
  store.run(noteAgesSql, Math.floor(nowMs));
}

/** Users who have had the same password since then or longer and were not told so yet. */
export function usersWithOldPassword(store: WatchedStore, sinceMs: number): readonly User[] {
  return store
    .rows<UserRow>(oldPasswordsSql, Math.floor(sinceMs))
    .map((row) => storedUser(row).user);
}

/** The user was told of the age of the password: not again until there is another one. */
export function notePasswordAgeTold(store: WatchedStore, user: User): void {
  store.run('UPDATE users SET password_age_told = 1 WHERE id = ?', user.id);
}

/** The refusal where there is no such user. */
export function noSuchUser(name: string): Refused {
  return refused('no-such-user', `There is no user «${name}».`);
}

/** Whether the user cannot log in at that time. */
export function isDisabled(user: User, nowMs: number): boolean {
  return user.disabledFromMs !== undefined && user.disabledFromMs <= nowMs;
}

const otherAdministratorSql = `SELECT 1 AS found FROM users JOIN group_members ON user_id = id
  WHERE group_id = ${builtIn.administratorsId} AND disabled_from_ms IS NULL AND id <> ? LIMIT 1`;

/**
 * The refusal where nobody but this user holds the appliance. Only administrators without a date to
 * be disabled at count: those with one are gone from then on, with nobody there to refuse it.
 */
export function lastAdministrator(store: WatchedStore, user: User): Refused | undefined {
  if (!user.isAdministrator || user.disabledFromMs !== undefined) return undefined;
  if (store.row(otherAdministratorSql, user.id) !== undefined) return undefined;
  return refused(
    'last-administrator',
    `«${user.name}» is the last enabled administrator: enable or make another one first.`,
  );
}

function storedUser(row: UserRow): StoredUser {
  return {
    user: {
      id: row.id,
      name: row.name,
      isAdministrator: row.is_administrator === 1,
      disabledFromMs: row.disabled_from_ms ?? undefined,
      usesDefaultPassword: row.password_hash === null,
      sessionEpoch: row.session_epoch,
      email: row.email ?? undefined,
    },
    passwordHash: row.password_hash ?? undefined,
  };
}

import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { builtIn, type User } from './users.ts';

/** A shared folder: a name for a directory at the root of the data volume. */
export interface Share {
  readonly id: number;
  readonly name: string;
  readonly directory: string;
}

/** What somebody may do in a shared folder. */
export type Access = 'none' | 'read' | 'write';

/** A right that was given, as opposed to what follows from all of them. */
export interface ShareRight {
  readonly holder: 'user' | 'group';
  readonly name: string;
  readonly access: Access;
}

/**
 * What a user may do in a shared folder:
 * 1. a right given to the user decides;
 * 2. else `none` given to one of the user's groups decides;
 * 3. else the user has the most that one of the groups has;
 * 4. where no right was given, there is no access.
 */
export function accessFrom(given: {
  readonly user: Access | undefined;
  readonly groups: readonly Access[];
}): Access {
  if (given.user !== undefined) return given.user;
  if (given.groups.includes('none')) return 'none';
  if (given.groups.includes('write')) return 'write';
  return given.groups.includes('read') ? 'read' : 'none';
}

interface GivenRow extends Row {
  readonly holder: 'user' | 'group';
  readonly access: Access;
}

const givenSql = `SELECT holder, access FROM share_rights WHERE share_id = ?1 AND (
  (holder = 'user' AND holder_id = ?2) OR
  (holder = 'group' AND (holder_id = ${builtIn.everyoneId} OR
    holder_id IN (SELECT group_id FROM group_members WHERE user_id = ?2))))`;

/** What the user may do in the share, by the rights that the store holds. */
export function accessOf(store: WatchedStore, shareId: number, user: User): Access {
  const given = store.rows<GivenRow>(givenSql, shareId, user.id);
  const groups = given.filter(({ holder }) => holder === 'group').map(({ access }) => access);
  return accessFrom({ user: given.find(({ holder }) => holder === 'user')?.access, groups });
}

interface RightRow extends Row {
  readonly holder: 'user' | 'group';
  readonly name: string;
  readonly access: Access;
}

const rightsSql = `SELECT 'user' AS holder, name, name_key, access FROM share_rights
    JOIN users ON users.id = holder_id WHERE holder = 'user' AND share_id = ?1
  UNION ALL SELECT 'group', name, name_key, access FROM share_rights
    JOIN user_groups ON user_groups.id = holder_id WHERE holder = 'group' AND share_id = ?1
  ORDER BY 1 DESC, 3`;

/** The rights given in the share: users first, by name. */
export function rightsOf(store: WatchedStore, shareId: number): readonly ShareRight[] {
  const rows = store.rows<RightRow>(rightsSql, shareId);
  return rows.map(({ holder, name, access }) => ({ holder, name, access }));
}

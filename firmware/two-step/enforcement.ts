import { builtIn } from '../accounts/users.ts';
import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';

/** Somebody or some group that 2-step verification is enforced on. */
export interface Enforced {
  readonly id: number;
  readonly name: string;
}

interface EnforcedRow extends Row, Enforced {}

const namedSql = `SELECT 1 AS found FROM two_step_enforced
  WHERE holder = 'user' AND holder_id = ?`;
const throughSql = `SELECT id, name FROM user_groups
  WHERE id IN (SELECT holder_id FROM two_step_enforced WHERE holder = 'group')
  AND (id = ${builtIn.everyoneId}
    OR EXISTS (SELECT 1 FROM group_members WHERE group_id = user_groups.id AND user_id = ?))
  ORDER BY name_key`;
const usersSql = `SELECT id, name FROM users
  WHERE id IN (SELECT holder_id FROM two_step_enforced WHERE holder = 'user') ORDER BY name_key`;
const groupsSql = `SELECT id, name FROM user_groups
  WHERE id IN (SELECT holder_id FROM two_step_enforced WHERE holder = 'group') ORDER BY name_key`;
const addSql = 'INSERT OR IGNORE INTO two_step_enforced VALUES (?, ?)';
const removeSql = 'DELETE FROM two_step_enforced WHERE holder = ? AND holder_id = ?';

/**
 * On whom 2-step verification is enforced. What is stored is who was named; membership is looked
 * up each time, so that whoever joins a group is enforced from then on.
 */
export interface Enforcement {
  isNamed(userId: number): boolean;
  /** The groups of the user that it is enforced on. */
  groupsOf(userId: number): readonly Enforced[];
  isEnforced(userId: number): boolean;
  users(): readonly Enforced[];
  groups(): readonly Enforced[];
  groupName(groupId: number): string | undefined;
  set(holder: 'user' | 'group', id: number, isOn: boolean): void;
  removeAll(): void;
}

/** The enforcement of a store. */
export function createEnforcement(store: WatchedStore): Enforcement {
  const isNamed = (userId: number): boolean => store.row(namedSql, userId) !== undefined;
  const groupsOf = (userId: number): readonly Enforced[] =>
    store.rows<EnforcedRow>(throughSql, userId);
  return {
    isNamed,
    groupsOf,
    isEnforced: (userId) => isNamed(userId) || groupsOf(userId).length > 0,
    users: () => store.rows<EnforcedRow>(usersSql),
    groups: () => store.rows<EnforcedRow>(groupsSql),
    groupName: (groupId) =>
      store.row<{ name: string }>('SELECT name FROM user_groups WHERE id = ?', groupId)?.name,
    set: (holder, id, isOn) => void store.run(isOn ? addSql : removeSql, holder, id),
    removeAll: () => void store.run('DELETE FROM two_step_enforced'),
  };
}

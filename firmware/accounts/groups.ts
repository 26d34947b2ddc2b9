import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { checkedName, nameKey } from './names.ts';
import { done, refused, type Outcome, type Refused } from './outcome.ts';
import { allUsers, builtIn, findUser, lastAdministrator, noSuchUser } from './users.ts';

/** A group of users. */
interface Group {
  readonly id: number;
  readonly name: string;
  /** `administrators` and `everyone`: they cannot be removed. */
  readonly isBuiltIn: boolean;
  /** Names of the users in it, sorted. */
  readonly members: readonly string[];
}

/** The groups. `everyone` holds every user, always. Names compare without case. */
export interface Groups {
  groups(): readonly Group[];
  group(name: string): Group | undefined;
  createGroup(name: string): Outcome;
  /** Its rights go with it; its members stay as users. */
  removeGroup(name: string): Outcome;
  /** One who is in it already is no error. */
  addMember(member: { readonly group: string; readonly user: string }): Outcome;
  /** One who is not in it is no error. */
  removeMember(member: { readonly group: string; readonly user: string }): Outcome;
}

interface GroupRow extends Row {
  readonly id: number;
  readonly name: string;
}

const oneGroupSql = 'SELECT id, name FROM user_groups WHERE name_key = ?';
const allGroupsSql = 'SELECT id, name FROM user_groups ORDER BY name_key';
const membersSql = `SELECT name FROM users JOIN group_members ON user_id = id
  WHERE group_id = ? ORDER BY name_key`;

/** Ids of groups are given out again: a new group must not be enforced by what the old one was. */
const dropEnforcementSql = "DELETE FROM two_step_enforced WHERE holder = 'group' AND holder_id = ?";

/** Finds a group by its name, without regard to case. */
export function findGroup(
  store: WatchedStore,
  name: string,
): { readonly id: number; readonly name: string } | undefined {
  return store.row<GroupRow>(oneGroupSql, nameKey(name));
}

/** The refusal where there is no such group. */
export function noSuchGroup(name: string): Refused {
  return refused('no-such-group', `There is no group «${name}».`);
}

/** Writes a membership; one that is there already stays. */
export function addToGroup(store: WatchedStore, groupId: number, userId: number): void {
  store.run('INSERT OR IGNORE INTO group_members VALUES (?, ?)', groupId, userId);
}

/** The groups of a store. */
export function createGroups(store: WatchedStore): Groups {
  const withMembers = ({ id, name }: GroupRow): Group => ({
    id,
    name,
    isBuiltIn: isBuiltIn(id),
    members:
      id === builtIn.everyoneId
        ? allUsers(store).map((user) => user.name)
        : store.rows<{ name: string }>(membersSql, id).map((row) => row.name),
  });

  return {
    groups: () => store.rows<GroupRow>(allGroupsSql).map(withMembers),
    group(name) {
      const row = store.row<GroupRow>(oneGroupSql, nameKey(name));
      return row && withMembers(row);
    },
    createGroup(typed) {
      const checked = checkedName('group', typed);
      if (!checked.ok) return checked;
      const { value: name } = checked;
      if (findGroup(store, name) !== undefined) {
        return refused('name-taken', `There is a group «${name}» already.`);
      }
      store.run('INSERT INTO user_groups (name, name_key) VALUES (?, ?)', name, nameKey(name));
      return done;
    },
    removeGroup(name) {
      const group = findGroup(store, name);
      if (group === undefined) return noSuchGroup(name);
      if (isBuiltIn(group.id)) {
        return refused('built-in', `The group «${group.name}» is always there.`);
      }
      dropGroup(store, group.id);
      return done;
    },
    addMember(member) {
      const group = findGroup(store, member.group);
      if (group === undefined) return noSuchGroup(member.group);
      const found = findUser(store, member.user);
      if (found === undefined) return noSuchUser(member.user);
      if (group.id !== builtIn.everyoneId) addToGroup(store, group.id, found.user.id);
      return done;
    },
    removeMember(member) {
      const group = findGroup(store, member.group);
      if (group === undefined) return noSuchGroup(member.group);
      const found = findUser(store, member.user);
      if (found === undefined) return noSuchUser(member.user);
      const { user } = found;
      if (group.id === builtIn.everyoneId) {
        return refused('built-in', `Every user is in «${group.name}».`);
      }
      if (group.id === builtIn.administratorsId) {
        if (user.id === builtIn.adminId) {
          return refused('built-in', `«${user.name}» is always in «${group.name}».`);
        }
        const refusal = lastAdministrator(store, user);
        if (refusal !== undefined) return refusal;
      }
      const sql = 'DELETE FROM group_members WHERE group_id = ? AND user_id = ?';
      store.run(sql, group.id, user.id);
      return done;
    },
  };
}

function dropGroup(store: WatchedStore, groupId: number): void {
  store.transaction(() => {
    store.run('DELETE FROM group_members WHERE group_id = ?', groupId);
    store.run("DELETE FROM share_rights WHERE holder = 'group' AND holder_id = ?", groupId);
    store.run(dropEnforcementSql, groupId);
    store.run('DELETE FROM user_groups WHERE id = ?', groupId);
  });
}

function isBuiltIn(groupId: number): boolean {
  return groupId === builtIn.administratorsId || groupId === builtIn.everyoneId;
}

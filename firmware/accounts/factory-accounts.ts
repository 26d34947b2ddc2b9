import type { WatchedStore } from '../store/watched-store.ts';
import { addToGroup } from './groups.ts';
import { builtIn, defaultAdminName } from './users.ts';

const { adminId, administratorsId, everyoneId } = builtIn;

const restoreAdminSql = `INSERT INTO users (id, name, name_key, password_kind)
  VALUES (${adminId}, '${defaultAdminName}', '${defaultAdminName}', 'default')
  ON CONFLICT (id) DO UPDATE SET password_kind = 'default', password_hash = NULL,
    disabled_from_ms = NULL, session_epoch = session_epoch + 1, password_since_ms = NULL,
    password_age_told = 0`;

/** Ids of groups are given out again: no right must wait for a new group that gets one. */
const dropRightsSql = `DELETE FROM share_rights
  WHERE (holder = 'user' AND holder_id <> ${adminId})
    OR (holder = 'group' AND holder_id NOT IN (${administratorsId}, ${everyoneId}))`;

/** Enables `admin`, as an administrator with the default password, and ends its sessions. */
export function restoreDefaultAdmin(store: WatchedStore): void {
  store.transaction(() => {
    store.run(restoreAdminSql);
    addToGroup(store, administratorsId, adminId);
  });
}

/** Leaves the users and groups of a new appliance. */
export function restoreAllAccounts(store: WatchedStore): void {
  store.transaction(() => {
    store.run('DELETE FROM users WHERE id <> ?', adminId);
    store.run('DELETE FROM user_groups WHERE id NOT IN (?, ?)', administratorsId, everyoneId);
    store.run('DELETE FROM group_members');
    store.run('DELETE FROM login_tokens');
    store.run('UPDATE users SET email = NULL');
    store.run(dropRightsSql);
    restoreDefaultAdmin(store);
  });
}

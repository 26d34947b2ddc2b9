import type { DataVolume } from '#hal/data-volume';
import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { findGroup, noSuchGroup } from './groups.ts';
import { checkedName, nameKey } from './names.ts';
import { done, refused, type Answer, type Outcome } from './outcome.ts';
import { createShareFiles, type ShareFiles } from './share-files.ts';
import { accessOf, rightsOf, type Access, type Share, type ShareRight } from './share-rights.ts';
import { builtIn, findUser, noSuchUser, type User } from './users.ts';

export type { SharePath } from './share-files.ts';

/** To whom a right is given. */
export type RightHolder = { readonly user: string } | { readonly group: string };

/**
 * Shared folders. Names compare without case. A share is a row in the store and a directory on the
 * data volume; removing the one never touches the other, so a share made again under its old name
 * shows its old data. Nothing here writes to the event log: the face does.
 */
export interface Shares extends ShareFiles {
  /** By name. */
  list(): readonly Share[];
  share(name: string): Share | undefined;
  /** Members of `administrators` may write in it, nobody else has a right to it. */
  create(name: string): Outcome;
  /** Its rights go, its data stays. */
  remove(name: string): Outcome;
  /** Every right given in the share; undefined where there is no such share. */
  rights(name: string): readonly ShareRight[] | undefined;
  /** Gives a right in place of the one given before; `unset` takes it away. */
  grant(right: {
    readonly share: string;
    readonly to: RightHolder;
    readonly access: Access | 'unset';
  }): Outcome;
  /** What follows from all rights given; the rule is at `accessFrom`. */
  accessOf(user: User, share: string): Access;
  /** `Public` alone, open to everyone. The data stays. */
  restoreAll(): void;
}

interface ShareRow extends Row {
  readonly id: number;
  readonly name: string;
  readonly directory: string;
}

const oneShareSql = 'SELECT id, name, directory FROM shares WHERE name_key = ?';
const allSharesSql = 'SELECT id, name, directory FROM shares ORDER BY name_key';
const insertShareSql = 'INSERT INTO shares (name, name_key, directory) VALUES (?, ?, ?)';
const firstRightSql = `INSERT INTO share_rights
  SELECT id, 'group', ${builtIn.administratorsId}, 'write' FROM shares WHERE name_key = ?`;
const setRightSql = 'INSERT OR REPLACE INTO share_rights VALUES (?, ?, ?, ?)';
const unsetRightSql = `DELETE FROM share_rights
  WHERE share_id = ? AND holder = ? AND holder_id = ?`;
const publicShare = { id: 1, name: 'Public' } as const;

/** The shared folders of a store and a data volume. */
export function createShares(store: WatchedStore, dataVolume: DataVolume): Shares {
  const share = (name: string): Share | undefined => {
    const row = store.row<ShareRow>(oneShareSql, nameKey(name));
    return row && { id: row.id, name: row.name, directory: row.directory };
  };
  const find = (name: string): Answer<Share> => {
    const found = share(name);
    if (found !== undefined) return { ok: true, value: found };
    return refused('no-such-share', `There is no shared folder «${name}».`);
  };

  return {
    ...createShareFiles({ store, dataVolume, find }),
    list: () => store.rows<ShareRow>(allSharesSql).map((row) => ({ ...row })),
    share,
    create(typed) {
      const checked = checkedName('share', typed);
      if (!checked.ok) return checked;
      const { value: name } = checked;
      if (share(name) !== undefined) {
        return refused('name-taken', `There is a shared folder «${name}» already.`);
      }
      const directory = directoryFor(dataVolume, name);
      if (!directory.ok) return directory;
      // The directory first: one without a share does no harm, if power fails between the two.
      dataVolume.makeDirectory(directory.value);
      store.transaction(() => {
        store.run(insertShareSql, name, nameKey(name), directory.value);
        store.run(firstRightSql, nameKey(name));
      });
      return done;
    },
    remove(name) {
      const found = find(name);
      if (!found.ok) return found;
      store.transaction(() => {
        store.run('DELETE FROM share_rights WHERE share_id = ?', found.value.id);
        store.run('DELETE FROM shares WHERE id = ?', found.value.id);
      });
      return done;
    },
    rights(name) {
      const found = share(name);
      return found && rightsOf(store, found.id);
    },
    grant({ share: name, to, access }) {
      const found = find(name);
      if (!found.ok) return found;
      const holder = holderId(store, to);
      if (!holder.ok) return holder;
      const { kind, id } = holder.value;
      if (access === 'unset') store.run(unsetRightSql, found.value.id, kind, id);
      else store.run(setRightSql, found.value.id, kind, id, access);
      return done;
    },
    accessOf(user, name) {
      const found = share(name);
      return found === undefined ? 'none' : accessOf(store, found.id, user);
    },
    restoreAll: () => restoreAllShares(store),
  };
}

function restoreAllShares(store: WatchedStore): void {
  store.transaction(() => {
    const { id, name } = publicShare;
    store.run('DELETE FROM shares');
    store.run('DELETE FROM share_rights');
    store.run('INSERT INTO shares VALUES (?, ?, ?, ?)', id, name, nameKey(name), name);
    store.run(setRightSql, id, 'group', builtIn.administratorsId, 'write');
    store.run(setRightSql, id, 'group', builtIn.everyoneId, 'write');
  });
}

/** The directory of that name, which may be there already, written in another case. */
function directoryFor(dataVolume: DataVolume, name: string): Answer<string> {
  const key = nameKey(name);
  const entries = dataVolume.list('').filter((entry) => nameKey(entry.name) === key);
  const entry = entries.find((candidate) => candidate.name === name) ?? entries[0];
  if (entry === undefined || entry.kind === 'directory') {
    return { ok: true, value: entry?.name ?? name };
  }
  return refused('name-taken', `On the data volume «${entry.name}» is a file.`);
}

function holderId(
  store: WatchedStore,
  to: RightHolder,
): Answer<{ readonly kind: 'user' | 'group'; readonly id: number }> {
  if ('user' in to) {
    const found = findUser(store, to.user);
    if (found === undefined) return noSuchUser(to.user);
    return { ok: true, value: { kind: 'user', id: found.user.id } };
  }
  const group = findGroup(store, to.group);
  if (group === undefined) return noSuchGroup(to.group);
  return { ok: true, value: { kind: 'group', id: group.id } };
}

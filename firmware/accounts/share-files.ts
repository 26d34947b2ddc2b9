import type { DataEntry, DataVolume } from '#hal/data-volume';
import { isHalError } from '#hal/errors';
import type { WatchedStore } from '../store/watched-store.ts';
import { done, refused, type Answer, type Outcome, type Refused } from './outcome.ts';
import { accessOf, type Share } from './share-rights.ts';
import type { User } from './users.ts';

/** Where a file is: its path inside the shared folder, `/` between parts. */
export interface SharePath {
  readonly share: string;
  readonly path: string;
}

/** Files in shared folders, for a user with the right to them. */
export interface ShareFiles {
  /** Entries of a directory in the share, sorted by name; `''` is the share itself. */
  listFiles(user: User, at: SharePath): Answer<readonly DataEntry[]>;
  readFile(user: User, at: SharePath): Answer<Uint8Array>;
  /** Creates or replaces the file; directories above it are made. */
  writeFile(user: User, at: SharePath, bytes: Uint8Array): Outcome;
  removeFile(user: User, at: SharePath): Outcome;
}

/** What the files need of the shares. */
interface FilesDeps {
  readonly store: WatchedStore;
  readonly dataVolume: DataVolume;
  readonly find: (name: string) => Answer<Share>;
}

/**
 * The files of the shares. Errors of the data volume that are not the user's doing (`io`,
 * `no-space`) are thrown as `HalError`.
 */
export function createShareFiles({ store, dataVolume, find }: FilesDeps): ShareFiles {
  /** The directory of the share and the path on the volume, where the user has that right. */
  const locate = (
    user: User,
    at: SharePath,
    needed: 'read' | 'write',
  ): Answer<{ readonly share: Share; readonly path: string }> => {
    const found = find(at.share);
    if (!found.ok) return found;
    const { value: share } = found;
    const access = accessOf(store, share.id, user);
    if (access !== 'write' && access !== needed) {
      const text = `«${user.name}» may not ${needed} in the shared folder «${share.name}».`;
      return refused('access-denied', text);
    }
    if (!isInside(at.path)) {
      return refused('path-invalid', `«${at.path}» is not a path inside a shared folder.`);
    }
    const path = at.path === '' ? share.directory : `${share.directory}/${at.path}`;
    return { ok: true, value: { share, path } };
  };
  const noSuchFile = (at: SharePath): Refused =>
    refused('no-such-file', `There is no «${at.path}» in the shared folder «${at.share}».`);

  return {
    listFiles(user, at) {
      const place = locate(user, at, 'read');
      if (!place.ok) return place;
      const { share, path } = place.value;
      return orRefused(noSuchFile(at), at, () => {
        // The disks may be newer than the share: one without a directory is empty.
        if (at.path === '') dataVolume.makeDirectory(share.directory);
        return dataVolume.list(path);
      });
    },
    readFile(user, at) {
      const place = locate(user, at, 'read');
      if (!place.ok) return place;
      return orRefused(noSuchFile(at), at, () => dataVolume.readFile(place.value.path));
    },
    writeFile(user, at, bytes) {
      const place = locate(user, at, 'write');
      if (!place.ok) return place;
      const { path } = place.value;
      const written = orRefused(noSuchFile(at), at, () => {
        dataVolume.makeDirectory(path.slice(0, path.lastIndexOf('/')));
        dataVolume.writeFile(path, bytes);
      });
      return written.ok ? done : written;
    },
    removeFile(user, at) {
      const place = locate(user, at, 'write');
      if (!place.ok) return place;
      const removed = orRefused(noSuchFile(at), at, () => dataVolume.removeFile(place.value.path));
      return removed.ok ? done : removed;
    },
  };
}

/** No way out of the directory, whatever a driver of the volume makes of such parts. */
function isInside(path: string): boolean {
  return path === '' || path.split('/').every((part) => !['', '.', '..'].includes(part));
}

/** Turns what a wrong path makes of a call into refusals; the rest is thrown on. */
function orRefused<T>(missing: Refused, at: SharePath, work: () => T): Answer<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (!isHalError(error)) throw error;
    if (error.code === 'not-present') return missing;
    if (error.code !== 'bad-argument') throw error;
    return refused('path-invalid', `«${at.path}» cannot be used for that: ${error.message}`);
  }
}

import { createHash } from 'node:crypto';
import type { RandomSource } from '#hal/random';
import type { User } from '../accounts/users.ts';
import { oneLine } from '../log/one-line.ts';
import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';
import type { RememberedDevice } from './two-step.ts';

/** A device to be remembered. */
export interface DeviceDraft {
  readonly application: string;
  readonly address: string;
  /** At least 1; -1 for ever. */
  readonly durationDays: number;
}

/**
 * Devices that need not do the second step. One is good for its user only, until it expires by the
 * wall clock, and for the user's `sessionEpoch` only: whatever ends all sessions (a new password,
 * another secret, a reset) forgets it. Of the token there is only a hash.
 */
export interface Devices {
  remember(user: User, draft: DeviceDraft): { token: string; expiresMs: number | undefined };
  isGood(user: User, token: string): boolean;
  of(user: User): readonly RememberedDevice[];
  forget(user: User, deviceId: number): boolean;
  removeOf(userId: number): void;
  removeAll(): void;
}

interface DeviceRow extends Row {
  readonly id: number;
  readonly application: string;
  readonly address: string;
  readonly remembered_at_ms: number;
  readonly expires_ms: number | null;
}

const tokenBytes = 16;
const dayMs = 86_400_000;

/** So many of one user are kept; the oldest go first. */
const devicesMax = 32;

const goodSql = `user_id = ? AND session_epoch = ? AND (expires_ms IS NULL OR expires_ms > ?)`;
const listSql = `SELECT * FROM remembered_devices WHERE ${goodSql} ORDER BY id`;
const findSql = `SELECT 1 AS found FROM remembered_devices WHERE ${goodSql} AND token_hash = ?`;
const pruneSql = `DELETE FROM remembered_devices WHERE user_id = ? AND (session_epoch <> ?
  OR expires_ms <= ? OR id NOT IN (SELECT id FROM remembered_devices WHERE user_id = ?
    ORDER BY id DESC LIMIT ${devicesMax - 1}))`;
const insertSql = `INSERT INTO remembered_devices
  (user_id, session_epoch, token_hash, application, address, remembered_at_ms, expires_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const forgetSql = 'DELETE FROM remembered_devices WHERE user_id = ? AND id = ?';

/** The devices of a store. */
export function createDevices(
  store: WatchedStore,
  random: RandomSource,
  wallClock: Pick<WallClock, 'nowMs' | 'trust'>,
): Devices {
  const nowMs = (): number => Math.floor(wallClock.nowMs());
  return {
    remember(user, { application, address, durationDays }) {
      const token = Buffer.from(random.bytes(tokenBytes)).toString('base64url');
      const now = nowMs();
      const days = Math.max(1, Math.floor(durationDays));
      const expiresMs = durationDays === -1 ? undefined : now + days * dayMs;
      store.run(pruneSql, user.id, user.sessionEpoch, now, user.id);
      store.run(
        insertSql,
        user.id,
        user.sessionEpoch,
        hashOf(token),
        oneLine(application, 64),
        oneLine(address, 64),
        now,
        expiresMs ?? null,
      );
      return { token, expiresMs };
    },
    isGood(user, token) {
      // Without a clock nobody knows whether it has expired.
      if (wallClock.trust === 'unset' || token.length > 64) return false;
      const { id, sessionEpoch } = user;
      return store.row(findSql, id, sessionEpoch, nowMs(), hashOf(token)) !== undefined;
    },
    of: (user) =>
      store.rows<DeviceRow>(listSql, user.id, user.sessionEpoch, nowMs()).map((row) => ({
        id: row.id,
        application: row.application,
        address: row.address,
        rememberedAtMs: row.remembered_at_ms,
        expiresMs: row.expires_ms ?? undefined,
      })),
    forget: (user, deviceId) => store.run(forgetSql, user.id, deviceId) > 0,
    removeOf: (userId) =>
      void store.run('DELETE FROM remembered_devices WHERE user_id = ?', userId),
    removeAll: () => void store.run('DELETE FROM remembered_devices'),
  };
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

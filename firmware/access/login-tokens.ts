import { createHash } from 'node:crypto';
import type { RandomSource } from '#hal/random';
import type { User } from '../accounts/users.ts';
import { oneLine } from '../log/one-line.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';

/** A login to be remembered. */
export interface LoginTokenDraft {
  /** What the client calls itself; a token is good for that client only. */
  readonly clientId: string;
  readonly application: string;
  readonly address: string;
  /** 90 unless told otherwise, at least 1; -1 for ever. */
  readonly durationDays?: number;
}

/**
 * Tokens that stand in for a password (`qtoken` of the QTS API), never for the second step. One is
 * good for its user and client until it expires by the wall clock, and for the user's
 * `sessionEpoch` only: a new password, or a change of 2-step verification, ends it. Of the token
 * there is only a hash.
 */
export interface LoginTokens {
  make(user: User, draft: LoginTokenDraft): string;
  isGood(user: User, token: string, clientId: string): boolean;
  /** Those of one client. */
  removeOfClient(userId: number, clientId: string): void;
  removeOf(userId: number): void;
  removeAll(): void;
}

const tokenBytes = 16;
const dayMs = 86_400_000;
const daysOtherwise = 90;

/** So many of one user are kept; the oldest go first. */
const tokensMax = 32;

const insertSql = `INSERT INTO login_tokens
  (user_id, session_epoch, token_hash, client_id, application, address, made_at_ms, expires_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const pruneSql = `DELETE FROM login_tokens WHERE user_id = ? AND (session_epoch <> ?
  OR expires_ms <= ? OR client_id = ? OR id NOT IN (SELECT id FROM login_tokens WHERE user_id = ?
    ORDER BY id DESC LIMIT ${tokensMax - 1}))`;
const findSql = `SELECT 1 AS found FROM login_tokens WHERE user_id = ? AND session_epoch = ?
  AND (expires_ms IS NULL OR expires_ms > ?) AND client_id = ? AND token_hash = ?`;

/** The tokens of a store. */
export function createLoginTokens(
  store: WatchedStore,
  random: RandomSource,
  wallClock: Pick<WallClock, 'nowMs' | 'trust'>,
): LoginTokens {
  const nowMs = (): number => Math.floor(wallClock.nowMs());
  return {
    make(user, { clientId, application, address, durationDays = daysOtherwise }) {
      const token = Buffer.from(random.bytes(tokenBytes)).toString('base64url');
      const { id, sessionEpoch } = user;
      const client = oneLine(clientId, 64);
      const now = nowMs();
      const days = Math.max(1, Math.floor(durationDays));
      const expiresMs = durationDays === -1 ? null : now + days * dayMs;
      const from = [oneLine(application, 64), oneLine(address, 64)] as const;
      store.transaction(() => {
        store.run(pruneSql, id, sessionEpoch, now, client, id);
        store.run(insertSql, id, sessionEpoch, hashOf(token), client, ...from, now, expiresMs);
      });
      return token;
    },
    isGood(user, token, clientId) {
      // Without a clock nobody knows whether it has expired.
      if (wallClock.trust === 'unset' || token.length > 64) return false;
      const { id, sessionEpoch } = user;
      const client = oneLine(clientId, 64);
      return store.row(findSql, id, sessionEpoch, nowMs(), client, hashOf(token)) !== undefined;
    },
    removeOfClient: (userId, clientId) =>
      void store.run(
        'DELETE FROM login_tokens WHERE user_id = ? AND client_id = ?',
        userId,
        oneLine(clientId, 64),
      ),
    removeOf: (userId) => void store.run('DELETE FROM login_tokens WHERE user_id = ?', userId),
    removeAll: () => void store.run('DELETE FROM login_tokens'),
  };
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

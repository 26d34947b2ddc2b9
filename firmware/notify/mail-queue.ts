import type { Row } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';
import type { Vault } from '../two-step/vault.ts';
import type { OutgoingMail } from './outbox.ts';

/** What is sealed. */
interface Letter extends Required<OutgoingMail> {
  /** Whether the wall clock could be believed when it was queued. */
  readonly isTimeKnown: boolean;
}

/** A mail as it waits in the store. */
export interface StoredMail extends Letter {
  readonly id: number;
  /** UTC by the wall clock of then, ms since the epoch. */
  readonly queuedAtMs: number;
  readonly tries: number;
}

/** The rows of the queue; each write is a part of the caller's transaction. */
export interface MailQueue {
  add(mail: Required<OutgoingMail>): number;
  /** Throws `StoreError('damaged')` where the mail does not open on this board. */
  find(id: number): StoredMail | undefined;
  /** The oldest first. */
  list(): readonly StoredMail[];
  ids(): readonly number[];
  setTries(id: number, tries: number): void;
  remove(id: number): void;
  removeAll(): void;
}

interface MailRow extends Row {
  readonly id: number;
  readonly sealed: Uint8Array;
  readonly queued_at_ms: number;
  readonly tries: number;
}

/** A mail may hold a code, so it lies sealed. */
const vaultOwner = 'mail in the queue';

const insertSql = 'INSERT INTO outbox (sealed, queued_at_ms) VALUES (?, ?)';

/** The queue of a store. */
export function createMailQueue(
  store: WatchedStore,
  vault: Vault,
  wallClock: Pick<WallClock, 'nowMs' | 'trust'>,
): MailQueue {
  const mailOf = ({ id, sealed, queued_at_ms: queuedAtMs, tries }: MailRow): StoredMail => {
    const letter = JSON.parse(Buffer.from(vault.open(vaultOwner, sealed)).toString()) as Letter;
    return { ...letter, id, queuedAtMs, tries };
  };
  return {
    add: ({ to, subject, text, lifeMs }) =>
      store.transaction(() => {
        const isTimeKnown = wallClock.trust !== 'unset';
        const letter: Letter = { to, subject, text, lifeMs, isTimeKnown };
        const sealed = vault.seal(vaultOwner, Buffer.from(JSON.stringify(letter)));
        store.run(insertSql, sealed, Math.floor(wallClock.nowMs()));
        const row = store.row<{ id: number }>('SELECT MAX(id) AS id FROM outbox');
        if (row === undefined) throw new StoreError('damaged', 'the mail queue cannot be read');
        return row.id;
      }),
    find(id) {
      const row = store.row<MailRow>('SELECT * FROM outbox WHERE id = ?', id);
      return row && mailOf(row);
    },
    list: () => store.rows<MailRow>('SELECT * FROM outbox ORDER BY id').map(mailOf),
    ids: () => store.rows<{ id: number }>('SELECT id FROM outbox ORDER BY id').map(({ id }) => id),
    setTries: (id, tries) => void store.run('UPDATE outbox SET tries = ? WHERE id = ?', tries, id),
    remove: (id) => void store.run('DELETE FROM outbox WHERE id = ?', id),
    removeAll: () => void store.run('DELETE FROM outbox'),
  };
}

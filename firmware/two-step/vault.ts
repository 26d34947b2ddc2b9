import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Identity } from '#hal/identity';
import type { RandomSource } from '#hal/random';
import { StoreError } from '../store/store-error.ts';
import type { WatchedStore } from '../store/watched-store.ts';

/**
 * Secrets at rest: AES-256-GCM under a key that HKDF-SHA-256 makes of the board's device key and a
 * salt in the store. Who takes the flash alone learns no secret; a secret sealed for one user does
 * not open for another.
 */
export interface Vault {
  seal(userId: number, secret: Uint8Array): Uint8Array;
  /** Throws `StoreError('damaged')` where it was sealed on another board, or changed. */
  open(userId: number, sealed: Uint8Array): Uint8Array;
  /** Nothing sealed so far opens after it: the next secret gets a new salt. */
  dropSalt(): void;
}

const cipher = 'aes-256-gcm';
const saltBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const keyPurpose = 'nasboard 2-step secrets, 1';

/** The vault of a board and its store. */
export function createVault(store: WatchedStore, identity: Identity, random: RandomSource): Vault {
  let key: Uint8Array | undefined;
  const forget = (): void => {
    key = undefined;
  };
  store.onRollback(forget);

  const present = (): Uint8Array => {
    key ??= keyOf(identity, storedSalt(store) ?? newSalt(store, random));
    return key;
  };

  return {
    seal(userId, secret) {
      const iv = random.bytes(ivBytes);
      const work = createCipheriv(cipher, present(), iv).setAAD(ownerBytes(userId));
      return Buffer.concat([iv, work.update(secret), work.final(), work.getAuthTag()]);
    },
    open(userId, sealed) {
      const iv = sealed.subarray(0, ivBytes);
      const tagAt = sealed.length - tagBytes;
      if (tagAt < ivBytes) throw unreadable(userId);
      const work = createDecipheriv(cipher, present(), iv, { authTagLength: tagBytes })
        .setAAD(ownerBytes(userId))
        .setAuthTag(sealed.subarray(tagAt));
      try {
        return Buffer.concat([work.update(sealed.subarray(ivBytes, tagAt)), work.final()]);
      } catch (error) {
        throw unreadable(userId, error);
      }
    },
    dropSalt() {
      store.run('DELETE FROM secret_salt');
      forget();
    },
  };
}

function storedSalt(store: WatchedStore): Uint8Array | undefined {
  return store.row<{ salt: Uint8Array }>('SELECT salt FROM secret_salt')?.salt;
}

function newSalt(store: WatchedStore, random: RandomSource): Uint8Array {
  const salt = random.bytes(saltBytes);
  store.run('INSERT INTO secret_salt VALUES (1, ?)', salt);
  return salt;
}

function keyOf(identity: Identity, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', identity.deviceKey(), salt, keyPurpose, 32));
}

function ownerBytes(userId: number): Buffer {
  return Buffer.from(`user ${userId}`);
}

function unreadable(userId: number, cause?: unknown): StoreError {
  const text = `the 2-step secret of user ${userId} cannot be read: set it up anew`;
  return new StoreError('damaged', text, { cause });
}

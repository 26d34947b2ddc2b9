import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Identity } from '#hal/identity';
import type { RandomSource } from '#hal/random';
import { StoreError } from '../store/store-error.ts';
import type { WatchedStore } from '../store/watched-store.ts';

/**
 * Secrets at rest: AES-256-GCM under a key that HKDF-SHA-256 makes of the board's device key and a
 * salt in the store. Who takes the flash alone learns no secret; a secret sealed for one owner does
 * not open for another. An owner is named in words: `2-step secret of user 7`.
 */
export interface Vault {
  seal(owner: string, secret: Uint8Array): Uint8Array;
  /** Throws `StoreError('damaged')` where it was sealed on another board, or changed. */
  open(owner: string, sealed: Uint8Array): Uint8Array;
  /** Nothing sealed so far opens after it: the next secret gets a new salt. */
  dropSalt(): void;
}

/** Whom a user's TOTP secret is sealed for. */
export function secretOwner(userId: number): string {
  return `2-step secret of user ${userId}`;
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
    seal(owner, secret) {
      const iv = random.bytes(ivBytes);
      const work = createCipheriv(cipher, present(), iv).setAAD(Buffer.from(owner));
      return Buffer.concat([iv, work.update(secret), work.final(), work.getAuthTag()]);
    },
    open(owner, sealed) {
      const iv = sealed.subarray(0, ivBytes);
      const tagAt = sealed.length - tagBytes;
      if (tagAt < ivBytes) throw unreadable(owner);
      const work = createDecipheriv(cipher, present(), iv, { authTagLength: tagBytes })
        .setAAD(Buffer.from(owner))
        .setAuthTag(sealed.subarray(tagAt));
      try {
        return Buffer.concat([work.update(sealed.subarray(ivBytes, tagAt)), work.final()]);
      } catch (error) {
        throw unreadable(owner, error);
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

function unreadable(owner: string, cause?: unknown): StoreError {
  const text = `the ${owner} cannot be read: set it up anew`;
  return new StoreError('damaged', text, { cause });
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomSource } from '#hal/random';
import { base32 } from './base32.ts';

/** So many codes are given out at a time. */
const codesGiven = 10;

/** 80 bit: beyond all guessing, so one round of a fast hash will do (NIST SP 800-63B 5.1.2.2). */
const codeBytes = 10;
const saltBytes = 16;
const hashBytes = 32;

/**
 * Fresh recovery codes: as people get to see them, once, and as they are stored: a salt, then the
 * hash of each.
 */
export function makeRecoveryCodes(random: RandomSource): {
  readonly codes: readonly string[];
  readonly stored: Uint8Array;
} {
  const salt = random.bytes(saltBytes);
  const plain = Array.from({ length: codesGiven }, () => base32(random.bytes(codeBytes)));
  return {
    codes: plain.map((code) => code.match(/.{4}/g)?.join('-') ?? code),
    stored: Buffer.concat([salt, ...plain.map((code) => hashOf(salt, code))]),
  };
}

/** What is stored once that code is used; undefined where it is none of them (any more). */
export function withoutCode(stored: Uint8Array, typed: string): Uint8Array | undefined {
  const code = plainCode(typed);
  if (code === undefined) return undefined;
  const hash = hashOf(stored.subarray(0, saltBytes), code);
  const hashes = hashesOf(stored);
  // All are compared, so that time does not tell which one it was.
  const left = hashes.filter((known) => !timingSafeEqual(known, hash));
  if (left.length === hashes.length) return undefined;
  return Buffer.concat([stored.subarray(0, saltBytes), ...left]);
}

/** How many codes are left. */
export function codesLeft(stored: Uint8Array): number {
  return Math.floor((stored.length - saltBytes) / hashBytes);
}

/** As it was made, whatever case, blanks and hyphens people type; 0 and 8 are read as O and B. */
function plainCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined;
  const code = typed.replace(/[\s-]/g, '').toUpperCase().replaceAll('0', 'O').replaceAll('8', 'B');
  return /^[A-Z2-7]{16}$/.test(code) ? code : undefined;
}

function hashesOf(stored: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: codesLeft(stored) }, (_, place) => {
    const start = saltBytes + place * hashBytes;
    return stored.subarray(start, start + hashBytes);
  });
}

function hashOf(salt: Uint8Array, code: string): Uint8Array {
  return createHash('sha256').update(salt).update(code).digest();
}

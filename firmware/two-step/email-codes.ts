import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#hal/clock';
import type { RandomSource } from '#hal/random';
import type { User } from '../accounts/users.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { elapsedMs } from '../time/elapsed.ts';

/** A mailed code lives so long, ms by the board's clock (NIST SP 800-63B 5.1.3.2). */
const emailCodeLifeMs = 10 * 60_000;

/** Mails with codes to one user are so far apart at least, whatever they are for, ms. */
const emailCodeGapMs = 30_000;

/** So many wrong tries void a code, whoever counts beside. */
const triesMax = 5;

/** Digits of a mailed code; the sign-in API tells it from a TOTP code by its length. */
const digits = 8;

const saltBytes = 16;

/** What a mailed code is for: one for the one is none for the other. */
type Purpose = 'sign-in' | 'address';

/** Nobody types more for eight digits: it is not worth any work. */
const typedLengthMax = 64;

/**
 * Codes that were mailed: one a user and purpose, good once, for ten minutes, and for the user's
 * `sessionEpoch` only. In memory, as hashes: a reboot ends them.
 */
export interface EmailCodes {
  /** How long until another may be mailed to that user, ms; 0 mostly. */
  waitMs(userId: number): number;
  /** A new code; nobody's until `keep`. */
  draw(): string;
  /** It was mailed. Takes the place of the one before once the transaction is committed. */
  keep(user: User, purpose: Purpose, code: string): void;
  /** Whether that is the code; a right one is used up once the transaction is committed. */
  take(user: User, purpose: Purpose, typed: string): boolean;
  /** Whether no code is good and nobody has to wait for one. */
  readonly isIdle: boolean;
}

interface Entry {
  readonly hash: Uint8Array;
  readonly epoch: number;
  readonly issuedAtMs: number;
  /** Wrong tries; so many void the code. */
  wrong: number;
  isUsed: boolean;
}

/** The codes of a board, none so far. */
export function createEmailCodes(
  store: Pick<WatchedStore, 'afterCommit'>,
  clock: Clock,
  random: RandomSource,
): EmailCodes {
  const entries = new Map<string, Entry>();
  const mailedAtMs = new Map<number, number>();
  let salt: Uint8Array | undefined;
  const hashOf = (code: string): Uint8Array => {
    // Drawn with the first code: most lives of a board need none.
    salt ??= random.bytes(saltBytes);
    return createHash('sha256').update(salt).update(code).digest();
  };
  return {
    waitMs(userId) {
      const mailed = mailedAtMs.get(userId);
      if (mailed === undefined) return 0;
      return Math.max(0, Math.ceil(emailCodeGapMs - elapsedMs(mailed, clock.now())));
    },
    draw: () => newCode(random),
    keep(user, purpose, code) {
      const { sessionEpoch: epoch } = user;
      const hash = hashOf(code);
      store.afterCommit(() => {
        const issuedAtMs = clock.now();
        mailedAtMs.set(user.id, issuedAtMs);
        const entry = { hash, epoch, issuedAtMs, wrong: 0, isUsed: false };
        entries.set(`${purpose} ${user.id}`, entry);
      });
    },
    take(user, purpose, typed) {
      const entry = entries.get(`${purpose} ${user.id}`);
      if (entry === undefined || entry.isUsed || entry.epoch !== user.sessionEpoch) return false;
      if (elapsedMs(entry.issuedAtMs, clock.now()) >= emailCodeLifeMs) return false;
      const code = typed.length > typedLengthMax ? '' : typed.replace(/\s/g, '');
      const isSame = timingSafeEqual(hashOf(code), entry.hash);
      store.afterCommit(() => {
        if (!isSame) entry.wrong += 1;
        if (isSame || entry.wrong >= triesMax) entry.isUsed = true;
      });
      return isSame;
    },
    get isIdle() {
      const now = clock.now();
      const isOver = ({ issuedAtMs, isUsed }: Entry): boolean =>
        isUsed || elapsedMs(issuedAtMs, now) >= emailCodeLifeMs;
      const isLong = (atMs: number): boolean => elapsedMs(atMs, now) >= emailCodeGapMs;
      return [...entries.values()].every(isOver) && [...mailedAtMs.values()].every(isLong);
    },
  };
}

/** 64 bit of chance for 27 that are needed: what the remainder prefers is beyond notice. */
function newCode(random: RandomSource): string {
  const number = Buffer.from(random.bytes(8)).readBigUInt64BE() % 10n ** BigInt(digits);
  return String(number).padStart(digits, '0');
}

/** The mail that brings a code; the only mail that holds one. */
export function emailCodeMail(code: string, user: string, purpose: Purpose) {
  const isAddress = purpose === 'address';
  const what = isAddress
    ? 'confirms this address as the other way to verify your logins'
    : 'is asked for after your password';
  const warning = isAddress
    ? 'If you did not set this up, ignore this mail.'
    : 'If you are not logging in now, somebody else knows your password: change it.';
  return {
    subject: isAddress ? 'Confirm your e-mail address' : 'Your code to log in',
    text: `Hello ${user},\n\nthe code ${code} ${what}. It is good once, for ten minutes.\n\n${warning}\n`,
    lifeMs: emailCodeLifeMs,
  };
}

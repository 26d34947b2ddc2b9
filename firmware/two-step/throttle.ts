import type { Clock } from '#hal/clock';
import { elapsedMs } from '../time/elapsed.ts';
import type { WatchedStore } from '../store/watched-store.ts';

/** So many wrong codes cost nothing, and end the pending sign-in they were given to. */
export const freeWrongCodes = 5;

/** So many wrong codes in a row block the second step (NIST SP 800-63B 5.2.2). */
export const wrongCodesMax = 100;

/** So many wrong answers block the security question. */
export const wrongAnswersMax = 5;

const firstWaitMs = 5_000;
const longestWaitMs = 15 * 60_000;

/** What the wrong code that makes it so many in a row costs, ms: 5 s, 10 s, 20 s … 15 min. */
export function waitAfterMs(wrongCodes: number): number {
  const costly = wrongCodes - freeWrongCodes;
  return costly <= 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(costly - 1, 20));
}

/**
 * Waits by the monotonic clock. What is stored is the whole wait: after a reboot nobody knows how
 * much of it has passed, so it begins anew at power-on.
 */
export interface Waits {
  /** What is left of the wait of a user whose record says `storedMs`. */
  leftMs(userId: number, storedMs: number): number;
  /** Begins a wait once the transaction that stores it is durable. */
  begin(userId: number): void;
  /** It is over: the record says 0. */
  end(userId: number): void;
}

/** Waits that begin with the services. */
export function createWaits(store: WatchedStore, clock: Clock): Waits {
  const startedAtMs = clock.now();
  const beganAtMs = new Map<number, number>();
  return {
    leftMs(userId, storedMs) {
      if (storedMs === 0) return 0;
      const began = beganAtMs.get(userId) ?? startedAtMs;
      return Math.max(0, Math.ceil(storedMs - elapsedMs(began, clock.now())));
    },
    begin: (userId) => store.afterCommit(() => void beganAtMs.set(userId, clock.now())),
    end: (userId) => store.afterCommit(() => void beganAtMs.delete(userId)),
  };
}

import type { Clock } from '#hal/clock';
import { elapsedMs } from '../time/elapsed.ts';

/** When failures block, and for how long. */
export interface FailureLimits {
  readonly attempts: number;
  /** Failures longer ago do not count, ms; 0: they all do. */
  readonly periodMs: number;
  readonly blockMs: number;
}

/** Counts failed logins by address or account, in memory, on the monotonic clock. */
export interface FailureGuard<K> {
  /** How long the block of that key lasts still, ms; 0 where there is none. */
  blockedForMs(key: K): number;
  /** Counts a failure; true where it began a block. */
  fail(key: K): boolean;
  /** Somebody got in: failures that count for ever are forgotten. */
  succeed(key: K): void;
  forgetAll(): void;
  /** Whether nothing is remembered that could still count. */
  readonly isEmpty: boolean;
}

interface Entry {
  failedAtMs: number[];
  block: { readonly beganAtMs: number; readonly lengthMs: number } | undefined;
}

/** More keys than this are not remembered; the oldest go first. */
const keysMax = 1_024;

/** A guard whose limits are asked for each time; undefined where there is no protection. */
export function createFailureGuard<K>(
  clock: Clock,
  limits: () => FailureLimits | undefined,
): FailureGuard<K> {
  const entries = new Map<K, Entry>();
  const blockedForMs = (key: K): number => {
    const block = entries.get(key)?.block;
    if (block === undefined || limits() === undefined) return 0;
    return Math.max(0, Math.ceil(block.lengthMs - elapsedMs(block.beganAtMs, clock.now())));
  };
  const isCounted = (atMs: number, { periodMs }: FailureLimits): boolean =>
    periodMs === 0 || elapsedMs(atMs, clock.now()) < periodMs;
  return {
    blockedForMs,
    fail(key) {
      const present = limits();
      if (present === undefined) return false;
      const { attempts, blockMs } = present;
      const now = clock.now();
      const entry: Entry = entries.get(key) ?? { failedAtMs: [], block: undefined };
      entries.delete(key);
      entries.set(key, entry);
      entry.failedAtMs = [...entry.failedAtMs.filter((atMs) => isCounted(atMs, present)), now];
      const oldest = entries.keys().next();
      if (entries.size > keysMax && oldest.done !== true) entries.delete(oldest.value);
      if (entry.failedAtMs.length < attempts) return false;
      entry.failedAtMs = [];
      entry.block = { beganAtMs: now, lengthMs: blockMs };
      return true;
    },
    succeed(key) {
      if (limits()?.periodMs === 0 && blockedForMs(key) === 0) entries.delete(key);
    },
    forgetAll: () => entries.clear(),
    get isEmpty() {
      const present = limits();
      if (present === undefined) return true;
      return [...entries].every(
        ([key, { failedAtMs }]) =>
          blockedForMs(key) === 0 && !failedAtMs.some((atMs) => isCounted(atMs, present)),
      );
    },
  };
}

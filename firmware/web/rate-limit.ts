import type { Clock } from '#hal/clock';
import { elapsedMs } from '../time/elapsed.ts';

/** Bounds how many requests one address makes, on the monotonic clock. */
export interface RateLimit {
  /** Counts a request; answers how long the address must wait, ms: 0 where it need not. */
  take(address: string): number;
}

/** So many seconds' worth may come at once. */
const burstSeconds = 10;

/** More addresses than this are not remembered; the oldest go first. */
const addressesMax = 1_024;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** A token bucket for each address; `perSecond` is asked at each request. */
export function createRateLimit(clock: Clock, perSecond: () => number): RateLimit {
  const buckets = new Map<string, Bucket>();
  return {
    take(address) {
      const now = clock.now();
      const rate = perSecond();
      const burst = burstSeconds * rate;
      const found = buckets.get(address);
      const tokens =
        found === undefined
          ? burst
          : Math.min(burst, found.tokens + (elapsedMs(found.atMs, now) * rate) / 1000);
      buckets.delete(address);
      buckets.set(address, { tokens: Math.max(0, tokens - 1), atMs: now });
      const oldest = buckets.keys().next();
      if (buckets.size > addressesMax && oldest.done !== true) buckets.delete(oldest.value);
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1000) / rate);
    },
  };
}

import { isAddressAllowed } from '../access/access-list.ts';
import { createFailureGuard } from '../access/failure-guard.ts';
import type { Runtime } from '../runtime.ts';
import type { Services } from '../services.ts';
import { createRateLimit } from './rate-limit.ts';

/** Which addresses may make requests, and how often. */
export interface Gate {
  /** Counts a request; answers how long the address must wait, ms: 0 where it need not. */
  waitMs(address: string): number;
  /** Whether the security level lets that address connect at all. */
  isAllowed(address: string): boolean;
}

/** Refusals of one address are not worth more than an entry a minute. */
const notedAgainMs = 60_000;

/** The gate of an appliance. */
export function createGate(runtime: Runtime, { settings }: Pick<Services, 'settings'>): Gate {
  const { clock } = runtime.board;
  const rates = createRateLimit(clock, () => settings.get('web.requestsPerSecond'));
  const noted = createFailureGuard<string>(clock, () => ({
    attempts: 1,
    periodMs: 0,
    blockMs: notedAgainMs,
  }));
  return {
    waitMs: (address) => rates.take(address),
    isAllowed(address) {
      if (isAddressAllowed(settings, address)) return true;
      if (noted.blockedForMs(address) === 0) {
        noted.fail(address);
        runtime.note({
          severity: 'warning',
          category: 'access',
          text: 'connection refused: the security level does not allow the address',
          address,
        });
      }
      return false;
    },
  };
}

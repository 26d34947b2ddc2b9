/** A server that sent a kiss-o'-death. */
export interface ServerWait {
  readonly kiss: string;
  /** Monotonic; not asked before. Infinite: not in this life, unless a person changes the list. */
  readonly untilMs: number;
  /** So many such answers came in a row. */
  readonly times: number;
}

/** No server waits longer for having asked too often. */
const rateWaitMaxMs = 86_400_000;

/**
 * What a kiss-o'-death asks for (RFC 5905, section 7.4): `DENY` and `RSTR` to stay away for good,
 * `RATE` to ask less often: every second time, then every fourth, eighth … at most a day apart,
 * until it answers again. Other codes are no more than a failure.
 */
export function waitAfterKiss(
  kiss: string,
  past: {
    readonly before: ServerWait | undefined;
    readonly nowMs: number;
    readonly intervalMs: number;
  },
): ServerWait | undefined {
  if (kiss === 'DENY' || kiss === 'RSTR') {
    return { kiss, untilMs: Number.POSITIVE_INFINITY, times: 1 };
  }
  if (kiss !== 'RATE') return undefined;
  const times = (past.before?.times ?? 0) + 1;
  // Half an interval less: rounds do not come to the millisecond.
  const waitMs = Math.min(past.intervalMs * (2 ** Math.min(times, 20) - 0.5), rateWaitMaxMs);
  return { kiss, untilMs: past.nowMs + waitMs, times };
}

const minuteMs = 60_000;

/** Waits after the first failed round of a row; each further one is twice as long. */
const firstWaitMs = { unreached: 15_000, answered: minuteMs } as const;
const lastWaitMs = { unreached: 5 * minuteMs, answered: 60 * minuteMs } as const;

/**
 * How long to wait after so many failed rounds in a row. Where no server was reached at all (no
 * name server, no network) nobody is bothered by the next try: it comes sooner, and never later
 * than five minutes.
 */
export function retryWaitMs(
  failures: number,
  { isUnreached, intervalMs }: { readonly isUnreached: boolean; readonly intervalMs: number },
): number {
  const kind = isUnreached ? 'unreached' : 'answered';
  const waitMs = firstWaitMs[kind] * 2 ** Math.min(failures - 1, 20);
  return Math.min(waitMs, lastWaitMs[kind], intervalMs);
}

/** The host's clock, as the pacer sees it. The one place where simulated and real time meet. */
export interface HostClock {
  /** Milliseconds, fractional, monotonic; the origin means nothing. */
  nowMs(): number;
  /**
   * Calls back once, after at least about `delayMs`; early by less than a millisecond is allowed.
   */
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(id: unknown): void;
}

/** The clock of the machine this runs on. */
export const hostClock: HostClock = {
  nowMs: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
};

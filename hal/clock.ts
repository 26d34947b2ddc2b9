/** What a pending time-out is known by; opaque, only good for `clearTimeout` of the same clock. */
export type TimerId = unknown;

/**
 * The monotonic clock: milliseconds since power-on, by the board's crystal (which may be off by
 * some ppm). It never steps and never runs backward; NTP does not touch it. It is an XState
 * `Clock`.
 *
 * Resolution is 1 µs: readings are multiples of 0.001 ms as nearly as a double holds them, so
 * compare *differences rounded to a microsecond*, never raw readings.
 */
export interface Clock {
  /** Milliseconds since power-on, fractional. */
  now(): number;
  /**
   * Calls `callback` once, not before `delayMs` have passed by this clock. Time-outs that fall due
   * at the same instant run in the order they were set. A negative or zero delay means "as soon as
   * the running work is done". Any finite delay is exact, also beyond 2^31 - 1 ms.
   */
  setTimeout(callback: () => void, delayMs: number): TimerId;
  /** Forgets a pending time-out; unknown, fired or already cleared ids are ignored. */
  clearTimeout(id: TimerId): void;
}

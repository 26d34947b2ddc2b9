/** What the battery-backed clock chip says. */
export interface RtcReading {
  /** Milliseconds since 1970-01-01T00:00:00Z; whole seconds on real chips. */
  readonly timeMs: number;
  /**
   * False where the chip knows that its time is worth nothing: its oscillator stopped or its
   * battery failed since it was last written. `timeMs` is then what the registers hold.
   */
  readonly valid: boolean;
}

/**
 * The real-time clock: another crystal than the monotonic clock's, kept alive by a coin cell.
 * UTC, always. Errors: `io` where the chip does not answer, `not-present` where there is none.
 */
export interface Rtc {
  read(): RtcReading;
  /**
   * Sets the chip and marks its time valid. Takes effect at once; chips with a resolution of one
   * second round down. Errors: `bad-argument` outside 2000-01-01 to 2099-12-31.
   */
  write(timeMs: number): void;
}

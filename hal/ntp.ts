/** One exchange with a time server; every instant in milliseconds. */
export interface NtpSample {
  readonly server: string;
  /**
   * What the server said the time is, ms since the Unix epoch, at `receivedAtMs` less half the
   * round trip.
   */
  readonly serverTimeMs: number;
  /** Monotonic clock when the request left and when the reply came. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** Which checks the driver made; what is not listed was not checked. */
  readonly validated: readonly NtpCheck[];
  /** 1 to 15 where the driver reads it. */
  readonly stratum?: number;
}

/** RFC 5905 checks a client can make on a reply. */
export type NtpCheck = 'source' | 'originate' | 'mode' | 'stratum' | 'leap' | 'transmit';

/**
 * Asks one time server once. No retry, no averaging, no decision: the firmware decides.
 * Errors: `unreachable` (name or host), `timed-out`, `refused` (kiss-o'-death), `io` (malformed).
 * An aborted query ends at once and never answers; where nothing else went wrong: `timed-out`.
 */
export interface Ntp {
  query(server: string, options: { readonly signal: AbortSignal }): Promise<NtpSample>;
}

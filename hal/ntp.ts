/** One exchange with a time server; every instant in milliseconds. */
export interface NtpSample {
  readonly server: string;
  /**
   * What the server said the time is, ms since the Unix epoch, in the middle between `sentAtMs` and
   * `receivedAtMs`. It is off by half the round trip at most, if the server itself is right.
   */
  readonly serverTimeMs: number;
  /** Monotonic clock when the request left and when the reply came. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** Which checks the driver made; what is not listed was not checked. */
  readonly validated: readonly NtpCheck[];
  /** 1 to 15 where the driver reads it. */
  readonly stratum?: number;
  /** A leap second at the end of this month (UTC); absent where the driver does not read it. */
  readonly leap?: NtpLeap;
  /** How far the server may be from true time by its own account: root delay / 2 + dispersion. */
  readonly rootDistanceMs?: number;
}

/** Announced leap second: none, one more (23:59:60) or one less (no 23:59:59). */
export type NtpLeap = 'none' | 'insert' | 'delete';

/**
 * Checks a client can make on a reply (RFC 5905): sent by who was asked; echoes what only the
 * request could tell; is a server's answer; stratum 1 to 15; the server is synchronised; it tells a
 * time; it held the request no longer than the exchange took.
 */
export type NtpCheck = 'source' | 'originate' | 'mode' | 'stratum' | 'leap' | 'transmit' | 'delay';

/**
 * Asks one time server once. No retry, no averaging, no decision: the firmware decides.
 * Errors: `unreachable` (name or host), `timed-out`, `refused` (kiss-o'-death, as `KissOfDeath`),
 * `io` (malformed, or nothing came that passed the checks), `bad-argument` (no name of a server),
 * `unsupported` (a kind of address), `closed`.
 * An aborted query ends at once and never answers; where nothing else went wrong: `timed-out`.
 */
export interface Ntp {
  /** What this board suggests where the settings name none: from its board file, from DHCP. */
  readonly servers: readonly string[];
  query(server: string, options: { readonly signal: AbortSignal }): Promise<NtpSample>;
}

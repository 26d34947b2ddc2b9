import type { NtpCheck, NtpLeap } from '../ntp.ts';

/**
 * In which single way a reply is false: it fails that check, or it is a kiss-o'-death (`kiss`) that
 * echoes nothing of the request.
 */
export type NtpForgery = NtpCheck | 'kiss';

/** A time server, and the time it would answer now. */
export interface AnsweringServer {
  readonly name: string;
  readonly timeMs: () => number;
}

/** What a rig can do around time synchronisation. */
export interface NtpActs {
  /** Lets so much time pass, and calls under way go on. */
  pass(ms: number): Promise<void>;
  /** The monotonic clock of the same board. */
  nowMs(): number;
  /** A time server that answers. */
  timeServer(): Promise<AnsweringServer>;
  /** A time server that answers, and whose clock stands at that time now. */
  datedServer(timeMs: number): Promise<AnsweringServer>;
  /** A time server that answers, and announces that of the end of the month. */
  leapingServer(leap: NtpLeap): Promise<string>;
  /** A time server that never answers. */
  silentServer(): Promise<string>;
  /** A time server that answers with the kiss-o'-death `RATE`. */
  refusingServer(): Promise<string>;
  /** A time server that answers with bytes that are no NTP. */
  garblingServer(): Promise<string>;
  /** A time server in whose name only forged replies come. */
  forgedServer(forgery: NtpForgery): Promise<string>;
  /** The same, and the true reply after the forged one, which is off by an hour or more. */
  contestedServer(forgery: NtpForgery): Promise<AnsweringServer>;
}

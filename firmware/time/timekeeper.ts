import type { NtpLeap } from '#hal/ntp';
import type { Correction } from './discipline.ts';
import type { DisciplineRecord } from './disciplined-clock.ts';
import type { ServerWait } from './server-waits.ts';
import type { ClockTrust } from './wall-clock.ts';

/** What one server came to in the last round. */
export interface ServerVerdict {
  readonly server: string;
  /** `waiting`: it sent a kiss-o'-death and is not asked for a while, or not again. */
  readonly verdict: 'agrees' | 'falseticker' | 'failed' | 'waiting';
  /** How far the clock was from it, and how sure that is; where it answered. */
  readonly offsetMs?: number;
  readonly boundMs?: number;
  /** What went wrong, for people. */
  readonly text?: string;
}

/** Why a round set no clock. */
export type SyncFailure =
  | 'disabled'
  | 'no-servers'
  | 'no-answer'
  | 'too-few'
  | 'disagreement'
  | 'panic'
  | 'before-build';

/** What came of a round; `text` is a sentence for people without its full stop. */
export type SyncOutcome =
  | {
      readonly ok: true;
      /** True time less the wall clock, before it was corrected. */
      readonly offsetMs: number;
      readonly boundMs: number;
      readonly how: Correction;
      readonly servers: readonly ServerVerdict[];
      readonly text: string;
    }
  | {
      readonly ok: false;
      readonly reason: SyncFailure;
      readonly servers: readonly ServerVerdict[];
      readonly text: string;
    };

/** One sync of those that are remembered. */
export interface SyncPoint {
  /** By the wall clock, after it. */
  readonly atMs: number;
  readonly offsetMs: number;
  readonly boundMs: number;
}

/** How the clock is kept. */
export interface TimekeeperStatus {
  readonly trust: ClockTrust;
  readonly isEnabled: boolean;
  /** Those that are asked. */
  readonly servers: readonly string[];
  readonly isAsking: boolean;
  /** By the monotonic clock; absent before the first sync of this boot. */
  readonly sinceSyncMs?: number;
  /**
   * The wall clock is no farther from true time, with an honest majority of servers. Absent where
   * nobody can tell: before the first sync, and after a person set the clock.
   */
  readonly boundMs?: number;
  /** The error of the board's crystal as measured; positive where it is fast. */
  readonly crystalPpm?: number;
  readonly lastSync?: SyncPoint & {
    readonly how: Correction;
    readonly servers: readonly ServerVerdict[];
  };
  /** Of the present row of failures; absent after a sync. */
  readonly lastFailure?: {
    readonly atMs: number;
    readonly reason: SyncFailure;
    readonly text: string;
    readonly servers: readonly ServerVerdict[];
  };
  /** The last 64 syncs, the oldest first. */
  readonly recent: readonly SyncPoint[];
  /** A leap second that the servers announce, and the end of the month it stands at. */
  readonly leap?: { readonly kind: 'insert' | 'delete'; readonly atMs: number };
}

/** Who asks for a sync. */
export interface SyncAsker {
  readonly user?: string;
  readonly address?: string;
}

/** Keeps the wall clock with time servers. */
export interface Timekeeper {
  /**
   * Asks the servers now, or waits for the answers where they are being asked. With `force` any
   * offset goes, and a minority of the servers will do where the others are silent: that is for a
   * person to decide. Never settles where the appliance stops meanwhile.
   */
  syncNow(options?: { readonly force?: boolean; readonly by?: SyncAsker }): Promise<SyncOutcome>;
  /** A schedule asks. Where sync is switched off or under way, nothing happens. */
  requestSync(): void;
  /** The network was set up anew: what failed is tried again. */
  networkChanged(): void;
  /** The wall clock is moved as if another program had done it. */
  disturb(byMs: number): void;
  readonly status: TimekeeperStatus;
  readonly state: TimekeeperState;
  /** Hears each change of the state. */
  onState(listener: (state: TimekeeperState) => void): void;
  /** Nothing is under way. */
  readonly isIdle: boolean;
  start(): void;
  stop(): void;
  record(): TimekeeperRecord;
}

/**
 * What the timekeeper is in; see its chart. `retrying`: the last round failed, whatever the clock
 * is believed for.
 */
export type TimekeeperState = 'off' | 'unsynchronised' | 'synchronised' | 'holdover' | 'retrying';

/** What came of the rounds so far. Instants are of the monotonic clock. */
export interface SyncHistory {
  /** Absent before the first round of this boot has ended. */
  readonly lastRound?: 'synchronised' | 'failed';
  readonly lastSync?: TimekeeperStatus['lastSync'];
  readonly lastFailure?: TimekeeperStatus['lastFailure'];
  /** In a row. */
  readonly failures: number;
  readonly retryAtMs: number;
  readonly recent: readonly SyncPoint[];
}

/** The timekeeper as plain data, to go on from. */
export interface TimekeeperRecord {
  readonly history: SyncHistory;
  readonly discipline: DisciplineRecord;
  readonly waits: Readonly<Record<string, ServerWait>>;
  readonly falsetickers: readonly string[];
  readonly isRtcFailing: boolean;
  readonly leap: NtpLeap;
}

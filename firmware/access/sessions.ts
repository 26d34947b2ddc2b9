import type { User } from '../accounts/users.ts';

/** The way somebody came in. */
export type Via = 'web' | 'serial';

/** The only thing that a session may do; undefined where it may do all that its user may. */
export type SessionLimit = undefined | 'change-password' | 'set-up-2sv';

/** Who opens a session, and from where. */
export interface SessionOrigin {
  readonly via: Via;
  /** A network address, or `serial`. */
  readonly address: string;
  /** What the user works with, for people: `console`, a browser, an app. */
  readonly application: string;
}

/** A session as people see it; nothing of it lets anybody in. */
export interface SessionInfo extends SessionOrigin {
  /** Names the session to `end`; it is not the token. */
  readonly id: string;
  readonly userId: number;
  readonly userName: string;
  /** Since when, UTC by the wall clock of then, ms since the epoch. */
  readonly openedAtMs: number;
  readonly limitedTo: SessionLimit;
}

/** A session that is good at this moment. */
export interface Session extends SessionInfo {
  /** The user as the accounts say now. */
  readonly user: User;
}

/** A session just opened. */
export interface NewSession {
  /** 128 bit in base64url: shown to nobody but the one who signed in. */
  readonly token: string;
  readonly id: string;
  readonly user: User;
  readonly limitedTo: SessionLimit;
}

/**
 * Who is signed in. In memory only: a reboot ends all sessions. A session also ends with whatever
 * moves its user's `sessionEpoch` (a new password, a change of 2-step verification, being disabled,
 * a reset), when it was idle too long (setting `session.idleMinutes`, on the serial console
 * `console.idleMinutes`), and after twelve hours; all by the monotonic clock.
 */
export interface Sessions {
  open(user: User, origin: SessionOrigin): NewSession;
  /** The session of that token if it is still good; counts as use of it. */
  find(token: string): Session | undefined;
  /** Ends a session by its id; false where there is none (any more). */
  end(id: string): boolean;
  /**
   * Ends all sessions of a user but the one with the id `except`. That one goes on even if the
   * user's `sessionEpoch` moved: whoever changes a password need not sign in again.
   */
  endAll(userId: number, except?: string): void;
  of(userId: number): readonly SessionInfo[];
  all(): readonly SessionInfo[];
}

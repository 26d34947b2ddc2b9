/** A mail to one person. */
export interface OutgoingMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Dropped where it could not be handed in so long, ms; a day unless told otherwise. */
  readonly lifeMs?: number;
}

/** A mail in the queue. */
export interface QueuedMail {
  readonly id: number;
  /**
   * What came of the first attempt to hand it in; after `failed` it is tried again. Never rejects;
   * open while the attempt is under way, and for ever where the firmware stops first.
   */
  readonly firstTry: Promise<'sent' | 'failed'>;
}

/** A mail that waits, as people see it. */
export interface WaitingMail {
  readonly id: number;
  readonly to: string;
  readonly subject: string;
  /** UTC by the wall clock of then, ms since the epoch. */
  readonly queuedAtMs: number;
  readonly tries: number;
  /** Why the last attempt failed; unknown after a restart. */
  readonly lastProblem: string | undefined;
}

/**
 * The queue of mails, in the store: it survives a reboot. One mail is handed in at a time, the
 * oldest first, through the default account. One that could not be is tried again after growing
 * waits (30 s, 1, 2, 5, 10, 30 min, then every hour; and at once after a boot) and dropped, with an
 * entry in the event log, when its life is over.
 *
 * Its age is told by the monotonic clock in the life it was queued in; after that by the wall clock
 * where that could be believed then and now. Where it could not, a number of attempts ends it.
 *
 * A mail is handed in at least once: where power fails between the server's answer and the note of
 * it, twice.
 */
export interface Outbox {
  /** Whether there is an account to send with. */
  readonly isConfigured: boolean;
  /**
   * Queues a mail as a part of the caller's transaction; it is sent once that is committed.
   * Undefined, and nothing is queued, where there is no account, or 200 mails wait already (which
   * is logged). The address must be one (`normalAddress`).
   */
  enqueue(mail: OutgoingMail): QueuedMail | undefined;
  /** The oldest first. */
  waiting(): readonly WaitingMail[];
  /** Part of the advanced reset, inside its transaction. */
  removeAll(): void;
  /** Begins to send what an earlier life has left. */
  start(): void;
  /** Whether nothing waits and nothing is under way. */
  readonly isIdle: boolean;
  /** No more is sent: the firmware stops. */
  stop(): void;
}

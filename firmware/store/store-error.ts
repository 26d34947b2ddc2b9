import type { HalError } from '#hal/errors';

/** Why a store could not do what it was asked to. */
export type StoreErrorReason =
  /** The supply failed, or the board restarted: this firmware's life is over. */
  | 'power-lost'
  /** The flash answered with an error. */
  | 'io'
  | 'no-space'
  /** What the flash holds is not what was written. */
  | 'damaged';

/** An operating error of the store. The transaction it happened in is rolled back. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, detail: string, options?: { cause?: unknown }) {
    super(`store: ${detail} (${reason})`, options);
    this.reason = reason;
  }
}

/** A statement that SQLite or the schema refuses: a bug of whoever wrote it, not of the flash. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
}

/** What a driver's error means for the store. */
export function reasonOf(error: HalError): StoreErrorReason {
  if (error.code === 'power-lost' || error.code === 'closed') return 'power-lost';
  return error.code === 'no-space' ? 'no-space' : 'io';
}

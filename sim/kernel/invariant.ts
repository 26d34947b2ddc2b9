/** A bug in the simulator or the firmware: never a user's mistake, never a failed expectation. */
export class SimulatorBug extends Error {
  override readonly name = 'SimulatorBug';
}

/** Wrong use of the bench by its caller; the text says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** States what must be true. Always on; a failure stops the run and is reported as a bug. */
export function invariant(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new SimulatorBug(claim);
}

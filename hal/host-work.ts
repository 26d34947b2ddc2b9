/**
 * Work of the host that takes no time of the board: loading code on its first use, composing a
 * message. Never anything that waits for a time-out, a network or a person.
 */
export interface HostWork {
  /**
   * Answers the same promise. A simulated board lets no time pass before it settles, so that a slow
   * disk of the host shows in no trace; a real board just goes on.
   */
  declare<T>(work: Promise<T>): Promise<T>;
}

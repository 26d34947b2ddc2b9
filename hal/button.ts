/** One change of the line. */
export interface ButtonEdge {
  /** Logical level after the edge: true = pressed. Active-low wiring is the driver's business. */
  readonly pressed: boolean;
  /** Monotonic clock (`Clock.now`) at the instant the line changed, not when the callback ran. */
  readonly atMs: number;
}

/**
 * A push button. Edges come raw, with all their contact bounce, in order, each with a time that is
 * not before the one of the edge before it; a driver on hardware that debounces reports settled
 * edges, all with the time of the first or all late by the same debounce time, so that a hold has
 * its true length. Edges alternate in level. An edge that the hardware lost is made up by the next:
 * the level of the last edge delivered is the level of the line.
 */
export interface Button {
  /** The logical level now. */
  isPressed(): boolean;
  /**
   * Hears every edge from now on; the answer stops it. Listeners are called in order of joining.
   */
  onEdge(listener: (edge: ButtonEdge) => void): () => void;
}

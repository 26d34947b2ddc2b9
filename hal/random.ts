/** A cryptographically strong source of random bytes (on the simulated board: seeded). */
export interface RandomSource {
  /** `count` fresh bytes, 0 to 65,536. Errors: `bad-argument`, `io`. */
  bytes(count: number): Uint8Array;
}

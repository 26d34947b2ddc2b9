/** How `nasboard` ends; described in docs/reference/exit-codes.md. */
export const exitCode = {
  /** All went well, and every scenario passed. */
  passed: 0,
  /** A scenario failed. */
  failed: 1,
  /** The command line or an input file cannot be used; nothing ran. */
  unusable: 2,
  /** The firmware or the simulator broke, or an ordered fault never took effect. */
  broken: 3,
  /** A scenario ran into its time limit. */
  timedOut: 42,
} as const;

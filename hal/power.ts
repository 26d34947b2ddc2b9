/** Why the board last started. */
export type BootReason = 'power-on' | 'reboot' | 'watchdog';

/** The supply, as far as firmware commands it. */
export interface Power {
  readonly bootReason: BootReason;
  /** Restarts the board: nothing after the call is sure to run. The monotonic clock starts anew. */
  reboot(): void;
  /** Switches the board off until somebody switches it on. */
  off(): void;
}

/**
 * A hardware timer that restarts the board unless it is kicked. Once armed it cannot be disarmed
 * except by a restart. It counts on while the firmware hangs; that is what it is for.
 */
export interface Watchdog {
  /**
   * Starts counting; the board restarts `timeoutMs` (1,000 to 600,000) from now unless kicked.
   * Arming again changes the time-out. Answers the time-out in force, which is what to kick by:
   * hardware may round it up, and where it cannot count so far it is shorter.
   */
  arm(timeoutMs: number): number;
  /** Starts the count anew. Before `arm` it does nothing. */
  kick(): void;
}

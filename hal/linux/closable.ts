/** A driver that holds something of the system. */
export interface Closable {
  /** Gives back what the driver holds. Closing twice is no error. */
  close(): void;
}

import type { Subject } from './suite.ts';

/** A driver that holds something of the system until it is closed. */
export interface Closing {
  close(): void | Promise<void>;
}

/** The lives of a driver, for acts that need them. */
export interface Lives<Port> {
  /** The port of the life under way. */
  readonly port: () => Port;
  /** Ends that life and begins the next; answers its port. */
  readonly restart: () => Promise<Port>;
}

/** A subject on a driver that was opened for it. */
export interface ReopeningRig<Port, Acts> {
  readonly subject: Subject<Port, Acts>;
  /** Closes the driver of the life under way. */
  close(): Promise<void>;
}

/**
 * A rig for real drivers, on machines that cannot be switched off for a check: the board
 * «restarts» by the driver being closed and opened again.
 */
export async function reopening<Port extends Closing, Acts>(
  open: () => Port | Promise<Port>,
  acts: (lives: Lives<Port>) => Partial<Acts>,
): Promise<ReopeningRig<Port, Acts>> {
  let port = await open();
  const lives: Lives<Port> = {
    port: () => port,
    async restart() {
      await port.close();
      port = await open();
      return port;
    },
  };
  return {
    subject: {
      get port() {
        return port;
      },
      act: acts(lives),
    },
    async close() {
      await port.close();
    },
  };
}

import type { HalError } from './errors.ts';

/**
 * What a driver that speaks over UDP asks of its host. It is no part of a board: boards offer what
 * such a driver makes of it, as `Ntp`.
 */
export interface Datagrams {
  /**
   * Opens a socket for one peer. The name is looked up before it answers, so that no look-up counts
   * into a round trip. Rejects with a HalError: `unreachable` (nobody has that name, or the network
   * is down), `bad-argument` (no such port).
   */
  open(
    peer: { readonly host: string; readonly port: number },
    handlers: DatagramHandlers,
  ): Promise<DatagramSocket>;
}

/** Who is told what comes; neither is called after `close`, nor before `open` has answered. */
export interface DatagramHandlers {
  onMessage(message: DatagramMessage): void;
  /** What went wrong after `open`; the socket may go on all the same. */
  onError(error: HalError): void;
}

/** One datagram, as it came. */
export interface DatagramMessage {
  /** The receiver's own from now on. */
  readonly bytes: Uint8Array;
  /** True when address and port of the sender are those of the peer. Anybody can forge both. */
  readonly isFromPeer: boolean;
  /** The monotonic clock, ms, when it came. */
  readonly receivedAtMs: number;
}

/** A socket for one peer. */
export interface DatagramSocket {
  /** Sends, and answers the monotonic ms at which the datagram left. Failures go to `onError`. */
  send(bytes: Uint8Array): number;
  /** Closes the socket; again is nothing. */
  close(): void;
}

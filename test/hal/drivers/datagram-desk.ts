import type { DatagramHandlers, Datagrams } from '#hal/datagram';
import type { HalError } from '#hal/errors';

/** UDP by hand: a test sees what is sent and says what comes, at instants that it chooses. */
export class DatagramDesk {
  /** The monotonic clock, ms. */
  nowMs = 1000;
  readonly peers: { readonly host: string; readonly port: number }[] = [];
  readonly sent: Uint8Array[] = [];
  openSockets = 0;
  /** Where set, opening waits for it. */
  lookUp: Promise<void> | undefined;
  #handlers: DatagramHandlers | undefined;

  readonly datagrams: Datagrams = {
    open: async (peer, handlers) => {
      this.peers.push(peer);
      await this.lookUp;
      this.openSockets += 1;
      this.#handlers = handlers;
      let isOpen = true;
      return {
        send: (bytes) => {
          this.sent.push(bytes);
          return this.nowMs;
        },
        close: () => {
          if (isOpen) this.openSockets -= 1;
          isOpen = false;
        },
      };
    },
  };

  /** The request that went out last. */
  get request(): Uint8Array {
    const last = this.sent.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return last;
  }

  /** Something comes, from the peer unless told otherwise. */
  deliver(bytes: Uint8Array, isFromPeer = true): void {
    this.#handlers?.onMessage({ bytes, isFromPeer, receivedAtMs: this.nowMs });
  }

  fail(error: HalError): void {
    this.#handlers?.onError(error);
  }

  /** Lets promises run until nothing more follows. */
  async settle(): Promise<void> {
    await new Promise(setImmediate);
  }
}

import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { once } from 'node:events';

/** What comes of a request, in this order; `isForeign`: from another port than was asked. */
export type UdpScript = (
  request: Uint8Array,
) => readonly { readonly bytes: Uint8Array; readonly isForeign?: boolean }[];

/** A time server on the loopback device that does as it is told. */
export class UdpTimeServer {
  readonly #own: Socket;
  readonly #foreign: Socket;
  /** Called when all that comes of a request has been sent. */
  onServed: () => void = () => undefined;
  requests = 0;
  #isClosed = false;

  private constructor(own: Socket, foreign: Socket, script: UdpScript) {
    this.#own = own;
    this.#foreign = foreign;
    own.on('message', (request, { port, address }) => {
      this.requests += 1;
      const replies = script(request);
      let unsent = replies.length;
      if (unsent === 0) this.onServed();
      for (const { bytes, isForeign = false } of replies) {
        (isForeign ? foreign : own).send(bytes, port, address, (error) => {
          if (error !== null) throw error;
          unsent -= 1;
          if (unsent === 0) this.onServed();
        });
      }
    });
  }

  static async start(script: UdpScript, family: SocketType = 'udp4'): Promise<UdpTimeServer> {
    const [own, foreign] = [createSocket(family), createSocket(family)];
    for (const socket of [own, foreign]) {
      const isBound = once(socket, 'listening');
      socket.bind(0, family === 'udp6' ? '::1' : '127.0.0.1');
      await isBound;
    }
    return new UdpTimeServer(own, foreign, script);
  }

  get port(): number {
    return this.#own.address().port;
  }

  /** As drivers are told. */
  get name(): string {
    const { address, port } = this.#own.address();
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#own.close();
    this.#foreign.close();
  }
}

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Clock } from '../clock.ts';
import type { DatagramHandlers, Datagrams, DatagramSocket } from '../datagram.ts';
import { HalError } from '../errors.ts';
import { halErrorFrom } from './errno.ts';

/**
 * UDP of this host. Sockets are connected: the kernel drops what does not come from the peer, and
 * a port where nobody listens is told at once.
 */
export function createDatagrams(options: { readonly clock: Pick<Clock, 'now'> }): Datagrams {
  return {
    open: async ({ host, port }, handlers) => {
      if (!isPort(port)) throw new HalError('bad-argument', 'ntp', `there is no port ${port}`);
      const { address, family } = await lookUp(host);
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
      const where = `${address} port ${port}`;
      try {
        const isConnected = once(socket, 'connect');
        socket.connect(port, address);
        await isConnected;
      } catch (cause) {
        socket.close();
        throw errorOf(cause, where);
      }
      return new ConnectedSocket({ socket, where, handlers, clock: options.clock });
    },
  };
}

/**
 * The address of a name, of either family or of the one that is asked for.
 * Errors: `unreachable`.
 */
export async function lookUp(
  host: string,
  family: 0 | 4 = 0,
): Promise<{ readonly address: string; readonly family: number }> {
  try {
    return await lookup(host, { family });
  } catch (cause) {
    throw new HalError('unreachable', 'ntp', `nobody knows the name «${host}»`, { cause });
  }
}

class ConnectedSocket implements DatagramSocket {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #handlers: DatagramHandlers;
  readonly #clock: Pick<Clock, 'now'>;
  #isOpen = true;

  constructor(parts: {
    readonly socket: Socket;
    readonly where: string;
    readonly handlers: DatagramHandlers;
    readonly clock: Pick<Clock, 'now'>;
  }) {
    this.#socket = parts.socket;
    this.#where = parts.where;
    this.#handlers = parts.handlers;
    this.#clock = parts.clock;
    const peer = this.#socket.remoteAddress();
    this.#socket.on('message', (bytes, from) => this.#receive(bytes, isSame(from, peer)));
    this.#socket.on('error', (error) => this.#fail(error));
  }

  send(bytes: Uint8Array): number {
    if (!this.#isOpen)
      throw new HalError('closed', 'ntp', `the socket to ${this.#where} is closed`);
    const sentAtMs = this.#clock.now();
    this.#socket.send(bytes, (error) => {
      if (error !== null) this.#fail(error);
    });
    return sentAtMs;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close();
  }

  #receive(bytes: Uint8Array, isFromPeer: boolean): void {
    const receivedAtMs = this.#clock.now();
    this.#handlers.onMessage({ bytes, isFromPeer, receivedAtMs });
  }

  #fail(error: unknown): void {
    if (this.#isOpen) this.#handlers.onError(errorOf(error, this.#where));
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function isSame(from: RemoteInfo, peer: { address: string; port: number }): boolean {
  return from.port === peer.port && from.address === peer.address;
}

function errorOf(cause: unknown, where: string): HalError {
  return halErrorFrom('ntp', cause, { what: `exchange datagrams with ${where}` });
}

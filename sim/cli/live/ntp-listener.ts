import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { World } from '../../kernel/world.ts';
import { TimePath } from '../../peers/time-path.ts';
import type { TimeServer } from '../../peers/time-server.ts';

/** The address of this machine that stands for all servers; their ports differ. */
export const loopback = '127.0.0.1';

/**
 * One time server of a world on this machine: speaks NTP over UDP on the loopback address, with all
 * that was set of the server and of the way to it.
 */
export class NtpListener {
  readonly #act: (stimulus: () => void) => Promise<void>;
  #server: TimeServer;
  #path: TimePath;
  #stopHearing: () => void;
  #socket: Socket | undefined;
  #stranger: Socket | undefined;
  #port = 0;
  #isClosed = false;

  /** Nobody listens before `open`. `act` has something happen in the world, now. */
  constructor(world: World, server: TimeServer, act: (stimulus: () => void) => Promise<void>) {
    this.#server = server;
    this.#act = act;
    this.#path = pathTo(world, server);
    this.#stopHearing = server.onChange(() => this.#follow());
  }

  /** Stands for this server of this world from now on; it has the same name. */
  stand(world: World, server: TimeServer): void {
    if (this.#isClosed) return;
    this.#stopHearing();
    this.#server = server;
    this.#path = pathTo(world, server);
    this.#stopHearing = server.onChange(() => this.#follow());
    this.#follow();
  }

  /** The same through all that is set, as far as nobody else takes it. */
  get port(): number {
    return this.#port;
  }

  /** Rejects where this machine lets nobody listen. */
  async open(): Promise<void> {
    if (!this.#server.behaviour.reachable) return;
    const socket = createSocket('udp4');
    this.#socket = socket;
    socket.on('message', (request, from) => this.#ask(request, from));
    socket.bind(this.#port, loopback);
    try {
      await once(socket, 'listening');
    } catch (error) {
      this.#hangUp();
      throw error;
    }
    // A client that is gone when its reply comes is nobody's fault.
    socket.on('error', () => undefined);
    this.#port = socket.address().port;
  }

  /** Nobody listens any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopHearing();
    this.#hangUp();
  }

  /** The server has changed. */
  #follow(): void {
    if (!this.#server.behaviour.reachable) this.#hangUp();
    else if (this.#socket === undefined && !this.#isClosed) {
      // Somebody else has taken the port meanwhile: any other will do.
      this.open().catch(() => {
        this.#port = 0;
        return this.open();
      });
    }
  }

  #ask(request: Uint8Array, { address, port }: RemoteInfo): void {
    const send = (socket: Socket | undefined, reply: Uint8Array): void => {
      socket?.send(reply, port, address);
    };
    this.#act(
      () =>
        this.#path.send(request, {
          hear: (reply, { isFromServer }) =>
            send(isFromServer ? this.#socket : this.#strangerSocket(), reply),
          // Where nobody listens the host says so by itself.
          refused: () => undefined,
        }),
      // A world that has ended answers nobody.
    ).catch(() => undefined);
  }

  /** Bound by the host, with a port of its own, when it first sends. */
  #strangerSocket(): Socket {
    if (this.#stranger === undefined) {
      this.#stranger = createSocket('udp4');
      this.#stranger.on('error', () => undefined);
      this.#stranger.unref();
    }
    return this.#stranger;
  }

  #hangUp(): void {
    this.#socket?.close();
    this.#stranger?.close();
    this.#socket = undefined;
    this.#stranger = undefined;
  }
}

/** What outsiders meet on their way has chance of its own. */
function pathTo(world: World, server: TimeServer): TimePath {
  const chance = world.random.stream(`live/${server.name}`);
  return new TimePath({ world, server, chance, owner: server.name, isOutside: true });
}

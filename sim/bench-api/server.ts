import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { accessAt, isLoopback, type Access } from './access.ts';
import { Desk, type ApiBench } from './desk.ts';

/** Where the API listens, and for whom. */
export interface BenchApiWishes {
  /** 127.0.0.1, which other machines do not reach, unless told otherwise. */
  readonly host?: string | undefined;
  /** 7080 unless told otherwise; 0 for any free one. */
  readonly port?: number | undefined;
  /** What every request must show; beyond loopback one of chance unless told otherwise. */
  readonly token?: string | undefined;
}

interface BenchApiServerOptions extends BenchApiWishes {
  /** Hears of what no caller can have caused. */
  readonly onBug: (error: unknown) => void;
}

/** The port of the panel and the API. */
const usualPort = 7080;

/** A client that dawdles is cut off; one that waits for the board may wait as long as it likes. */
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const connectionsMax = 256;

/**
 * The API of one live bench on a port of this machine. The application behind it is loaded for the
 * first request: a board must not start later because somebody might ask.
 */
export class BenchApiServer {
  readonly #live: ApiBench;
  readonly #options: BenchApiServerOptions;
  readonly #access: Access;
  readonly #server: Server;
  #desk: Desk | undefined;
  #app: Promise<FastifyInstance> | undefined;
  #problem: string | undefined;
  #isClosed = false;
  /** Connections that the server knows no more: they became WebSockets, or were refused as such. */
  readonly #upgraded = new Set<Duplex>();

  /** Nobody listens before `open`. Throws a `UsageError` where the token cannot be used. */
  constructor(live: ApiBench, options: BenchApiServerOptions) {
    this.#live = live;
    this.#options = options;
    this.#access = accessAt(options.host ?? '127.0.0.1', options.token);
    this.#server = createServer(limits, (request, response) => {
      this.#load().then((app) => app.routing(request, response), options.onBug);
    });
    this.#server.maxConnections = connectionsMax;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Listens. Where this machine lets it not, `where` says why. */
  async open(): Promise<void> {
    const { port = usualPort } = this.#options;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen(port, this.#access.host, resolve);
      });
    } catch (error) {
      this.#problem = problemText(error, port);
    }
  }

  /** The address without a path; undefined where nobody listens. */
  get url(): string | undefined {
    if (!this.#server.listening) return undefined;
    const { host } = this.#access;
    const { port } = this.#server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Where it is, for people; with the token where it was made here, and nobody else has it. */
  get where(): string {
    if (this.url === undefined) return this.#problem ?? 'not open';
    const { host, token } = this.#access;
    const caution = isLoopback(host) ? '' : '   (other machines can reach it)';
    if (token === undefined) return `${this.url}${caution}`;
    const shown = this.#options.token === undefined ? token : 'that of NASBOARD_TOKEN';
    return `${this.url}   token ${shown}${caution}`;
  }

  /** Ends all connections; steps that wait are given up. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    const app = await this.#app;
    for (const socket of this.#upgraded) socket.destroy();
    await app?.close();
    this.#desk?.close();
    if (this.#problem === undefined) await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // While the application is loaded nobody else hears of a connection that breaks.
    socket.on('error', () => socket.destroy());
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    this.#load().then(
      (app) => app.server.emit('upgrade', request, socket, head),
      this.#options.onBug,
    );
  }

  #load(): Promise<FastifyInstance> {
    this.#desk ??= new Desk(this.#live);
    const { onBug } = this.#options;
    const options = { desk: this.#desk, access: this.#access, onBug };
    this.#app ??= import('./app.ts').then((loaded) => loaded.createBenchApi(options));
    return this.#app;
  }
}

function problemText(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return `not reachable: port ${port} is taken; start nasboard with another: --panel-port 0`;
  }
  if (code === 'EACCES') {
    return `not reachable: nobody may listen at port ${port}; take another: --panel-port 7080`;
  }
  return `not reachable: ${message}; see --host and --panel-port in: nasboard help start`;
}

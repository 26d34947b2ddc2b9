import type { IncomingMessage, ServerResponse } from 'node:http';
import { HalError, isHalError } from '#hal/errors';
import type { HttpListener } from '#hal/network';
import type { exchange as Exchange } from './http-exchange.ts';
import type { Life } from './life.ts';
import type { TraceValue } from '../kernel/trace.ts';
import type { BoardSite } from './site.ts';

/** What firmware has called with each request. */
export type OnRequest = (request: IncomingMessage, response: ServerResponse) => void;

/** A request as it goes over the wire. */
export interface WireRequest {
  /** `GET` unless told otherwise. */
  readonly method?: string;
  /** Path and query, `/` first. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The client's address. */
  readonly from: string;
  /** The port asked; the one that listens, where only one does. */
  readonly port?: number;
}

/** What came back. */
export interface HttpResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
  readonly bytes: Uint8Array;
}

/** `refused`: the port is closed or the cable is out. `reset`: the board died meanwhile. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  readonly reason: 'refused' | 'reset';

  constructor(reason: 'refused' | 'reset', text: string) {
    super(text);
    this.reason = reason;
  }
}

/** A port of the host that stands for one of the board. */
export interface HostListener extends HttpListener {
  /** Ends its connections, and goes on listening. */
  hangUp(): void;
  /** It only stands for one that was open in a run that is done again. */
  readonly isStandIn?: true;
}

/** Opens a port of the host for a port of the board; rejects with `HalError`s. */
export type HostGateway = (
  port: number,
  dispatch: (request: WireRequest) => Promise<HttpResponse>,
) => Promise<HostListener>;

/** What the ports need to know of the network they are on. */
export interface HttpNetwork {
  isLinked(): boolean;
  /** The board's address there, for clients that name it. */
  address(): string | undefined;
  /** Hears of what came in and of what went out. */
  carried(way: 'received' | 'sent', bytes: number): void;
}

interface Listening {
  readonly life: Life;
  readonly onRequest: OnRequest;
  /** Cuts the connections of requests under way. */
  readonly cuts: Set<() => void>;
  host: HostListener | undefined;
}

interface Call {
  readonly request: WireRequest;
  readonly path: string;
  readonly exchange: typeof Exchange;
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The board's HTTP ports. A request enters at an instant of the world, whole, and its answer leaves
 * whole. Paths are traced; queries, headers and bodies are not: they hold passwords and tokens.
 */
export class HttpPorts {
  readonly #site: BoardSite;
  readonly #network: HttpNetwork;
  readonly #listening = new Map<number, Listening>();
  #underWay = 0;
  #restored: ReadonlySet<number> = new Set();
  #gateway: HostGateway | undefined;

  constructor(site: BoardSite, network: HttpNetwork) {
    this.#site = site;
    this.#network = network;
  }

  /** From the next `listen` on, ports are opened on the host too. */
  setGateway(gateway: HostGateway | undefined): void {
    this.#gateway = gateway;
  }

  /** Opens what listens already, where a board goes on that had no host so far. */
  openOnHost(gateway: HostGateway): void {
    for (const [port, listening] of this.#listening) {
      if (listening.host !== undefined && listening.host.isStandIn !== true) continue;
      const opening = gateway(port, (request) => this.request({ ...request, port })).then(
        (host) => {
          const isOpen = this.#listening.get(port) === listening;
          if (!isOpen) return host.close();
          listening.host = host;
          return undefined;
        },
      );
      // The gateway has told why it could not: the board has its port all the same.
      this.#site.world.declareWork(opening).catch(() => undefined);
    }
  }

  /** The ports that listen now. */
  get ports(): readonly number[] {
    return [...this.#listening.keys()];
  }

  /** Whether a request is under way. */
  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** These ports listened where a life goes on: that its firmware opens them again is no news. */
  restore(ports: readonly number[]): void {
    this.#restored = new Set(ports);
  }

  /** The firmware's face; see `Network.listen`. */
  async listen(life: Life, port: number, onRequest: OnRequest): Promise<HttpListener> {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new HalError('bad-argument', 'network', `port ${port} is not 0 to 65535`);
    }
    if (!life.isAlive) throw new HalError('closed', 'network', 'the board is off');
    if (this.#listening.has(port)) {
      throw new HalError('busy', 'network', `port ${port} listens already`);
    }
    if (this.#gateway !== undefined)
      return this.#listenOnHost(this.#gateway, life, port, onRequest);
    const opened = port === 0 ? this.#freePort() : port;
    return this.#open(opened, { life, onRequest, cuts: new Set(), host: undefined });
  }

  /**
   * Makes a request at this instant; it is answered once the world runs on. Rejects with
   * `ConnectionFailed` where nobody answers.
   */
  async request(request: WireRequest): Promise<HttpResponse> {
    const { method = 'GET', url, from } = request;
    const path = tracedPath(url);
    const { world, boardName } = this.#site;
    this.#site.stimulus('http', 'request', { method, path, from }, () => secretOf(request));
    this.#underWay += 1;
    try {
      // The same order of things, whether the code was loaded before or not: the request enters
      // when it is there and all else that this instant has set going is done.
      const { exchange } = await world.declareWork(loadExchange());
      return await new Promise((resolve, reject) => {
        const call: Call = { request, path, exchange, resolve, reject };
        world.at(world.nowUs, `${boardName}: http request`, () => this.#deliver(call));
      });
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Ends all connections, as a cable does that is pulled; answers how many were in use. */
  hangUp(): number {
    let ended = 0;
    for (const { cuts, host } of this.#listening.values()) {
      ended += cuts.size;
      for (const cut of cuts) cut();
      host?.hangUp();
    }
    return ended;
  }

  #deliver({ request, path, exchange, resolve, reject }: Call): void {
    const [only = 0] = this.ports;
    const { port = only } = request;
    const listening = this.#listening.get(port);
    if (listening === undefined || !this.#network.isLinked()) {
      this.#site.output('http', 'refused', { path });
      reject(new ConnectionFailed('refused', `nobody answers on port ${port}`));
      return;
    }
    const { life, onRequest, cuts } = listening;
    this.#network.carried('received', bytesOf(request));
    const cut = (): void => {
      if (!cuts.delete(cut)) return;
      this.#site.output('http', 'reset', { path });
      reject(new ConnectionFailed('reset', 'the connection was reset'));
    };
    cuts.add(cut);
    // A hung CPU takes the request and never answers.
    if (!life.isListening) return;
    let hasLeft = false;
    const onLeft = (status: number): void => {
      if (!life.isListening || !cuts.delete(cut)) return;
      hasLeft = true;
      this.#site.output('http', 'response', { path, status });
    };
    const { headers = {} } = request;
    const host = `${this.#network.address() ?? '127.0.0.1'}:${port}`;
    exchange({ ...request, headers: { host, ...headers } }, { onRequest, onLeft }).then(
      (response) => (hasLeft ? this.#carry(response, resolve) : undefined),
      (error: unknown) => {
        if (!isDropped(error)) this.#site.world.reportBug(error);
        if (life.isListening) cut();
      },
    );
  }

  #carry(response: HttpResponse, resolve: Call['resolve']): void {
    this.#network.carried('sent', response.bytes.length);
    resolve(response);
  }

  #open(port: number, listening: Listening): HttpListener {
    const { life, cuts } = listening;
    this.#listening.set(port, listening);
    const end = (): boolean => {
      if (this.#listening.get(port) !== listening) return false;
      this.#listening.delete(port);
      for (const cut of cuts) cut();
      return true;
    };
    life.onEnd(() => {
      if (end()) void listening.host?.close();
    });
    if (!this.#restored.has(port)) this.#site.output('http', 'listen', { port });
    this.#restored = new Set([...this.#restored].filter((each) => each !== port));
    return {
      address: listening.host?.address ?? '0.0.0.0',
      port,
      close: async () => {
        if (!end()) return;
        this.#site.output('http', 'close', { port });
        const { host } = listening;
        if (host !== undefined) await this.#site.world.declareWork(host.close());
      },
    };
  }

  /** The host's part takes no time of the world. */
  async #listenOnHost(
    gateway: HostGateway,
    life: Life,
    port: number,
    onRequest: OnRequest,
  ): Promise<HttpListener> {
    let opened = port;
    const opening = gateway(port, (request) => this.request({ ...request, port: opened }));
    const host = await this.#site.world.declareWork(this.#noted(port, opening));
    if (port === 0) opened = host.port;
    if (!life.isAlive) {
      await host.close();
      throw new HalError('closed', 'network', 'the board is off');
    }
    return this.#open(opened, { life, onRequest, cuts: new Set(), host });
  }

  /** Whoever does all this again has to know what came of it. */
  async #noted(port: number, opening: Promise<HostListener>): Promise<HostListener> {
    const note = (fields: { readonly [field: string]: TraceValue }): void =>
      this.#site.stimulus('http', 'opened', { port, ...fields, by: 'host' });
    try {
      const host = await opening;
      note({ address: host.address, at: host.port });
      return host;
    } catch (error) {
      if (isHalError(error)) note({ code: error.code, text: error.message });
      throw error;
    }
  }

  #freePort(): number {
    let port = 49_152;
    while (this.#listening.has(port)) port += 1;
    return port;
  }
}

/** All of a request that the trace leaves out. */
function secretOf({ url, headers, body, port }: WireRequest): {
  readonly [field: string]: TraceValue;
} {
  return {
    url,
    ...(headers !== undefined && { headers }),
    ...(body !== undefined && { body: Buffer.from(body as string).toString('base64') }),
    ...(port !== undefined && { port }),
  };
}

/** About so many: what of a request is always the same does not count. */
function bytesOf({ url, headers = {}, body = '' }: WireRequest): number {
  const fields = Object.entries(headers).reduce(
    (bytes, [name, value]) => bytes + name.length + value.length,
    url.length,
  );
  return fields + (typeof body === 'string' ? Buffer.byteLength(body) : body.length);
}

let loaded: Promise<{ readonly exchange: typeof Exchange }> | undefined;

/** Even a module that is loaded costs something to import: once a process is enough. */
function loadExchange(): NonNullable<typeof loaded> {
  loaded ??= import('./http-exchange.ts');
  return loaded;
}

const pathMax = 200;

/** What of a URL may be traced. What is no path can hold anything, a name and password too. */
function tracedPath(url: string): string {
  if (!/^\/(?!\/)/.test(url)) return '(no path)';
  const path = url.replace(/[?#][^]*$/, '');
  return path.length <= pathMax ? path : `${path.slice(0, pathMax - 1)}…`;
}

/** Firmware has destroyed the response: that is its right. */
function isDropped(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'LIGHT_ECONNRESET';
}

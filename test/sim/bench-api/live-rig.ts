import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { BenchApiServer, type BenchApiWishes } from '#sim/bench-api/server';
import { LiveBench } from '#sim/cli/live/live-bench';
import { defaultStartUs } from '#sim/kernel/world';

await import('node-cron');

/** A live bench with its API on a true port; its time stands still until a request moves it. */
export class LiveApiRig implements AsyncDisposable {
  readonly live: LiveBench;
  readonly server: BenchApiServer;
  readonly bugs: unknown[];

  private constructor(live: LiveBench, server: BenchApiServer, bugs: unknown[]) {
    this.live = live;
    this.server = server;
    this.bugs = bugs;
  }

  static async open(wishes: BenchApiWishes = {}): Promise<LiveApiRig> {
    const live = new LiveBench({ seed: 1, startUs: defaultStartUs, speed: 1 });
    const bugs: unknown[] = [];
    const onBug = (error: unknown): void => void bugs.push(error);
    const server = new BenchApiServer(live, { port: 0, ...wishes, onBug });
    await server.open();
    return new LiveApiRig(live, server, bugs);
  }

  get url(): string {
    return this.server.url ?? '';
  }

  /** Does steps; answers the outcome of all. */
  async steps(body: unknown): Promise<string> {
    const answer = await fetch(`${this.url}/api/v1/steps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await answer.json()) as { outcome: string }).outcome;
  }

  connect(path: string, options: ClientOptions = {}, protocols: string[] = []): Listener {
    const url = `${this.url.replace('http', 'ws')}/api/v1${path}`;
    return new Listener(new WebSocket(url, protocols, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.live.end();
  }
}

/** A client of a WebSocket, and what it has heard. */
export class Listener {
  readonly socket: WebSocket;
  readonly #heard: Buffer[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => void this.#heard.push(data));
    socket.on('error', () => undefined);
  }

  get texts(): readonly string[] {
    return this.#heard.map((bytes) => bytes.toString());
  }

  get records(): readonly Readonly<Record<string, unknown>>[] {
    return this.texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  /** Until the server has taken the connection; or how it refused it. */
  async opened(): Promise<number> {
    const refused = once(this.socket, 'unexpected-response').then(
      ([, response]: { statusCode: number }[]) => response?.statusCode ?? 0,
    );
    return Promise.race([once(this.socket, 'open').then(() => 101), refused]);
  }

  /** Until what was heard is enough. */
  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await once(this.socket, 'message');
  }
}

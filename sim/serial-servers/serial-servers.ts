import { SerialClient, type ClientOptions } from './client.ts';
import { isLoopback, type SerialKind } from './kind.ts';
import { type LineHost, SharedLine } from './shared-line.ts';
import type { SerialServer } from './tcp-server.ts';

/** What the servers need of the session they belong to. */
export interface SerialServersOptions {
  readonly host: LineHost;
  /** Hears of a bug that surfaced while a client was served. */
  readonly onBug: (error: unknown) => void;
}

/** All ways to attach to one board's serial line, and who is attached. */
export class SerialServers {
  readonly #line: SharedLine;
  readonly #onBug: (error: unknown) => void;
  readonly #servers: { readonly server: SerialServer; readonly isOpenToAll: boolean }[] = [];
  readonly #clients = new Set<SerialClient>();

  /** Nobody listens before `open`. */
  constructor({ host, onBug }: SerialServersOptions) {
    this.#line = new SharedLine(host);
    this.#onBug = onBug;
  }

  /** Opens one more way. Rejects with a `UsageError` where that cannot be. */
  async open(kind: SerialKind): Promise<void> {
    const isOpenToAll = 'host' in kind && !isLoopback(kind.host);
    this.#servers.push({ server: await this.#openServer(kind), isOpenToAll });
  }

  /** Where one can attach, a line each; for people. */
  get places(): readonly string[] {
    return this.#servers.flatMap(({ server: { where, how }, isOpenToAll }) => [
      `${where}   (${how})`,
      ...(isOpenToAll ? [openWarning] : []),
    ]);
  }

  /** Who is attached, a line each; for people. */
  get clients(): readonly string[] {
    return [...this.#clients].map((client) => `${client.name}   ${client.facts}`);
  }

  /** All are sent away; nobody listens any more. */
  async close(): Promise<void> {
    this.#line.close();
    for (const client of this.#clients) client.close();
    await Promise.all(this.#servers.splice(0).map(({ server }) => server.close()));
  }

  /** Each way is loaded where it is wanted. */
  async #openServer(kind: SerialKind): Promise<SerialServer> {
    const line = this.#line;
    const welcome = (client: Omit<ClientOptions, 'line'>): void => this.#serve(client);
    switch (kind.kind) {
      case 'pty': {
        const { openPtyServer } = await import('./pty-server.ts');
        return openPtyServer(kind.link, { welcome });
      }
      case 'ws': {
        const { openWebSocketServer } = await import('./websocket-server.ts');
        return openWebSocketServer(kind, { welcome });
      }
      default: {
        const { openTcpServer } = await import('./tcp-server.ts');
        return openTcpServer({ ...kind, kind: kind.kind }, { line, welcome });
      }
    }
  }

  #serve(options: Omit<ClientOptions, 'line'>): void {
    const client = new SerialClient({ ...options, line: this.#line });
    this.#clients.add(client);
    client
      .run()
      .catch(this.#onBug)
      .finally(() => this.#clients.delete(client));
  }
}

const openWarning =
  'WARNING: other machines can reach this console, and nothing that is typed there is encrypted';

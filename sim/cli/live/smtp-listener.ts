import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { SMTPServer, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { SmtpServer } from '#hal/mail';
import type { MailServer } from '../../peers/mail-server.ts';
import { readMessage } from '../../peers/mailbox.ts';

/** The world, as far as the listener touches it. */
export interface SmtpWorld {
  /** Has something happen in the world at the present instant. */
  act<T>(stimulus: () => T): Promise<T>;
  /** Lets so much true time pass. */
  pass(spanUs: number): Promise<void>;
}

type Answer = (error?: Error | null) => void;

const loopback = '127.0.0.1';

/** Waits are the world's business: the host ends none. Node's longest time-out. */
const longestMs = 2 ** 31 - 1;

const shuttingDown = '421 4.3.2 the service is shutting down';

/**
 * A world's mail server on this machine: speaks SMTP on the loopback address, at one port with or
 * without STARTTLS and at another with TLS from the start. The certificate is the library's, whose
 * key is public: it proves nothing.
 */
export class SmtpListener {
  readonly #world: SmtpWorld;
  readonly #sockets = new Set<Socket>();
  readonly #ports = { plain: 0, tls: 0 };
  #server: MailServer;
  #stopHearing: () => void;
  #listening: readonly Server[] = [];
  #isClosed = false;

  /** Nobody listens before `open`. */
  constructor(server: MailServer, world: SmtpWorld) {
    this.#server = server;
    this.#world = world;
    this.#stopHearing = server.onMode(() => this.#follow());
  }

  /** Stands for this server from now on; who is connected is cut off. */
  follow(server: MailServer): void {
    this.#stopHearing();
    this.#server = server;
    this.#stopHearing = server.onMode(() => this.#follow());
    for (const socket of this.#sockets) socket.destroy();
    this.#follow();
  }

  /** Rejects where this machine lets nobody listen. */
  async open(): Promise<void> {
    if (this.#server.mode.kind !== 'down') await this.#listen();
  }

  /** Where to connect to; the port is the same through all modes. */
  addressFor(security: SmtpServer['security']): { readonly host: string; readonly port: number } {
    return { host: loopback, port: security === 'tls' ? this.#ports.tls : this.#ports.plain };
  }

  /** Ends all connections. */
  close(): void {
    this.#isClosed = true;
    this.#stopHearing();
    this.#hangUp();
  }

  /** The mode has changed. */
  #follow(): void {
    const isDown = this.#server.mode.kind === 'down';
    if (isDown) this.#hangUp();
    else if (this.#listening.length === 0 && !this.#isClosed) {
      // Somebody else has taken the port meanwhile: any other will do.
      this.#listen().catch(() => {
        this.#ports.plain = 0;
        this.#ports.tls = 0;
        return this.#listen();
      });
    }
  }

  async #listen(): Promise<void> {
    const plain = createServer((socket) => this.#connected(socket, this.#plainSmtp));
    const tls = createServer((socket) => this.#connected(socket, this.#tlsSmtp));
    this.#listening = [plain, tls];
    try {
      this.#ports.plain = await listenAt(plain, this.#ports.plain);
      this.#ports.tls = await listenAt(tls, this.#ports.tls);
    } catch (error) {
      this.#hangUp();
      throw error;
    }
  }

  #hangUp(): void {
    for (const server of this.#listening) server.close();
    this.#listening = [];
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The library is loaded for the first connection; what it says meanwhile waits in the socket. */
  #connected(socket: Socket, smtp: () => Promise<SMTPServer>): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A client that hangs up is nobody's fault.
    socket.on('error', () => undefined);
    smtp().then(
      ({ server }) => server.emit('connection', socket),
      () => socket.destroy(),
    );
  }

  readonly #plainSmtp = once(() => this.#load({ secure: false }));
  readonly #tlsSmtp = once(() => this.#load({ secure: true }));

  async #load({ secure }: { readonly secure: boolean }): Promise<SMTPServer> {
    const library = await import('smtp-server');
    const { host } = this.#server;
    const smtp = new library.SMTPServer({
      secure,
      name: host,
      banner: 'nasboard',
      authOptional: true,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      logger: false,
      socketTimeout: longestMs,
      onConnect: (_session, answer) => void this.#greet(answer).catch(answer),
      onAuth: ({ username: user = '', password }, _session, answer) => {
        const login = { user, password: password ?? '' };
        this.#refusal(() => this.#server.refusalOfLogin(login)).then(
          (refusal) => answer(refusal, { user }),
          answer,
        );
      },
      onMailFrom: (_address, { user }, answer) => {
        const isLoggedIn = user !== undefined && user !== false;
        this.#refusal(() => this.#server.refusalOfMessage({ isLoggedIn })).then(answer, answer);
      },
      onData: (stream, session, answer) => {
        this.#take(stream, session).then(() => answer(null), answer);
      },
    });
    // A client that hangs up in the middle of a message.
    smtp.on('error', () => undefined);
    return smtp;
  }

  /** Calls `answer` when the first word is due; never, where the server is silent. */
  async #greet(answer: Answer): Promise<void> {
    const greeting = await this.#act(() => this.#server.greet());
    if (greeting.kind === 'silent') return;
    if (greeting.kind === 'closed') throw replyError(shuttingDown);
    if (greeting.afterUs > 0) await this.#world.pass(greeting.afterUs);
    answer();
  }

  async #refusal(ask: () => string | undefined): Promise<Error | undefined> {
    const reply = await this.#act(ask);
    return reply === undefined ? undefined : replyError(reply);
  }

  async #take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk as Uint8Array);
    const message = new Uint8Array(Buffer.concat(chunks));
    const content = await readMessage(message);
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    const to = envelope.rcptTo.map(({ address }) => address);
    await this.#act(() => this.#server.deliver({ from, to }, message, content));
  }

  /** A world that has ended takes no mail. */
  async #act<T>(stimulus: () => T): Promise<T> {
    const server = this.#server;
    try {
      return await this.#world.act(() => {
        if (server !== this.#server) throw new Error('another world has taken its place');
        return stimulus();
      });
    } catch (cause) {
      throw replyError(shuttingDown, { cause });
    }
  }
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** What the library turns into a reply. */
function replyError(reply: string, options?: ErrorOptions): Error {
  const responseCode = Number(reply.slice(0, 3));
  return Object.assign(new Error(reply.slice(4), options), { responseCode });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

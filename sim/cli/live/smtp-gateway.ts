import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { SmtpServer } from '#hal/mail';
import {
  refusedWith,
  unreachable,
  withoutPassword,
  type HandIn,
  type HandInProblem,
  type MailGateway,
} from '../../parts/mail.ts';
import type { MailServer } from '../../peers/mail-server.ts';
import type { SmtpListener } from './smtp-listener.ts';

/** What the gateway lies between. */
export interface SmtpGatewayOptions {
  readonly server: MailServer;
  /** Where that server listens on this machine. */
  readonly listener: SmtpListener;
  /** Has something happen in the world at the present instant. */
  act<T>(stimulus: () => T): Promise<T>;
  /** Whether true time follows the host's. Where it runs ahead, no socket can keep up with it. */
  isPaced(): boolean;
}

type Handed = Parameters<MailGateway['handIn']>[1];

/** The board's clock decides how long is waited, not the host's. Node's longest time-out. */
const longestMs = 2 ** 31 - 1;

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/**
 * Hands mail in by SMTP over the host's sockets: to the world's mail server by its name, and to any
 * server on this machine by a loopback address. Nothing leaves the machine.
 */
export class SmtpGateway implements MailGateway {
  readonly #options: SmtpGatewayOptions;

  constructor(options: SmtpGatewayOptions) {
    this.#options = options;
  }

  takes({ host }: SmtpServer): boolean {
    return this.#options.isPaced() || loopbackNames.test(host);
  }

  handIn(handIn: HandIn, handed: Handed): void {
    // Where the world has ended meanwhile, nobody is left to hear of it.
    this.#carry(handIn, handed).catch(() => undefined);
  }

  async #carry(handIn: HandIn, { signal, done }: Handed): Promise<void> {
    const route = this.#routeTo(handIn.server);
    const problem = 'code' in route ? route : await converse(route, handIn, signal);
    await this.#options.act(() => done(problem));
  }

  #routeTo({ host, port, security }: SmtpServer): Route | HandInProblem {
    const { server, listener } = this.#options;
    const name = host.toLowerCase();
    if (name !== server.host) {
      if (loopbackNames.test(name)) return { host: name.replaceAll(/[[\]]/g, ''), port };
      return unreachable(`no mail server «${host}»: there are ${server.host} and 127.0.0.1`);
    }
    if (!server.ports.includes(port)) return unreachable(`${host} has no port ${port}`);
    // Nobody listens who could note that somebody came.
    if (server.mode.kind === 'down') server.greet();
    return listener.addressFor(security);
  }
}

interface Route {
  readonly host: string;
  readonly port: number;
}

/** Never rejects; answers something that nobody hears once `signal` has ended it. */
async function converse(
  route: Route,
  { server, envelope, message }: HandIn,
  signal: AbortSignal,
): Promise<HandInProblem | undefined> {
  const { default: SmtpConnection } = await import('nodemailer/lib/smtp-connection');
  const connection = new SmtpConnection(optionsFor(route, server));
  const { from } = envelope;
  const to = [...envelope.to];
  return new Promise((resolve) => {
    const end = (): void => {
      connection.close();
      resolve(undefined);
    };
    if (signal.aborted) return end();
    signal.addEventListener('abort', end);
    const fail = (error: Error): void => {
      resolve(problemOf(error, server));
      connection.close();
    };
    connection.on('error', fail);
    const send = (): void => {
      const size = message.length;
      connection.send(
        { from, to, size, use8BitMime: true },
        Buffer.from(message),
        (error, info) => {
          const [refused] = info?.rejectedErrors ?? [];
          if (error !== null || refused !== undefined) return fail(error ?? (refused as Error));
          connection.quit();
          return resolve(undefined);
        },
      );
    };
    connection.connect((error) => {
      const { user, password: pass = '' } = server;
      if (error) return fail(error);
      if (user === undefined) return send();
      return connection.login({ user, pass }, (failure) => (failure ? fail(failure) : send()));
    });
    return undefined;
  });
}

function optionsFor({ host, port }: Route, { security }: SmtpServer): SMTPConnectionOptions {
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // All servers are on this machine, with certificates that nobody has signed.
    tls: { rejectUnauthorized: false },
    connectionTimeout: longestMs,
    greetingTimeout: longestMs,
    socketTimeout: longestMs,
    logger: false,
  };
}

/** What a client's error means to the board. Errors keep commands and replies: none goes on. */
function problemOf(error: Error, server: SmtpServer): HandInProblem {
  const { code, response, responseCode = 0 } = error as ClientError;
  if (response !== undefined && responseCode >= 400 && responseCode < 600) {
    return refusedWith(response, server);
  }
  const text = withoutPassword(error.message, server);
  if (code === 'ETIMEDOUT') return { code: 'timed-out', text };
  const isAway = code === 'ECONNECTION' || code === 'ESOCKET' || code === 'EDNS';
  return isAway ? unreachable(text) : { code: 'io', text };
}

/** What nodemailer adds to errors. */
interface ClientError extends Error {
  readonly code?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

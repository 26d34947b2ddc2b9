import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { HalError } from '../errors.ts';
import type { Mail, SmtpServer } from '../mail.ts';
import type { Closable } from './closable.ts';

type Letter = Parameters<Mail['send']>[1];

/** What may differ from SMTP as everybody speaks it. */
export interface MailOptions {
  /** How certificates are judged; by the authorities that Node knows, unless told otherwise. */
  readonly tls?: SMTPConnectionOptions['tls'];
}

/**
 * Hands mail in by SMTP over this host's network, a connection each. With `starttls` and `tls`
 * nothing is said to a server whose certificate is not good, nor without encryption.
 */
export function createMail(options: MailOptions = {}): Mail & Closable {
  const life = new AbortController();
  return {
    async send(server, mail, { signal }) {
      if (life.signal.aborted) throw new HalError('closed', 'mail', 'the board was closed');
      // Bytes are the caller's own again when this call has answered its promise.
      const letter = { ...mail, message: mail.message.slice() };
      await converse(server, letter, { signals: [signal, life.signal], tls: options.tls });
    },
    close: () => life.abort(),
  };
}

async function converse(
  server: SmtpServer,
  { envelope, message }: Letter,
  options: { readonly signals: readonly AbortSignal[]; readonly tls: MailOptions['tls'] },
): Promise<void> {
  const { default: SmtpConnection } = await import('nodemailer/lib/smtp-connection');
  const { signals } = options;
  const { from } = envelope;
  const to = [...envelope.to];
  let abort = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      if (signals.some(({ aborted }) => aborted)) return reject(gaveUp());
      const connection = new SmtpConnection(optionsFor(server, options.tls));
      const fail = (error: Error): void => {
        reject(errorOf(error, server));
        connection.close();
      };
      abort = () => {
        reject(gaveUp());
        connection.close();
      };
      for (const signal of signals) signal.addEventListener('abort', abort);
      connection.on('error', fail);
      // A server that hangs up in the middle says no more than that.
      connection.on('end', () => reject(new HalError('unreachable', 'mail', lostAt(server))));
      const send = (): void => {
        const size = message.length;
        const sender = { from, to, size, use8BitMime: true };
        connection.send(sender, Buffer.from(message), (error, info) => {
          const [refused] = info?.rejectedErrors ?? [];
          if (error !== null || refused !== undefined) return fail(error ?? (refused as Error));
          resolve();
          return connection.quit();
        });
      };
      connection.connect((error) => {
        const { user, password: pass = '' } = server;
        if (error) return fail(error);
        if (user === undefined) return send();
        return connection.login({ user, pass }, (failure) => (failure ? fail(failure) : send()));
      });
      return undefined;
    });
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}

function optionsFor(
  { host, port, security }: SmtpServer,
  tls: MailOptions['tls'],
): SMTPConnectionOptions {
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(tls !== undefined && { tls }),
    logger: false,
  };
}

function gaveUp(): HalError {
  return new HalError('timed-out', 'mail', 'the call was given up');
}

function lostAt({ host, port }: SmtpServer): string {
  return `the connection to ${host} port ${port} was lost`;
}

/** Errors of the client keep commands and replies, the password among them: none is a cause. */
function errorOf(error: Error, server: SmtpServer): HalError {
  const { code, response, responseCode = 0 } = error as ClientError;
  const told = (text: string): string => withoutPassword(text, server);
  if (response !== undefined && responseCode >= 400 && responseCode < 600) {
    return new HalError('refused', 'mail', told(response));
  }
  const text = `${server.host} port ${server.port}: ${told(error.message)}`;
  if (code === 'ETIMEDOUT') return new HalError('timed-out', 'mail', text);
  const isAway = ['ECONNECTION', 'ESOCKET', 'EDNS', 'ETLS'].includes(code ?? '');
  return new HalError(isAway ? 'unreachable' : 'io', 'mail', text);
}

/** The text without the password of the account, in any form in which SMTP carries it. */
function withoutPassword(text: string, { user = '', password }: SmtpServer): string {
  if (password === undefined || password === '') return text;
  const coded = [`\0${user}\0${password}`, password].map((each) =>
    Buffer.from(each).toString('base64'),
  );
  let clean = text;
  for (const form of [...coded, password]) clean = clean.replaceAll(form, '…');
  return clean;
}

/** What nodemailer adds to errors. */
interface ClientError extends Error {
  readonly code?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

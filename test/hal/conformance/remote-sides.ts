import type { Clock } from '#hal/clock';
import type { TakenMail } from '#hal/conformance/index';
import { HalError, type HalErrorCode, type PortName } from '#hal/errors';
import type { Mail, SmtpServer } from '#hal/mail';
import type { Ntp } from '#hal/ntp';

/** Time servers by name; each way of a query takes ten milliseconds. */
export const timeServer = 'time.example';
export const silentTimeServer = 'silent.example';
export const refusingTimeServer = 'kiss.example';
export const garblingTimeServer = 'garble.example';

export const mailServer: SmtpServer = { host: 'mail.example', port: 587, security: 'starttls' };
export const silentMailServer: SmtpServer = { ...mailServer, host: 'silent.example' };

const oneWayMs = 10;

/** What a driver knows of its own clock, and the servers of theirs. */
interface Clocks {
  clock(): Clock;
  trueMs(): number;
}

/** Servers for what a simulated board does not reach, and drivers that keep their contracts. */
export class RemoteSides {
  readonly taken: TakenMail[] = [];
  readonly #clocks: Clocks;
  readonly #replies = new Map<string, string>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** A mail server that answers all with one reply. */
  refusingMailServer(reply: string): SmtpServer {
    const host = `refusing-${this.#replies.size + 1}.example`;
    this.#replies.set(host, reply);
    return { ...mailServer, host };
  }

  readonly ntp: Ntp = {
    query: (server, { signal }) =>
      this.#call('ntp', signal, ({ resolve, fail, later }) => {
        const sentAtMs = this.#clocks.clock().now();
        later(() => {
          const serverTimeMs = this.#clocks.trueMs();
          if (server === silentTimeServer) return;
          later(() => {
            if (server === refusingTimeServer) return fail('refused', 'kiss-o’-death RATE');
            if (server === garblingTimeServer) return fail('io', 'a reply of 3 bytes');
            if (server !== timeServer) return fail('unreachable', `no server «${server}»`);
            const receivedAtMs = this.#clocks.clock().now();
            const validated = ['source', 'mode', 'stratum'] as const;
            resolve({ server, serverTimeMs, sentAtMs, receivedAtMs, validated, stratum: 2 });
          });
        });
      }),
  };

  readonly mail: Mail = {
    send: ({ host, password }, { envelope, message }, { signal }) =>
      this.#call('mail', signal, ({ resolve, fail, later }) => {
        if (host === silentMailServer.host) return;
        later(() => {
          const reply = this.#replies.get(host);
          if (reply !== undefined) return fail('refused', withoutSecret(reply, password));
          if (host !== mailServer.host) return fail('unreachable', `no server «${host}»`);
          this.taken.push({ envelope, message: message.slice() });
          resolve(undefined);
        });
      }),
  };

  #call<T>(port: PortName, signal: AbortSignal, begin: (call: Call<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (code: HalErrorCode, detail: string): void =>
        reject(new HalError(code, port, detail));
      const abort = (): void => fail('timed-out', 'given up');
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      const later = (run: () => void): void => {
        this.#clocks.clock().setTimeout(run, oneWayMs);
      };
      return begin({ resolve, fail, later });
    });
  }
}

interface Call<T> {
  readonly resolve: (answer: T) => void;
  readonly fail: (code: HalErrorCode, detail: string) => void;
  /** One way later. */
  readonly later: (run: () => void) => void;
}

function withoutSecret(text: string, secret: string | undefined): string {
  if (secret === undefined) return text;
  return text.replaceAll(secret, '…').replaceAll(btoa(secret), '…');
}

import type { Bench } from '../../bench.ts';
import type { Pacer } from '../../kernel/pacer.ts';
import { SmtpGateway } from './smtp-gateway.ts';
import { SmtpListener } from './smtp-listener.ts';

/** What mail is about, of a bench. */
export type MailBench = Pick<Bench, 'world' | 'board' | 'mailServer'>;

/** Mail in real time: SMTP both ways, over sockets of this machine. */
export class LiveMail {
  readonly #bench: MailBench;
  readonly #listener: SmtpListener;
  readonly #gateway: SmtpGateway;
  #problem: string | undefined;

  /** Mail stays within the world until `open`. */
  constructor(bench: MailBench, pacer: Pacer) {
    const { world, mailServer: server } = bench;
    const act = <T>(stimulus: () => T): Promise<T> => pacer.act(stimulus);
    this.#bench = bench;
    this.#listener = new SmtpListener(server, {
      act,
      pass: (spanUs) =>
        new Promise((resolve, reject) => {
          act(() => world.after(spanUs, 'mail server', resolve)).catch(reject);
        }),
    });
    this.#gateway = new SmtpGateway({
      server,
      listener: this.#listener,
      act,
      isPaced: () => pacer.speed !== 'max',
    });
  }

  /** The mail server listens. Where this machine does not let it, mail stays within the world. */
  async open(): Promise<void> {
    try {
      await this.#listener.open();
      this.#bench.board.mail.setGateway(this.#gateway);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Where the mail server can be reached, for people. */
  get where(): string {
    const { host } = this.#bench.mailServer;
    if (this.#problem !== undefined) return `${host} (for the board only: ${this.#problem})`;
    const at = this.#listener.addressFor('none');
    return `${host} (SMTP ${at.host}:${at.port})`;
  }

  /** Nobody listens any more. */
  close(): void {
    this.#bench.board.mail.setGateway(undefined);
    this.#listener.close();
  }
}

import type { Bench } from '../../bench.ts';
import type { Pacer } from '../../kernel/pacer.ts';
import { SmtpGateway } from './smtp-gateway.ts';
import { SmtpListener } from './smtp-listener.ts';

/** What mail is about, of a bench. */
export type MailBench = Pick<Bench, 'world' | 'board' | 'mailServer'>;

/** Mail in real time: SMTP both ways, over sockets of this machine. */
export class LiveMail {
  readonly #pacer: Pacer;
  readonly #listener: SmtpListener;
  #bench: MailBench;
  #isOpen = false;
  #problem: string | undefined;

  /** Mail stays within the world until `open`. */
  constructor(bench: MailBench, pacer: Pacer) {
    const act = <T>(stimulus: () => T): Promise<T> => pacer.act(stimulus);
    this.#pacer = pacer;
    this.#bench = bench;
    this.#listener = new SmtpListener(bench.mailServer, {
      act,
      pass: (spanUs) =>
        new Promise((resolve, reject) => {
          act(() => this.#bench.world.outside.after(spanUs, 'mail server', resolve)).catch(reject);
        }),
    });
  }

  /** From now on it is about this bench; who talked to the server of the other is cut off. */
  follow(bench: MailBench): void {
    if (bench === this.#bench) return;
    this.#bench.board.mail.setGateway(undefined);
    this.#bench = bench;
    this.#listener.follow(bench.mailServer);
    if (this.#isOpen) this.#setGateway();
  }

  /** The mail server listens. Where this machine does not let it, mail stays within the world. */
  async open(): Promise<void> {
    try {
      await this.#listener.open();
      this.#isOpen = true;
      this.#setGateway();
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
    this.#isOpen = false;
    this.#bench.board.mail.setGateway(undefined);
    this.#listener.close();
  }

  #setGateway(): void {
    const pacer = this.#pacer;
    this.#bench.board.mail.setGateway(
      new SmtpGateway({
        server: this.#bench.mailServer,
        listener: this.#listener,
        act: (stimulus) => pacer.act(stimulus),
        isPaced: () => pacer.speed !== 'max',
      }),
    );
  }
}

import type { Mail } from '#hal/mail';
import { SimBoard } from '#sim/board';
import { LiveMail } from '#sim/cli/live/live-mail';
import { Pacer } from '#sim/kernel/pacer';
import { World } from '#sim/kernel/world';
import { MailServer } from '#sim/peers/mail-server';

/** So much faster than real time. The waits of the tests end with an event, not with the clock. */
const speed = 10;

/** A board in real time whose firmware does nothing but hand out its mail port. */
export class LiveMailRig {
  readonly world = new World();
  readonly board = new SimBoard(this.world);
  readonly mailServer = new MailServer(this.world);
  readonly pacer = new Pacer(this.world, { speed });
  readonly live: LiveMail;
  #port: Mail | undefined;

  constructor() {
    this.board.mail.reach(this.mailServer);
    this.board.install((board) => {
      this.#port = board.mail;
      return { stop: () => undefined };
    });
    this.live = new LiveMail(this, this.pacer);
  }

  /** Powers the board on; the mail server listens. */
  async start(): Promise<void> {
    await this.live.open();
    await this.pacer.act(() => this.board.powerOn());
    this.pacer.resume();
  }

  get port(): Mail {
    if (this.#port === undefined) throw new Error('the board is off');
    return this.#port;
  }

  /** Where an SMTP client connects to. */
  get address(): { readonly host: string; readonly port: number } {
    const [, host = '', port = ''] = /SMTP (\S+):(\d+)/.exec(this.live.where) ?? [];
    return { host, port: Number(port) };
  }

  async pass(ms: number): Promise<void> {
    await this.pacer.drive((runner) =>
      runner.runWhile(() => true, this.world.nowUs + Math.ceil(ms * 1000)),
    );
  }

  async end(): Promise<void> {
    await this.pacer.stop();
    this.live.close();
    this.board.cutPower();
  }
}

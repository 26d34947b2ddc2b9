import type { NewMailAccount } from '#firmware/notify/mail-accounts';
import type { OutgoingMail, QueuedMail } from '#firmware/notify/outbox';
import type { Services } from '#firmware/services';
import { MailServer } from '#sim/peers/mail-server';
import { type RigOptions, ServicesRig } from '../services-rig.ts';

/** An account at the mail server of the world. */
export const account = {
  name: 'Office',
  host: 'mail.example',
  port: 587,
  security: 'starttls',
  sender: 'nas@example.org',
} as const satisfies NewMailAccount;

/** A mail that says little. */
export const letter: OutgoingMail = {
  to: 'carol@example.org',
  subject: 'Hello',
  text: 'It is done.\n',
};

/** One board whatever the seed: what one rig sealed, the next can read. */
const deviceKey = new Uint8Array(32).fill(7);

/** The services on a board whose world has a mail server. */
export class MailRig extends ServicesRig {
  readonly mailServer: MailServer;

  constructor(options: RigOptions = {}) {
    super({ deviceKey, ...options });
    this.mailServer = new MailServer(this.board.world);
    this.board.mail.reach(this.mailServer);
    this.bootWell();
  }

  /** As the appliance does it: what an earlier life has left is sent. */
  override bootWell(): Services {
    const services = super.bootWell();
    services.outbox.start();
    return services;
  }

  /** With an account to send through. */
  withAccount(more: Partial<NewMailAccount> = {}): this {
    const outcome = this.services.mailAccounts.create({ ...account, ...more });
    if (!outcome.ok) throw new Error(outcome.text);
    return this;
  }

  enqueue(more: Partial<OutgoingMail> = {}): QueuedMail {
    const queued = this.services.outbox.enqueue({ ...letter, ...more });
    if (queued === undefined) throw new Error('nothing was queued');
    return queued;
  }

  /** Lets time pass on the board: everything that is due happens. */
  async pass(ms: number): Promise<void> {
    await this.board.world.runFor(Math.round(ms * 1_000));
  }

  /** Subjects of the mails that the server has taken, oldest first. */
  get taken(): readonly string[] {
    return this.mailServer.messages.map(({ subject }) => subject);
  }

  /** When mails were begun to be handed in, ms of true time since the start of the world. */
  get handInsMs(): readonly number[] {
    const { trace, startUs } = this.board.world;
    return trace.records
      .filter(({ source, kind }) => source === 'mail' && kind === 'send')
      .map(({ t }) => Math.round((t - startUs) / 1_000));
  }

  logTexts(): readonly string[] {
    return this.services.log
      .page({ limit: 10_000 })
      .filter(({ category }) => category === 'mail')
      .map(({ text }) => text);
  }
}

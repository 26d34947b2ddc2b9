import { MailServer } from '#sim/peers/mail-server';
import { codeAt, type Enrolled, TwoStepRig } from './two-step-rig.ts';

/** Services on a board that can send mail, in a world with a mail server. */
export class EmailRig extends TwoStepRig {
  readonly mailServer: MailServer;

  constructor() {
    super();
    this.mailServer = new MailServer(this.board.world);
    this.board.mail.reach(this.mailServer);
    const outcome = this.services.mailAccounts.create({
      name: 'Office',
      host: 'mail.example',
      port: 587,
      security: 'starttls',
      sender: 'nas@example.org',
    });
    if (!outcome.ok) throw new Error(outcome.text);
  }

  /** The code in the mail that came last. */
  get mailedCode(): string {
    const text = this.mailServer.messages.at(-1)?.text ?? '';
    const [code] = /\b\d{8}\b/.exec(text) ?? [];
    if (code === undefined) throw new Error(`no code in: ${text}`);
    return code;
  }

  /** Subjects of the mails that came to an address, oldest first. */
  subjectsTo(address: string): readonly string[] {
    return this.mailServer.messages
      .filter(({ envelope }) => envelope.to.includes(address))
      .map(({ subject }) => subject);
  }

  /** A user at the step of the set-up where another way is chosen; answers the secret. */
  atChoice(name: string): { readonly id: number; readonly secret: string } {
    const { twoStep } = this.services;
    const id = this.addUser(name);
    const begun = twoStep.begin(id, { user: name, address: 'serial' });
    if (!begun.ok) throw new Error(begun.text);
    const secret = begun.enrolment.secretBase32;
    const confirmed = twoStep.confirm(id, codeAt(secret, this.nowMs - 30_000));
    if (!confirmed.ok) throw new Error(confirmed.text);
    return { id, secret };
  }

  /** A user whose other way is a code by mail; that half a minute later. */
  async addWithEmail(name: string): Promise<Enrolled> {
    const { twoStep } = this.services;
    const { id, secret } = this.atChoice(name);
    const chosen = twoStep.chooseEmail(id, `${name}@example.org`);
    if (!chosen.ok) throw new Error(chosen.text);
    await this.pass(30);
    const confirmed = twoStep.confirmEmail(id, this.mailedCode);
    if (!confirmed.ok) throw new Error(confirmed.text);
    const finished = twoStep.finish(id, { user: name, address: 'serial' });
    if (!finished.ok) throw new Error(finished.text);
    return { id, name, secret, recoveryCodes: finished.recoveryCodes };
  }
}

/** Another code than that. */
export function otherThan(code: string): string {
  return String((Number(code) + 1) % 100_000_000).padStart(8, '0');
}

import type { Bench } from '../bench.ts';
import type { MailAccount } from '../peers/mail-server.ts';
import type { ReceivedMail, WantedMail } from '../peers/mailbox.ts';
import { describeMails, describeWantedMail, MailReader } from '../scenario/mail-reader.ts';
import { type Duration, durationUs } from './duration.ts';
import { describeBench, expectationText, failedExpectation } from './report.ts';
import type { TestTime, WaitOptions } from './time.ts';

/** The mail server `mail.example` (ports 25, 465, 587 and 2525), with one mailbox for all. */
export class TestMailbox {
  readonly #bench: Bench;
  readonly #time: TestTime;
  readonly #reader: MailReader;
  readonly #output: () => string;

  constructor(bench: Bench, time: TestTime, output: () => string) {
    this.#bench = bench;
    this.#time = time;
    this.#reader = new MailReader(bench.mailServer);
    this.#output = output;
  }

  /** All mails taken so far, oldest first. */
  get messages(): readonly ReceivedMail[] {
    return this.#bench.mailServer.messages;
  }

  /** What came after the mail that `waitFor` found last. */
  get unread(): readonly ReceivedMail[] {
    return this.#reader.unread;
  }

  /**
   * Lets time pass until there is such a mail. It looks from the last one found on, so nothing that
   * came earlier is lost and nothing is found twice.
   */
  async waitFor(wanted: WantedMail, options: WaitOptions = {}): Promise<ReceivedMail> {
    const search = this.#reader.search(wanted);
    let found: ReceivedMail | undefined;
    const isMissing = (): boolean => (found ??= search()) === undefined;
    const timeout = await this.#time.runWhile(isMissing, options);
    if (found !== undefined) return found;
    const title = `no mail came that was waited for within ${timeout}`;
    const both = { expected: describeWantedMail(wanted), seen: describeMails(this.unread) };
    throw failedExpectation(
      `${expectationText(title, both)}\n${describeBench(this.#bench, this.#output())}`,
    );
  }

  /** The next `waitFor` looks at nothing that came before now. */
  discard(): void {
    this.#reader.markAllRead();
  }

  /** The server works again as it should. */
  up(): void {
    this.#bench.mailServer.up();
  }

  /** Nobody listens any more. */
  down(): void {
    this.#bench.mailServer.down();
  }

  /** The server takes connections and never says a word. */
  silent(): void {
    this.#bench.mailServer.silent();
  }

  /** The server says its first word so much later. */
  slow(delay: Duration): void {
    this.#bench.mailServer.slow(durationUs(delay));
  }

  /** The server answers every login and every message with a 4xx or 5xx reply: `550 5.7.1 no`. */
  reject(reply: string): void {
    this.#bench.mailServer.reject(reply);
  }

  /** The server takes mail from this account only; from anybody where there is none. */
  demandAccount(account: MailAccount | undefined): void {
    this.#bench.mailServer.demandAccount(account);
  }
}

import type { MailServer } from '../peers/mail-server.ts';
import { isWanted, type ReceivedMail, type WantedMail } from '../peers/mailbox.ts';

/** Reads the mailbox; what was looked for and found is not found again. */
export class MailReader {
  readonly #server: MailServer;
  #seen: number;

  /** Begins with the first mail of all, or after so many that have been read. */
  constructor(server: MailServer, seen = 0) {
    this.#server = server;
    this.#seen = seen;
  }

  /** How many have been read. */
  get seen(): number {
    return this.#seen;
  }

  /** What came after the mail that was found last, oldest first. */
  get unread(): readonly ReceivedMail[] {
    return this.#server.messages.slice(this.#seen);
  }

  /**
   * Answers how to look for a mail again and again: each is looked at once. One that is found has
   * been read, with all before it.
   */
  search(wanted: WantedMail): () => ReceivedMail | undefined {
    let lookedAt = this.#seen;
    return () => {
      const { messages } = this.#server;
      if (messages.length === lookedAt) return undefined;
      const found = messages.slice(lookedAt).find((mail) => isWanted(mail, wanted));
      lookedAt = messages.length;
      if (found !== undefined) this.#seen = found.number;
      return found;
    };
  }

  /** What has come so far has been read. */
  markAllRead(): void {
    this.#seen = this.#server.messages.length;
  }
}

const shownMax = 3;

/** Mails in one line, for the text of a failure. */
export function describeMails(mails: readonly ReceivedMail[]): string {
  if (mails.length === 0) return 'no new mail';
  const shown = mails
    .slice(-shownMax)
    .map(({ envelope, subject }) => `to ${envelope.to.join(', ')}: ${JSON.stringify(subject)}`)
    .join(' | ');
  return mails.length > shownMax ? `… ${shown}` : shown;
}

/** What was looked for, for the text of a failure. */
export function describeWantedMail({ to, subject, text }: WantedMail): string {
  const parts = [
    to === undefined ? '' : ` to ${to}`,
    subject === undefined ? '' : `, subject ${nameOf(subject)}`,
    text === undefined ? '' : `, text ${nameOf(text)}`,
  ];
  return `a mail${parts.join('')}`;
}

function nameOf(wanted: string | RegExp): string {
  return typeof wanted === 'string' ? JSON.stringify(wanted) : String(wanted);
}

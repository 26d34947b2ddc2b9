import { TextDecoder } from 'node:util';
import type { MailEnvelope } from '#hal/mail';

/** A mail as a person reads it. */
export interface MailContent {
  /** Address of the sender, as the header says; empty where it says none. */
  readonly from: string;
  /** Addresses of the header's `To`. */
  readonly to: readonly string[];
  readonly subject: string;
  /** Lines end in `\n`. */
  readonly text: string;
}

/** A mail that the server has taken. */
export interface ReceivedMail extends MailContent {
  /** Counts from 1. */
  readonly number: number;
  readonly envelope: MailEnvelope;
  /** As it came over the wire (RFC 5322). */
  readonly message: Uint8Array;
  /** True time, µs since the epoch. */
  readonly receivedAtUs: number;
}

/** What to look for in a mail; what is left out fits all. */
export interface WantedMail {
  /** A recipient of the envelope; case does not count. */
  readonly to?: string | undefined;
  /** This in the subject, or a pattern. */
  readonly subject?: string | RegExp | undefined;
  readonly text?: string | RegExp | undefined;
  /** What else must hold of it. */
  readonly where?: ((mail: ReceivedMail) => boolean) | undefined;
}

/** Whether a mail is the one that is looked for. */
export function isWanted(mail: ReceivedMail, wanted: WantedMail): boolean {
  const { to, subject, text, where } = wanted;
  const isFor = (address: string): boolean => address.toLowerCase() === to?.toLowerCase();
  if (to !== undefined && !mail.envelope.to.some(isFor)) return false;
  return isIn(mail.subject, subject) && isIn(mail.text, text) && where?.(mail) !== false;
}

/** Reads a message. One that is no MIME at all is taken as text without a subject. */
export async function readMessage(message: Uint8Array): Promise<MailContent> {
  const { default: PostalMime } = await import('postal-mime');
  try {
    const { from, to = [], subject = '', text = '' } = await PostalMime.parse(message);
    const addresses = to.flatMap((each) => each.group ?? [each]);
    return {
      from: from?.address ?? '',
      to: addresses.map(({ address }) => address),
      subject,
      text: text.replaceAll('\r\n', '\n'),
    };
  } catch {
    // Headers or parts without end: no mail program would show more than this.
    return { from: '', to: [], subject: '', text: new TextDecoder().decode(message) };
  }
}

function isIn(whole: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? whole.includes(wanted) : whole.search(wanted) >= 0;
}

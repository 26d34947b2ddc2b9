import MailComposer from 'nodemailer/lib/mail-composer';

/** A mail with all that its header says. */
export interface MailDraft {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** UTC, ms since the epoch. */
  readonly dateMs: number;
  /** Unique; without angle brackets. */
  readonly messageId: string;
}

/** A message as it goes over the wire (RFC 5322); nothing in it comes from the host. */
export function composeMail(draft: MailDraft): Promise<Uint8Array> {
  const { from, to, subject, text, dateMs, messageId } = draft;
  const composer = new MailComposer({
    from: { name: '', address: from },
    to: { name: '', address: to },
    subject,
    text: text.replace(/\r\n?/g, '\n'),
    newline: 'windows',
    date: new Date(dateMs),
    messageId: `<${messageId}>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

import type { ReceivedMail } from './mailbox.ts';

/** A mail in the list of a mailbox: `  3  10:00:12  carol@example.org  Your code`. */
export function mailLine({ number, receivedAtUs, envelope, subject }: ReceivedMail): string {
  const time = timeOf(receivedAtUs).slice(11);
  return `${String(number).padStart(3)}  ${time}  ${printable(envelope.to.join(', '))}  ${printable(subject)}`;
}

/** That a mail has come. */
export function mailNews({ number, envelope, subject }: ReceivedMail): string {
  return `mail ${number} to ${printable(envelope.to.join(', '))}: ${printable(subject)}`;
}

/** A mail as it is read, line by line. */
export function mailLines(mail: ReceivedMail): readonly string[] {
  const { envelope, from, to, subject, receivedAtUs, text } = mail;
  return [
    `from     ${printable(from === '' ? envelope.from : from)}`,
    `to       ${printable((to.length === 0 ? envelope.to : to).join(', '))}`,
    `subject  ${printable(subject)}`,
    `taken    ${timeOf(receivedAtUs)} UTC`,
    '',
    ...text.trimEnd().split('\n').map(printable),
  ];
}

function timeOf(timeUs: number): string {
  return new Date(timeUs / 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Without what moves the cursor: a mail may come from anywhere. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trimEnd();
}

import type { Bench } from '#sim/bench';

/** A mail that the board is to send. */
export interface SentMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Has the board of a bench hand a mail in, as firmware does; answers how that ended. */
export function sendMail(bench: Bench, { to, subject, text }: SentMail): Promise<string> {
  const { life, mail } = bench.board;
  if (life === undefined) throw new Error('the board is off');
  const lines = ['From: nas@example.org', `To: ${to}`, `Subject: ${subject}`, '', text, ''];
  const message = Buffer.from(lines.join('\r\n'));
  const server = { host: 'mail.example', port: 587, security: 'starttls' } as const;
  const envelope = { from: 'nas@example.org', to: [to] };
  const { signal } = new AbortController();
  return mail
    .connect(life)
    .send(server, { envelope, message }, { signal })
    .then(
      () => 'sent',
      (error: Error) => error.message,
    );
}

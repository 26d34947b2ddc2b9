import * as v from 'valibot';
import { isRefusal, type MailServerMode } from '../../peers/mail-server.ts';
import type { StepContext } from '../context.ts';
import { closed, duration, fieldsOr, oneOf, parsed, type FieldSchema } from '../schema.ts';
import { show } from '../duration.ts';

const reply: FieldSchema<string> = parsed(
  (input) => {
    if (typeof input === 'string' && isRefusal(input)) return { ok: true, value: input };
    return { ok: false, text: `${show(input)} refuses nothing; write a 4xx or 5xx reply, 550 no` };
  },
  { type: 'string', pattern: '^[45]\\d\\d', examples: ['550 5.7.1 no'] },
);

/** How the mail server is to behave: a word, or what is said of it. */
export const smtpFault: FieldSchema<MailServerMode> = fieldsOr<MailServerMode>(
  v.pipe(
    closed({ slow: v.exactOptional(duration), reject: v.exactOptional(reply) }),
    v.check((value) => Object.keys(value).length === 1, 'one fault of the mail server at a time'),
    v.transform(({ slow, reject }): MailServerMode => {
      if (reject !== undefined) return { kind: 'reject', reply: reject };
      return { kind: 'slow', delayUs: slow ?? 0 };
    }),
  ),
  v.pipe(
    oneOf(['down', 'silent', 'up']),
    v.transform((kind): MailServerMode => ({ kind })),
  ),
);

/** A fault happens once a client meets it; `up` is none, and ends the one before. */
export function orderSmtp({ bench, faults, step }: StepContext, mode: MailServerMode): void {
  const { mailServer } = bench;
  if (mode.kind === 'up') {
    mailServer.up();
    return;
  }
  faults.order({ name: `smtp: ${mode.kind}`, position: step?.position }, () => {
    const isFelt = mailServer.setMode(mode);
    return () => !isFelt();
  });
}

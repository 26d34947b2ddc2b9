import type { MailAccountOutcome } from '../../notify/mail-accounts.ts';
import type { RefusalReason } from '../../accounts/outcome.ts';
import type { TwoStepReason } from '../../two-step/two-step.ts';
import { problem, type Problem, type ProblemName } from './problems.ts';

/** What services may refuse for. */
type Reason =
  | RefusalReason
  | TwoStepReason
  | Extract<MailAccountOutcome, { ok: false }>['reason']
  | 'value-invalid';

/** A refusal of a service, as all of them have it. */
export interface ServiceRefusal {
  readonly ok: false;
  readonly reason: Reason;
  readonly text: string;
  readonly waitMs?: number;
}

const names: Readonly<Record<Reason, ProblemName>> = {
  'name-invalid': 'name-invalid',
  'name-taken': 'name-taken',
  'no-such-user': 'not-found',
  'no-such-group': 'not-found',
  'no-such-share': 'not-found',
  'no-such-file': 'not-found',
  'path-invalid': 'not-found',
  'access-denied': 'not-found',
  'built-in': 'built-in',
  'last-administrator': 'last-administrator',
  'password-too-short': 'password-refused',
  'password-too-long': 'password-refused',
  'password-unprintable': 'password-refused',
  'password-needs-digit': 'password-refused',
  'password-needs-mixed-case': 'password-refused',
  'password-needs-special': 'password-refused',
  'password-repeats': 'password-refused',
  'password-is-user-name': 'password-refused',
  'password-is-default': 'password-refused',
  'not-enabled': 'two-step-not-enabled',
  expired: 'enrolment-expired',
  'wrong-code': 'code-wrong',
  'used-code': 'code-used',
  'clock-unset': 'clock-unset',
  'too-many': 'too-many-tries',
  blocked: 'second-step-blocked',
  enforced: 'two-step-enforced',
  'own-account': 'own-account',
  'questions-off': 'questions-off',
  'question-invalid': 'question-invalid',
  'answer-invalid': 'answer-invalid',
  'email-off': 'email-off',
  'no-mail': 'no-mail',
  'value-invalid': 'invalid',
  'email-invalid': 'email-invalid',
  'account-invalid': 'mail-account-invalid',
  'no-such-account': 'not-found',
};

/** Texts of services say the rule that was broken; those of the others may name what was asked. */
const told: readonly ProblemName[] = ['password-refused', 'mail-account-invalid', 'invalid'];

/** How the API answers a refusal of a service. */
export function problemOf({ reason, text, waitMs }: ServiceRefusal): Problem {
  const name = names[reason];
  return problem(name, {
    ...(told.includes(name) && { detail: text }),
    ...(waitMs !== undefined && { waitMs }),
  });
}

import type { ProofRefusal } from './second-factor.ts';
import type { TwoStepReason, TwoStepRefused } from './two-step.ts';

const texts: Readonly<Record<TwoStepReason, string>> = {
  'no-such-user': 'There is no such user.',
  'no-such-group': 'There is no such group.',
  'not-enabled': '2-step verification is not enabled.',
  expired: 'The set-up was not begun or took too long: begin again.',
  'wrong-code': 'Wrong code.',
  'used-code': 'This code was used already: wait for the next one.',
  'clock-unset': 'The NAS does not know the time: codes cannot be checked before it is set.',
  'too-many': 'Too many in a short time: wait before the next one.',
  blocked: 'Blocked after a hundred wrong codes: an administrator or RESET clears it.',
  enforced: '2-step verification is enforced: it cannot be disabled.',
  'own-account': 'Of your own account: disable it with a code.',
  'questions-off': 'Security questions are switched off.',
  'question-invalid': 'A question has 1 to 128 characters.',
  'email-off': 'Codes by e-mail are switched off.',
  'email-invalid': 'That is no e-mail address.',
  'no-mail':
    'This NAS sends no mail. Set up an account first: Control Panel > Notification Center > ' +
    'Service Account and Device Pairing > Email.',
  'answer-invalid':
    'An answer has 2 to 64 characters and is neither the user name nor the password.',
};

/** A refusal with its text. */
export function twoStepRefused(reason: TwoStepReason, waitMs?: number): TwoStepRefused {
  return { ok: false, reason, text: texts[reason], ...(waitMs !== undefined && { waitMs }) };
}

/** The refusal of a code that was not looked at. */
export function codeNotTaken(refusal: ProofRefusal): TwoStepRefused {
  if (refusal.reason === 'too-many') return twoStepRefused('too-many', refusal.waitMs);
  return twoStepRefused(refusal.reason === 'clock-unset' ? 'clock-unset' : 'blocked');
}

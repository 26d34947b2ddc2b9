import type { PasswordProblem } from './password-policy.ts';

/** Why the accounts or the shared folders do not do what they were asked to. */
export type RefusalReason =
  | PasswordProblem
  | 'name-invalid'
  | 'name-taken'
  | 'no-such-user'
  | 'no-such-group'
  | 'no-such-share'
  | 'no-such-file'
  | 'path-invalid'
  | 'access-denied'
  | 'email-invalid'
  | 'built-in'
  | 'last-administrator';

/** A refusal that the design expects; `text` is a sentence for people and holds no secret. */
export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly text: string;
}

/** Done, or why not: then nothing was changed. */
export type Outcome = { readonly ok: true } | Refused;

/** What was asked for, or why it is not given. */
export type Answer<T> = { readonly ok: true; readonly value: T } | Refused;

/** It was done. */
export const done: Outcome = { ok: true };

/** It was not done. */
export function refused(reason: RefusalReason, text: string): Refused {
  return { ok: false, reason, text };
}

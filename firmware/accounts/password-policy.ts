import { nameKey } from './names.ts';

/** What passwords must be like: the settings `password.*`. */
export interface PasswordPolicy {
  readonly lengthMin: number;
  readonly needsDigit: boolean;
  readonly needsMixedCase: boolean;
  readonly needsSpecial: boolean;
  /** No character three times in a row. */
  readonly forbidsRepeats: boolean;
  /** Neither the user's name nor its reverse. */
  readonly forbidsUserName: boolean;
}

/** What can be wrong with a new password. */
export type PasswordProblem =
  | 'password-too-short'
  | 'password-too-long'
  | 'password-unprintable'
  | 'password-needs-digit'
  | 'password-needs-mixed-case'
  | 'password-needs-special'
  | 'password-repeats'
  | 'password-is-user-name'
  | 'password-is-default';

/** No password is longer, whatever the policy says. */
export const passwordCharactersMax = 64;

/** The form in which a password is counted, hashed and compared: accents composed. */
export function normalPassword(typed: string): string {
  return typed.normalize('NFC');
}

/**
 * The first thing wrong with a new password, and how to say so; undefined where it is good.
 * `defaultPassword` (that of the label) is refused in whatever case and with whatever separators.
 */
export function passwordProblem(
  typed: string,
  context: {
    readonly userName: string;
    readonly policy: PasswordPolicy;
    readonly defaultPassword: string;
  },
): { readonly reason: PasswordProblem; readonly text: string } | undefined {
  const { userName, policy, defaultPassword } = context;
  const password = normalPassword(typed);
  const length = Array.from(password).length;
  const isUserName = (): boolean => {
    const key = nameKey(password);
    return key === nameKey(userName) || key === nameKey(reversed(userName));
  };
  const rules: readonly (readonly [isBroken: boolean, PasswordProblem, text: string])[] = [
    [length > passwordCharactersMax, 'password-too-long', 'has at most 64 characters'],
    [/[\p{Cc}\p{Cs}]/u.test(password), 'password-unprintable', 'has no control characters'],
    [
      bare(password) === bare(defaultPassword),
      'password-is-default',
      'must not be the default password',
    ],
    [
      length < policy.lengthMin,
      'password-too-short',
      `has at least ${policy.lengthMin} characters`,
    ],
    [policy.needsDigit && !/\p{Nd}/u.test(password), 'password-needs-digit', 'contains a digit'],
    [
      policy.needsMixedCase && !(/\p{Lu}/u.test(password) && /\p{Ll}/u.test(password)),
      'password-needs-mixed-case',
      'contains upper-case and lower-case letters',
    ],
    [
      policy.needsSpecial && !/[^\p{L}\p{M}\p{N}]/u.test(password),
      'password-needs-special',
      'contains a special character',
    ],
    [
      policy.forbidsRepeats && /(.)\1\1/su.test(password),
      'password-repeats',
      'has no character three times in a row',
    ],
    [
      policy.forbidsUserName && isUserName(),
      'password-is-user-name',
      'is neither the user name nor its reverse',
    ],
  ];
  const broken = rules.find(([isBroken]) => isBroken);
  return broken && { reason: broken[1], text: `A password ${broken[2]}.` };
}

function reversed(text: string): string {
  return Array.from(text.normalize('NFC')).toReversed().join('');
}

/** Without separators and case: how people may write a MAC address. */
function bare(password: string): string {
  return password.replace(/[\s:.-]/g, '').toUpperCase();
}

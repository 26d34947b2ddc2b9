import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  passwordProblem,
  type PasswordPolicy,
  type PasswordProblem,
} from '#firmware/accounts/password-policy';

const shipped: PasswordPolicy = {
  lengthMin: 8,
  needsDigit: true,
  needsMixedCase: false,
  needsSpecial: false,
  forbidsRepeats: false,
  forbidsUserName: false,
};
const lax: PasswordPolicy = { ...shipped, lengthMin: 4, needsDigit: false };
const defaultPassword = '245EBE4A107C';

const reasonFor = (password: string, policy: PasswordPolicy, userName = 'otto'): string =>
  passwordProblem(password, { userName, policy, defaultPassword })?.reason ?? 'good';

describe('the policy as shipped', () => {
  it.each<[string, PasswordProblem | 'good']>([
    ['secret1', 'password-too-short'],
    ['secrets1', 'good'],
    ['secretss', 'password-needs-digit'],
    ['1'.repeat(64), 'good'],
    ['1'.repeat(65), 'password-too-long'],
    ['🗻'.repeat(63) + '1', 'good'],
    ['e\u0301'.repeat(63) + '1', 'good'],
    ['', 'password-too-short'],
    ['secret1\u0007', 'password-unprintable'],
    ['secret1\ud800', 'password-unprintable'],
    ['with blank 1', 'good'],
    ['секрет-1', 'good'],
    ['otto1234', 'good'],
    ['aaaaaaa1', 'good'],
    [defaultPassword, 'password-is-default'],
    [defaultPassword.toLowerCase(), 'password-is-default'],
    ['24:5E:BE:4A:10:7C', 'password-is-default'],
    ['24-5e-be-4a-10-7c', 'password-is-default'],
    [`${defaultPassword}1`, 'good'],
  ])('says of %j: %s', (password, reason) => {
    expect(reasonFor(password, shipped)).toBe(reason);
  });
});

describe('an option of the policy', () => {
  it.each<[Partial<PasswordPolicy>, string, PasswordProblem | 'good']>([
    [{ lengthMin: 4 }, 'abc', 'password-too-short'],
    [{ lengthMin: 4 }, 'abcd', 'good'],
    [{ lengthMin: 64 }, 'a'.repeat(63), 'password-too-short'],
    [{ lengthMin: 64 }, 'a'.repeat(64), 'good'],
    [{ needsDigit: true }, 'abcd', 'password-needs-digit'],
    [{ needsDigit: true }, 'abc4', 'good'],
    [{ needsMixedCase: true }, 'abcd', 'password-needs-mixed-case'],
    [{ needsMixedCase: true }, 'ABCD', 'password-needs-mixed-case'],
    [{ needsMixedCase: true }, 'aBCD', 'good'],
    [{ needsMixedCase: true }, 'äÖ12', 'good'],
    [{ needsSpecial: true }, 'abCD12', 'password-needs-special'],
    [{ needsSpecial: true }, 'äöüß', 'password-needs-special'],
    [{ needsSpecial: true }, 'abc!', 'good'],
    [{ needsSpecial: true }, 'ab c', 'good'],
    [{ forbidsRepeats: true }, 'abbb', 'password-repeats'],
    [{ forbidsRepeats: true }, '1113', 'password-repeats'],
    [{ forbidsRepeats: true }, '🗻🗻🗻a', 'password-repeats'],
    [{ forbidsRepeats: true }, 'aabbaa', 'good'],
    [{ forbidsRepeats: true }, 'aaAa', 'good'],
    [{ forbidsUserName: true }, 'Ada1', 'password-is-user-name'],
    [{ forbidsUserName: true }, '1aDa', 'password-is-user-name'],
    [{ forbidsUserName: true }, 'Ada12', 'good'],
  ])('%j says of %j: %s', (option, password, reason) => {
    expect(reasonFor(password, { ...lax, ...option }, 'ada1')).toBe(reason);
  });
});

describe('a refusal', () => {
  it('never repeats the password', () => {
    const policy = fc.record<PasswordPolicy>({
      lengthMin: fc.integer({ min: 4, max: 64 }),
      needsDigit: fc.boolean(),
      needsMixedCase: fc.boolean(),
      needsSpecial: fc.boolean(),
      forbidsRepeats: fc.boolean(),
      forbidsUserName: fc.boolean(),
    });
    const password = fc.string({ unit: fc.constantFrom('q', 'Q', '7', '!', 'é'), maxLength: 70 });
    fc.assert(
      fc.property(policy, password, (given, typed) => {
        const problem = passwordProblem(typed, {
          userName: 'qQ7!',
          policy: given,
          defaultPassword,
        });
        if (typed.length > 3) expect(problem?.text ?? '').not.toContain(typed);
      }),
    );
  });

  it('comes exactly where a rule is broken', () => {
    const password = fc.string({ unit: fc.constantFrom('a', 'B', '7', '!'), maxLength: 70 });
    const policy: PasswordPolicy = {
      lengthMin: 6,
      needsDigit: true,
      needsMixedCase: true,
      needsSpecial: true,
      forbidsRepeats: true,
      forbidsUserName: true,
    };
    fc.assert(
      fc.property(password, (typed) => {
        const isGood =
          typed.length >= 6 &&
          typed.length <= 64 &&
          ['a', 'B', '7', '!'].every((character) => typed.includes(character)) &&
          !['aaa', 'BBB', '777', '!!!'].some((run) => typed.includes(run)) &&
          !['aB7!aB7!', '!7Ba!7Ba'].includes(typed);
        expect(reasonFor(typed, policy, 'aB7!aB7!') === 'good').toBe(isGood);
      }),
      { examples: [['aB7!aB7!'], ['!7Ba!7Ba'], ['aB7!aB'], ['aB7!aaB']] },
    );
  });
});

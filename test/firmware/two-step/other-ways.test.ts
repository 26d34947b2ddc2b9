import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalAnswer } from '#firmware/two-step/questions';
import { makeRecoveryCodes, withoutCode } from '#firmware/two-step/recovery-codes';
import { createRandom } from '#sim/kernel/random';
import { admin, codeAt, isIn, passwordOf, TwoStepRig } from './two-step-rig.ts';

const question = { number: 1, answer: 'Rex  the Dog' } as const;

describe('the security question', () => {
  it.each(['Rex  the Dog', 'rex the dog', '  REX THE DOG ', 'ｒｅｘ the dog', 'rex\tthe\u00a0dog'])(
    'is answered by «%s»',
    (answer) => {
      const rig = new TwoStepRig();
      rig.addEnrolled('maria', question);
      const step = rig.secondStep('maria');
      expect(step.question).toEqual({ number: 1, text: 'What is the name of your pet?' });
      expect(step.methods).toEqual(['code', 'question', 'recovery-code']);
      const outcome = rig.services.signIn.verify(step.pendingId, { kind: 'answer', answer });
      expect(isIn(outcome)).toBe(true);
      expect(rig.logTexts()[0]).toBe('logged in with password and answer to the security question');
    },
  );

  it.each(['', 'rexthedog', 'rex the', 'x'.repeat(1_000_000)])(
    'is not answered by %j',
    (answer) => {
      const rig = new TwoStepRig();
      rig.addEnrolled('maria', question);
      expect(rig.signIn('maria', { kind: 'answer', answer })).toMatchObject({ kind: 'wrong' });
    },
  );

  it('may be the user’s own', () => {
    const rig = new TwoStepRig();
    rig.addEnrolled('maria', { number: 4, text: '  Where did we meet? ', answer: 'Oslo' });
    expect(rig.secondStep('maria').question).toEqual({ number: 4, text: 'Where did we meet?' });
    expect(isIn(rig.signIn('maria', { kind: 'answer', answer: 'oslo' }))).toBe(true);
  });

  it('is blocked after five wrong answers over all sign-ins; the code is not', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria', question);
    const left = [1, 2, 3, 4, 5].map(() => rig.signIn('maria', { kind: 'answer', answer: 'Fido' }));
    expect(left.map((outcome) => 'triesLeft' in outcome && outcome.triesLeft)).toEqual([
      4, 3, 2, 1, 0,
    ]);
    rig.bootWell();
    const step = rig.secondStep('maria');
    expect(step).toMatchObject({ alternative: { tries: 5, limit: 5 } });
    expect(step.methods).toEqual(['code', 'recovery-code']);
    const right = { kind: 'answer', answer: 'rex the dog' } as const;
    expect(rig.signIn('maria', right)).toEqual({ kind: 'refused', reason: 'alternative-blocked' });
    // A recovery code is no true code: it opens the door, not the question.
    const recovery = { kind: 'recovery-code', code: maria.recoveryCodes[0] ?? '' } as const;
    expect(isIn(rig.signIn('maria', recovery))).toBe(true);
    expect(rig.signIn('maria', right)).toMatchObject({ reason: 'alternative-blocked' });
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    expect(isIn(rig.signIn('maria', right))).toBe(true);
  });

  it('is not cleared by a right answer, but by an administrator', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria', question);
    const answer = (text: string) => rig.signIn('maria', { kind: 'answer', answer: text });
    for (let count = 0; count < 4; count += 1) answer('Fido');
    expect(isIn(answer('rex the dog'))).toBe(true);
    answer('Fido');
    expect(answer('rex the dog')).toMatchObject({ reason: 'alternative-blocked' });
    rig.services.twoStep.unblock(maria.id, admin);
    expect(isIn(answer('rex the dog'))).toBe(true);
  });

  it('is not asked where the setting says so', () => {
    const rig = new TwoStepRig();
    rig.addEnrolled('maria', question);
    rig.services.settings.set('twoStep.allowQuestions', false);
    expect(rig.secondStep('maria').methods).toEqual(['code', 'recovery-code']);
    const right = { kind: 'answer', answer: 'rex the dog' } as const;
    expect(rig.signIn('maria', right)).toEqual({ kind: 'refused', reason: 'not-available' });
  });

  it.each([
    { what: 'no answer', choice: { number: 1, answer: '  ' }, reason: 'answer-invalid' },
    { what: 'the name', choice: { number: 1, answer: ' MARIA' }, reason: 'answer-invalid' },
    {
      what: 'the password',
      choice: { number: 2, answer: passwordOf('maria') },
      reason: 'answer-invalid',
    },
    { what: 'no question', choice: { number: 4, answer: 'Oslo' }, reason: 'question-invalid' },
    {
      what: 'a question that steers a terminal',
      choice: { number: 4, text: 'a\u001b[2J', answer: 'Oslo' },
      reason: 'question-invalid',
    },
  ] as const)('cannot be chosen with $what', ({ choice, reason }) => {
    const rig = new TwoStepRig();
    const id = rig.addUser('maria');
    const { twoStep } = rig.services;
    const begun = twoStep.begin(id, admin);
    if (!begun.ok) throw new Error(begun.text);
    twoStep.confirm(id, codeAt(begun.enrolment.secretBase32, rig.nowMs));
    expect(twoStep.chooseQuestion(id, choice)).toMatchObject({ ok: false, reason });
    expect(twoStep.finish(id, admin).ok).toBe(true);
    expect(rig.secondStep('maria').question).toBeUndefined();
  });

  it('has answers that normalise to themselves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (typed) => {
        const answer = normalAnswer(typed);
        expect(answer === undefined ? undefined : normalAnswer(answer)).toBe(answer);
      }),
    );
  });
});

describe('recovery codes', () => {
  it('are ten of 80 bit, grouped, and each opens once, in any order', () => {
    const rig = new TwoStepRig();
    const { recoveryCodes, id } = rig.addEnrolled('maria');
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    rig.services.settings.set('protection.ip.enabled', false);
    let left = 10;
    for (const code of recoveryCodes.toReversed()) {
      expect(isIn(rig.signIn('maria', { kind: 'recovery-code', code }))).toBe(true);
      left -= 1;
      expect(rig.services.twoStep.details(id)?.recoveryCodesLeft).toBe(left);
      if (left === 0) break;
      const again = rig.signIn('maria', { kind: 'recovery-code', code });
      expect(again).toMatchObject({ kind: 'wrong' });
    }
    expect(rig.secondStep('maria').methods).toEqual(['code']);
    const code = recoveryCodes[0] ?? '';
    const outcome = rig.signIn('maria', { kind: 'recovery-code', code });
    expect(outcome).toEqual({ kind: 'refused', reason: 'not-available' });
  });

  it('are made anew with a code, and those of before are void', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const { twoStep } = rig.services;
    const asker = { user: 'maria', address: 'serial' };
    const wrong = twoStep.renewRecoveryCodes(maria.id, rig.wrongCode(maria), asker);
    expect(wrong).toMatchObject({ ok: false, reason: 'wrong-code' });
    const code = codeAt(maria.secret, rig.nowMs);
    const renewed = twoStep.renewRecoveryCodes(maria.id, code, asker);
    if (!renewed.ok) throw new Error(renewed.text);
    const again = twoStep.renewRecoveryCodes(maria.id, code, asker);
    expect(again).toMatchObject({ ok: false, reason: 'used-code' });
    const open = (typed: string) => rig.signIn('maria', { kind: 'recovery-code', code: typed });
    expect(isIn(open(maria.recoveryCodes[3] ?? ''))).toBe(false);
    expect(isIn(open(renewed.recoveryCodes[3] ?? ''))).toBe(true);
  });

  it('are taken however people write them, and nothing else is', () => {
    const { codes, stored } = makeRecoveryCodes(createRandom('recovery'));
    const ways = [
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll('-', ' '),
      (code: string) => ` ${code.replaceAll('-', '')}\n`,
      (code: string) => code.replaceAll('O', '0').replaceAll('B', '8'),
    ];
    for (const code of codes) {
      for (const way of ways) expect(withoutCode(stored, way(code))).toBeDefined();
      expect(withoutCode(stored, code.slice(0, -1))).toBeUndefined();
      expect(withoutCode(stored, `${code}A`)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        expect(withoutCode(stored, typed)).toBeUndefined();
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { admin, codeAt } from './two-step-rig.ts';
import { EmailRig, otherThan } from './email-rig.ts';

const address = 'maria@example.org';
const question = { number: 1, answer: 'Rex the dog' } as const;

/** What is stored of the other way once the set-up is finished. */
function finished(rig: EmailRig, id: number) {
  expect(rig.services.twoStep.finish(id, admin).ok).toBe(true);
  const { question: asked, emailHint } = rig.services.twoStep.details(id) ?? {};
  return { question: asked?.number, emailHint };
}

describe('an address as the other way', () => {
  it('counts once the code that went to it came back', async () => {
    const rig = new EmailRig();
    const { twoStep } = rig.services;
    const { id } = rig.atChoice('maria');
    const chosen = twoStep.chooseEmail(id, ` ${address} `);
    if (!chosen.ok) throw new Error(chosen.text);
    await rig.pass(10);
    expect(await chosen.firstTry).toBe('sent');
    expect(rig.subjectsTo(address)).toHaveLength(1);
    expect(twoStep.confirmEmail(id, otherThan(rig.mailedCode))).toMatchObject({
      ok: false,
      reason: 'wrong-code',
    });
    expect(twoStep.confirmEmail(id, rig.mailedCode)).toEqual({ ok: true });
    expect(twoStep.confirmEmail(id, rig.mailedCode)).toMatchObject({ reason: 'wrong-code' });
    expect(finished(rig, id)).toEqual({ question: undefined, emailHint: 'm…@example.org' });
  });

  it('is none where the code did not come back', async () => {
    const rig = new EmailRig();
    const { id } = rig.atChoice('maria');
    rig.services.twoStep.chooseEmail(id, address);
    await rig.pass(10);
    expect(finished(rig, id)).toEqual({ question: undefined, emailHint: undefined });
  });

  it('is refused after five wrong codes: the one that was mailed is void', async () => {
    const rig = new EmailRig();
    const { twoStep } = rig.services;
    const { id } = rig.atChoice('maria');
    twoStep.chooseEmail(id, address);
    await rig.pass(10);
    const code = rig.mailedCode;
    for (let tries = 0; tries < 5; tries += 1) twoStep.confirmEmail(id, otherThan(code));
    expect(twoStep.confirmEmail(id, code)).toMatchObject({ reason: 'wrong-code' });
  });

  it('takes the place of a question, and a question that of an address', async () => {
    for (const isEmailLast of [true, false]) {
      const rig = new EmailRig();
      const { twoStep } = rig.services;
      const { id } = rig.atChoice('maria');
      twoStep.chooseEmail(id, address);
      await rig.pass(10);
      if (isEmailLast) twoStep.chooseQuestion(id, question);
      expect(twoStep.confirmEmail(id, rig.mailedCode).ok).toBe(true);
      if (!isEmailLast) twoStep.chooseQuestion(id, question);
      expect(finished(rig, id)).toEqual(
        isEmailLast
          ? { question: undefined, emailHint: 'm…@example.org' }
          : { question: 1, emailHint: undefined },
      );
    }
  });

  it('is confirmed by no code of a set-up before this one, nor by one for a login', async () => {
    const rig = new EmailRig();
    const { twoStep, signIn } = rig.services;
    const { id } = rig.atChoice('bob');
    twoStep.chooseEmail(id, 'bob@example.org');
    await rig.pass(10);
    const code = rig.mailedCode;
    const begun = twoStep.begin(id, admin);
    if (!begun.ok) throw new Error(begun.text);
    twoStep.confirm(id, codeAt(begun.enrolment.secretBase32, rig.nowMs));
    expect(twoStep.confirmEmail(id, code)).toMatchObject({ reason: 'wrong-code' });

    const maria = await rig.addWithEmail('maria');
    signIn.sendEmailCode(rig.secondStep('maria').pendingId);
    await rig.pass(30);
    const forLogin = rig.mailedCode;
    const again = twoStep.begin(maria.id, admin, codeAt(maria.secret, rig.nowMs));
    if (!again.ok) throw new Error(again.text);
    twoStep.confirm(maria.id, codeAt(again.enrolment.secretBase32, rig.nowMs));
    expect(twoStep.chooseEmail(maria.id, 'thief@example.org').ok).toBe(true);
    await rig.pass(10);
    expect(twoStep.confirmEmail(maria.id, forLogin)).toMatchObject({ reason: 'wrong-code' });
    const forAddress = { kind: 'email-code', code: rig.mailedCode } as const;
    expect(rig.signIn('maria', forAddress)).toMatchObject({ kind: 'wrong' });
  });

  it('is refused for what it is', () => {
    const rig = new EmailRig();
    const { twoStep, settings, mailAccounts, outbox } = rig.services;
    const { id } = rig.atChoice('maria');
    const choose = (typed: string) => twoStep.chooseEmail(id, typed);
    expect(choose('no address')).toMatchObject({ reason: 'email-invalid' });
    settings.set('twoStep.allowEmail', false);
    expect(choose(address)).toMatchObject({ reason: 'email-off' });
    settings.set('twoStep.allowEmail', true);
    for (const account of mailAccounts.list()) mailAccounts.remove(account.id);
    const refused = choose(address);
    expect(refused).toMatchObject({ reason: 'no-mail' });
    expect('text' in refused && refused.text).toContain(
      'Control Panel > Notification Center > Service Account and Device Pairing > Email',
    );
    expect(outbox.waiting()).toEqual([]);
  });

  it('can be chosen only after the code of the authenticator was right', () => {
    const rig = new EmailRig();
    const { twoStep } = rig.services;
    const id = rig.addUser('maria');
    twoStep.begin(id, admin);
    expect(twoStep.chooseEmail(id, address)).toMatchObject({ reason: 'expired' });
    expect(twoStep.confirmEmail(id, '12345678')).toMatchObject({ reason: 'expired' });
  });
});

import { describe, expect, it } from 'vitest';
import { admin, codeAt, isIn, passwordOf } from './two-step-rig.ts';
import { EmailRig, otherThan } from './email-rig.ts';

/** Maria has asked for a code at a login; the mail is there. */
async function mailed() {
  const rig = new EmailRig();
  const maria = await rig.addWithEmail('maria');
  const { pendingId } = rig.secondStep('maria');
  const { signIn } = rig.services;
  const outcome = signIn.sendEmailCode(pendingId);
  if (!outcome.ok) throw new Error(outcome.reason);
  const prove = (code: string, id = pendingId) => signIn.verify(id, { kind: 'email-code', code });
  return { rig, maria, pendingId, outcome, prove };
}

/** A mail takes a moment; then it is that long since it was asked for. */
async function passTo(rig: EmailRig, sinceMs: number, fromUs: number): Promise<void> {
  const goneMs = (rig.board.world.nowUs - fromUs) / 1_000;
  await rig.pass((sinceMs - goneMs) / 1_000);
}

describe('a mailed code', () => {
  it('is offered beside the code, with the address half hidden', async () => {
    const rig = new EmailRig();
    const maria = await rig.addWithEmail('maria');
    const step = rig.secondStep('maria');
    expect(step).toMatchObject({
      methods: ['code', 'email', 'recovery-code'],
      emailHint: 'm…@example.org',
      alternative: { tries: 0, limit: 5 },
    });
    expect(step.question).toBeUndefined();
    expect(rig.services.twoStep.details(maria.id)?.emailHint).toBe('m…@example.org');
  });

  it('comes to the confirmed address, and lets in once', async () => {
    const { rig, outcome, prove } = await mailed();
    await rig.pass(10);
    expect(await outcome.firstTry).toBe('sent');
    expect(rig.mailServer.messages.at(-1)?.envelope.to).toEqual(['maria@example.org']);
    const code = rig.mailedCode;
    const another = rig.secondStep('maria').pendingId;
    expect(isIn(prove(code))).toBe(true);
    expect(rig.logTexts()[0]).toBe('logged in with password and mailed code');
    expect(prove(code, another)).toMatchObject({ kind: 'wrong', triesLeft: 4 });
  });

  it('is taken with blanks in it, in a sign-in other than the one it was asked for in', async () => {
    const { rig, prove } = await mailed();
    await rig.pass(10);
    const code = rig.mailedCode;
    const another = rig.secondStep('maria', { address: '10.0.0.9' }).pendingId;
    expect(isIn(prove(` ${code.slice(0, 4)} ${code.slice(4)} `, another))).toBe(true);
  });

  it.each([
    { afterMs: 599_999, isTaken: true },
    { afterMs: 600_000, isTaken: false },
  ])('is taken after $afterMs ms: $isTaken, whatever the wall clock does', async (boundary) => {
    const rig = new EmailRig();
    await rig.addWithEmail('maria');
    const fromUs = rig.board.world.nowUs;
    rig.services.signIn.sendEmailCode(rig.secondStep('maria').pendingId);
    await passTo(rig, boundary.afterMs, fromUs);
    rig.setClock(rig.nowMs - 86_400_000);
    const proof = { kind: 'email-code', code: rig.mailedCode } as const;
    expect(isIn(rig.signIn('maria', proof))).toBe(boundary.isTaken);
  });

  it.each([
    { afterMs: 29_999, expected: { ok: false, reason: 'too-many', waitMs: 1 } },
    { afterMs: 30_000, expected: { ok: true } },
  ])('can be asked for again after $afterMs ms: $expected.ok', async ({ afterMs, expected }) => {
    const rig = new EmailRig();
    await rig.addWithEmail('maria');
    const fromUs = rig.board.world.nowUs;
    const { signIn } = rig.services;
    signIn.sendEmailCode(rig.secondStep('maria').pendingId);
    await passTo(rig, afterMs, fromUs);
    expect(signIn.sendEmailCode(rig.secondStep('maria').pendingId)).toMatchObject(expected);
  });

  it('is not mailed within half a minute of the one that confirmed the address', () => {
    const rig = new EmailRig();
    const { twoStep } = rig.services;
    const { id } = rig.atChoice('maria');
    expect(twoStep.chooseEmail(id, 'maria@example.org').ok).toBe(true);
    twoStep.leave(id);
    const begun = twoStep.begin(id, admin);
    if (!begun.ok) throw new Error(begun.text);
    twoStep.confirm(id, codeAt(begun.enrolment.secretBase32, rig.nowMs));
    expect(twoStep.chooseEmail(id, 'other@example.org')).toMatchObject({
      reason: 'too-many',
      waitMs: 30_000,
    });
  });

  it('is void once the next one was mailed', async () => {
    const { rig, pendingId, prove } = await mailed();
    await rig.pass(30);
    const first = rig.mailedCode;
    expect(rig.services.signIn.sendEmailCode(pendingId).ok).toBe(true);
    await rig.pass(10);
    expect(rig.mailedCode).not.toBe(first);
    expect(prove(first)).toMatchObject({ kind: 'wrong' });
    expect(isIn(prove(rig.mailedCode))).toBe(true);
  });

  it('stays good where the next one cannot be stored, and where using it cannot', async () => {
    const { rig, pendingId, prove } = await mailed();
    await rig.pass(30);
    const code = rig.mailedCode;
    rig.board.flash.failWrites(1, 'io');
    expect(() => rig.services.signIn.sendEmailCode(pendingId)).toThrow('io');
    rig.board.flash.failWrites(1, 'io');
    expect(() => prove(code)).toThrow('io');
    expect(isIn(prove(code))).toBe(true);
  });

  it.each([
    [
      'a new password',
      (rig: EmailRig) => rig.services.accounts.setPassword('maria', 'other-pass-2'),
    ],
    ['a reboot', (rig: EmailRig) => rig.bootWell()],
  ])('is void after %s', async (_, happen) => {
    const { rig } = await mailed();
    await rig.pass(10);
    const code = rig.mailedCode;
    happen(rig);
    const password = _ === 'a reboot' ? passwordOf('maria') : 'other-pass-2';
    const { pendingId } = rig.secondStep('maria', { password });
    const proof = { kind: 'email-code', code } as const;
    expect(rig.services.signIn.verify(pendingId, proof)).toMatchObject({ kind: 'wrong' });
  });

  it('is none of another user', async () => {
    const { rig } = await mailed();
    await rig.pass(10);
    const code = rig.mailedCode;
    await rig.addWithEmail('bob');
    expect(rig.signIn('bob', { kind: 'email-code', code })).toMatchObject({ kind: 'wrong' });
  });
});

describe('wrong mailed codes', () => {
  it('block that way after five over all sign-ins, and another mail clears nothing', async () => {
    const { rig, maria } = await mailed();
    await rig.pass(30);
    const { signIn } = rig.services;
    const wrong = { kind: 'email-code', code: otherThan(rig.mailedCode) } as const;
    const left = [1, 2, 3, 4].map(() => rig.signIn('maria', wrong));
    expect(left.map((outcome) => 'triesLeft' in outcome && outcome.triesLeft)).toEqual([
      4, 3, 2, 1,
    ]);
    expect(signIn.sendEmailCode(rig.secondStep('maria').pendingId).ok).toBe(true);
    await rig.pass(30);
    const last = rig.signIn('maria', { kind: 'email-code', code: otherThan(rig.mailedCode) });
    expect(last).toMatchObject({ kind: 'wrong', triesLeft: 0 });
    const right = { kind: 'email-code', code: rig.mailedCode } as const;
    expect(rig.signIn('maria', right)).toEqual({ kind: 'refused', reason: 'alternative-blocked' });
    const step = rig.secondStep('maria');
    expect(step).toMatchObject({ methods: ['code', 'recovery-code'], alternative: { tries: 5 } });
    expect(step.emailHint).toBeUndefined();
    const sent = signIn.sendEmailCode(step.pendingId);
    expect(sent).toEqual({ ok: false, reason: 'alternative-blocked' });
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    expect(rig.secondStep('maria')).toMatchObject({ alternative: { tries: 0 } });
  });

  it('are not cleared by a right one', async () => {
    const { rig, prove } = await mailed();
    await rig.pass(30);
    prove(otherThan(rig.mailedCode));
    expect(isIn(prove(rig.mailedCode))).toBe(true);
    expect(rig.secondStep('maria').alternative.tries).toBe(1);
  });
});

describe('asking for a mailed code', () => {
  it('is refused where nothing can be mailed, where it was not chosen, where it is off', async () => {
    const rig = new EmailRig();
    await rig.addWithEmail('maria');
    rig.addEnrolled('bob', { number: 1, answer: 'Rex' });
    const { mailAccounts, settings, signIn } = rig.services;
    const ask = (name: string) => signIn.sendEmailCode(rig.secondStep(name).pendingId);
    expect(ask('bob')).toEqual({ ok: false, reason: 'not-available' });
    expect(signIn.sendEmailCode('nonsense')).toEqual({ ok: false, reason: 'expired' });
    for (const { id } of mailAccounts.list()) mailAccounts.remove(id);
    expect(ask('maria')).toEqual({ ok: false, reason: 'no-mail' });
    settings.set('twoStep.allowEmail', false);
    expect(ask('maria')).toEqual({ ok: false, reason: 'not-available' });
    expect(rig.secondStep('maria').methods).toEqual(['code', 'recovery-code']);
  });

  it('ends with the user', async () => {
    const rig = new EmailRig();
    await rig.addWithEmail('maria');
    const { pendingId } = rig.secondStep('maria');
    rig.services.accounts.disableUser('maria');
    expect(rig.services.signIn.sendEmailCode(pendingId)).toEqual({ ok: false, reason: 'expired' });
  });

  it('says that the server did not take it; the code comes later all the same', async () => {
    const rig = new EmailRig();
    await rig.addWithEmail('maria');
    rig.mailServer.down();
    const { pendingId } = rig.secondStep('maria');
    const outcome = rig.services.signIn.sendEmailCode(pendingId);
    if (!outcome.ok) throw new Error(outcome.reason);
    await rig.pass(20);
    expect(await outcome.firstTry).toBe('failed');
    rig.mailServer.up();
    await rig.pass(60);
    const code = rig.mailedCode;
    expect(isIn(rig.services.signIn.verify(pendingId, { kind: 'email-code', code }))).toBe(true);
  });
});

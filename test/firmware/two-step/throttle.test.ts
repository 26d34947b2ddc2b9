import { describe, expect, it } from 'vitest';
import { waitAfterMs } from '#firmware/two-step/throttle';
import { admin, codeAt, isIn, TwoStepRig } from './two-step-rig.ts';

describe('the wait after wrong codes', () => {
  it.each([
    [1, 0],
    [4, 0],
    [5, 0],
    [6, 5],
    [7, 10],
    [8, 20],
    [9, 40],
    [13, 640],
    [14, 900],
    [50, 900],
    [99, 900],
  ])('after %i in a row is %i s', (count, seconds) => {
    expect(waitAfterMs(count)).toBe(seconds * 1_000);
  });
});

/** A user who gave so many wrong codes, over as many sign-ins as that takes. */
async function wrongSoOften(count: number) {
  const rig = new TwoStepRig();
  // Its own protection is tested elsewhere.
  rig.services.settings.set('protection.ip.enabled', false);
  const maria = rig.addEnrolled('maria', { number: 2, answer: 'chess boxing' });
  const code = rig.wrongCode(maria);
  for (let made = 0; made < count; made += 1) {
    const step = rig.secondStep('maria');
    if (step.waitMs > 0) await rig.pass(step.waitMs / 1_000);
    rig.setClock(Date.UTC(2026, 10, 24, 10));
    const { pendingId } = rig.secondStep('maria');
    expect(rig.services.signIn.verify(pendingId, { kind: 'code', code }).kind).toBe('wrong');
    rig.services.signIn.cancel(pendingId);
    rig.services.signIn.cancel(step.pendingId);
  }
  return { rig, maria };
}

describe('wrong codes', () => {
  it('end the pending sign-in after five', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const { pendingId } = rig.secondStep('maria');
    const wrong = { kind: 'code', code: rig.wrongCode(maria) } as const;
    const { signIn } = rig.services;
    const left = [1, 2, 3, 4, 5].map(() => {
      const outcome = signIn.verify(pendingId, wrong);
      return outcome.kind === 'wrong' ? outcome.triesLeft : outcome.kind;
    });
    expect(left).toEqual([4, 3, 2, 1, 0]);
    expect(signIn.verify(pendingId, wrong)).toEqual({ kind: 'refused', reason: 'expired' });
  });

  it('count over sessions and addresses, and cost a growing wait in which none is looked at', async () => {
    const { rig, maria } = await wrongSoOften(6);
    const { pendingId, waitMs } = rig.secondStep('maria', { address: '10.9.8.7' });
    expect(waitMs).toBe(5_000);
    const { signIn } = rig.services;
    const right = (): { kind: 'code'; code: string } => {
      return { kind: 'code', code: codeAt(maria.secret, rig.nowMs) };
    };
    await rig.pass(4.999);
    expect(signIn.verify(pendingId, right())).toEqual({
      kind: 'refused',
      reason: 'too-many',
      waitMs: 1,
    });
    await rig.pass(0.001);
    expect(isIn(signIn.verify(pendingId, right()))).toBe(true);
    expect(rig.services.twoStep.details(maria.id)).toMatchObject({ wrongCodes: 0, waitMs: 0 });
  });

  it('are not forgotten by a new sign-in, nor by the wall clock, nor by a reboot', async () => {
    const { rig } = await wrongSoOften(8);
    await rig.pass(5);
    expect(rig.secondStep('maria').waitMs).toBe(15_000);
    rig.setClock(rig.nowMs + 86_400_000);
    expect(rig.secondStep('maria').waitMs).toBe(15_000);
    rig.bootWell();
    // How much has passed is not known any more: it begins anew.
    expect(rig.secondStep('maria').waitMs).toBe(20_000);
    await rig.pass(20);
    expect(rig.secondStep('maria').waitMs).toBe(0);
    rig.bootWell();
    expect(rig.secondStep('maria').waitMs).toBe(0);
  });

  it('block the second step after a hundred in a row, until an administrator clears it', async () => {
    const { rig, maria } = await wrongSoOften(100);
    await rig.pass(3_600);
    const tries = [
      { kind: 'code', code: codeAt(maria.secret, rig.nowMs) },
      { kind: 'recovery-code', code: maria.recoveryCodes[0] ?? '' },
      { kind: 'answer', answer: 'chess boxing' },
    ] as const;
    for (const proof of tries) {
      expect(rig.signIn('maria', proof)).toEqual({ kind: 'refused', reason: 'blocked' });
    }
    expect(rig.logTexts().join('\n')).toContain('the second step is blocked');
    rig.bootWell();
    expect(rig.services.twoStep.details(maria.id)).toMatchObject({ isBlocked: true });
    const { twoStep } = rig.services;
    const herself = { user: 'maria', address: 'serial' };
    expect(twoStep.unblock(maria.id, herself)).toMatchObject({ reason: 'own-account' });
    expect(twoStep.unblock(maria.id, admin)).toEqual({ ok: true });
    expect(isIn(rig.signInByCode(maria))).toBe(true);
  });

  it('are all that counts: a true code in between begins anew', async () => {
    const { rig, maria } = await wrongSoOften(5);
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    const wrong = { kind: 'code', code: rig.wrongCode(maria) } as const;
    expect(rig.signIn('maria', wrong)).toMatchObject({ kind: 'wrong', waitMs: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { codeAt, isIn, TwoStepRig } from './two-step-rig.ts';

const dayMs = 86_400_000;

describe('a sign-in with 2-step verification', () => {
  it('needs the code after the password, and its session is new with it', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const step = rig.secondStep('maria');
    expect(step).toMatchObject({ methods: ['code', 'recovery-code'], waitMs: 0 });
    expect(rig.services.sessions.all()).toEqual([]);
    const code = codeAt(maria.secret, rig.nowMs);
    const outcome = rig.services.signIn.verify(step.pendingId, { kind: 'code', code });
    if (outcome.kind !== 'signed-in') throw new Error(outcome.kind);
    expect(rig.services.sessions.find(outcome.session.token)?.user.name).toBe('maria');
    expect(rig.logTexts()[0]).toBe('logged in with password and security code');
  });

  it('is asked for alike from the loopback address and on the serial console', () => {
    const rig = new TwoStepRig();
    rig.addEnrolled('maria');
    for (const more of [{ address: '127.0.0.1' }, { via: 'serial', address: 'serial' } as const]) {
      expect(rig.begin('maria', more).kind).toBe('second-step');
    }
  });

  it.each([-1, 0, 1])('takes the code of step %i', async (steps) => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    // The step that the set-up used must be out of the window.
    await rig.pass(60);
    expect(isIn(rig.signInByCode(maria, steps))).toBe(true);
  });

  it.each([-2, 2])('refuses the code of step %i', (steps) => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    expect(rig.signInByCode(maria, steps).kind).toBe('wrong');
  });

  it('takes as many steps as the setting says', async () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    await rig.pass(300);
    rig.services.settings.set('twoStep.window', 0);
    expect(isIn(rig.signInByCode(maria, 1))).toBe(false);
    rig.services.settings.set('twoStep.window', 10);
    expect(isIn(rig.signInByCode(maria, 11))).toBe(false);
    expect(isIn(rig.signInByCode(maria, -10))).toBe(true);
    expect(isIn(rig.signInByCode(maria, 10))).toBe(true);
  });

  it('takes no code of another user', () => {
    const rig = new TwoStepRig();
    rig.addEnrolled('maria');
    const bob = rig.addEnrolled('bob');
    const code = codeAt(bob.secret, rig.nowMs);
    expect(rig.signIn('maria', { kind: 'code', code }).kind).toBe('wrong');
    const recovery = { kind: 'recovery-code', code: bob.recoveryCodes[0] ?? '' } as const;
    expect(rig.signIn('maria', recovery).kind).toBe('wrong');
  });
});

describe('a used code', () => {
  it('is never taken again: not in the same sign-in, not in another, not by another way in', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const [first, second] = [rig.secondStep('maria'), rig.secondStep('maria')];
    const proof = { kind: 'code', code: codeAt(maria.secret, rig.nowMs) } as const;
    const { signIn } = rig.services;
    expect(isIn(signIn.verify(first.pendingId, proof))).toBe(true);
    expect(signIn.verify(first.pendingId, proof)).toEqual({ kind: 'refused', reason: 'expired' });
    expect(signIn.verify(second.pendingId, proof)).toMatchObject({ kind: 'wrong' });
    const console = { via: 'serial', address: 'serial' } as const;
    expect(rig.signIn('maria', proof, console)).toMatchObject({ kind: 'wrong' });
    expect(rig.logTexts()[0]).toContain('used before');
  });

  it('is that of the set-up, too', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    expect(rig.signInByCode(maria, -1)).toMatchObject({ kind: 'wrong' });
  });

  it('does not use up the one before it', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    expect(isIn(rig.signInByCode(maria, 1))).toBe(true);
    expect(isIn(rig.signInByCode(maria, 0))).toBe(true);
    expect(isIn(rig.signInByCode(maria, 0))).toBe(false);
  });

  it('stays used when the clock steps back to its time', async () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const atMs = rig.nowMs;
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    await rig.pass(3_600);
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    rig.setClock(atMs);
    expect(rig.signInByCode(maria)).toMatchObject({ kind: 'wrong' });
  });

  it('stays used after a reboot', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const code = codeAt(maria.secret, rig.nowMs);
    expect(isIn(rig.signIn('maria', { kind: 'code', code }))).toBe(true);
    rig.bootWell();
    expect(rig.signIn('maria', { kind: 'code', code })).toMatchObject({ kind: 'wrong' });
  });
});

describe('a clock that ran a day ahead and came back', () => {
  it('locks nobody out, and lets no code in twice', async () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const trueMs = rig.nowMs;
    const used = codeAt(maria.secret, trueMs);
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    rig.setClock(trueMs + dayMs);
    const ahead = codeAt(maria.secret, trueMs + dayMs);
    expect(isIn(rig.signIn('maria', { kind: 'code', code: ahead }))).toBe(true);
    rig.setClock(trueMs);
    // What was used before the jump is still used, and the next code is as good as ever.
    expect(rig.signIn('maria', { kind: 'code', code: used })).toMatchObject({ kind: 'wrong' });
    await rig.pass(30);
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    rig.setClock(trueMs + dayMs);
    expect(rig.signIn('maria', { kind: 'code', code: ahead })).toMatchObject({ kind: 'wrong' });
  });

  it('is told from a wrong code in the log, and in nothing that the user sees', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const outcome = rig.signInByCode(maria, 9);
    expect(outcome).toEqual({ kind: 'wrong', triesLeft: 4, waitMs: 0 });
    expect(rig.logTexts()[0]).toBe(
      'login refused: right password, wrong code: the authenticator is 4 min 30 s ahead of the NAS',
    );
  });
});

describe('while the clock is unset', () => {
  const unset = () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria', { number: 1, answer: 'Rex' });
    rig.enrol('admin');
    rig.board.cutPower();
    rig.board.rtc.setBattery(false);
    rig.bootWell();
    rig.board.rtc.stopOscillator();
    rig.bootWell();
    expect(rig.services.wallClock.trust).toBe('unset');
    return { rig, maria };
  };

  it('no code is looked at or counted, and another way is open', () => {
    const { rig, maria } = unset();
    const code = codeAt(maria.secret, rig.nowMs);
    for (let count = 0; count < 200; count += 1) {
      const outcome = rig.signIn('maria', { kind: 'code', code });
      expect(outcome).toEqual({ kind: 'refused', reason: 'clock-unset' });
    }
    expect(rig.services.twoStep.details(maria.id)?.wrongCodes).toBe(0);
    expect(isIn(rig.signIn('maria', { kind: 'answer', answer: 'rex' }))).toBe(true);
  });

  it('administrators on the serial console, and only they, may set it', () => {
    const { rig } = unset();
    const { defaultPassword } = rig.services.accounts;
    const serial = { via: 'serial', address: 'serial' } as const;
    const here = rig.secondStep('admin', { ...serial, password: defaultPassword });
    expect(here).toMatchObject({ canSetClock: true, clockTrust: 'unset' });
    expect(rig.secondStep('admin', { password: defaultPassword }).canSetClock).toBe(false);
    expect(rig.secondStep('maria', serial).canSetClock).toBe(false);
  });
});

describe('a pending sign-in', () => {
  it('lives five minutes by the monotonic clock, whatever the wall clock does', async () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const { signIn } = rig.services;
    const early = rig.secondStep('maria').pendingId;
    await rig.pass(299.999);
    rig.setClock(rig.nowMs - dayMs);
    expect(signIn.pending(early)).toBeDefined();
    await rig.pass(0.001);
    const proof = { kind: 'code', code: codeAt(maria.secret, rig.nowMs) } as const;
    expect(signIn.verify(early, proof)).toEqual({ kind: 'refused', reason: 'expired' });
    expect(signIn.isIdle).toBe(true);
    expect(rig.logTexts()[0]).toBe('login given up at the second step: the password was right');
  });

  it('dies with a new password, with being disabled, with a reboot, and when it is cancelled', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const endings: readonly ((pendingId: string) => void)[] = [
      () => rig.services.accounts.setPassword('maria', 'another-password-2'),
      () => rig.services.accounts.disableUser('maria'),
      () => rig.bootWell(),
      (pendingId) => rig.services.signIn.cancel(pendingId),
    ];
    for (const end of endings) {
      rig.services.accounts.setPassword('maria', 'maria-password-1');
      rig.services.accounts.enableUser('maria');
      const { pendingId } = rig.secondStep('maria');
      end(pendingId);
      const proof = { kind: 'code', code: codeAt(maria.secret, rig.nowMs) } as const;
      const { signIn } = rig.services;
      expect(signIn.verify(pendingId, proof)).toEqual({ kind: 'refused', reason: 'expired' });
      expect(signIn.isIdle).toBe(true);
    }
    expect(isIn(rig.signInByCode(maria))).toBe(true);
  });

  it('costs an idle board nothing: there is no event left to come', async () => {
    const rig = new TwoStepRig();
    rig.addEnrolled('maria');
    await rig.pass(1);
    const quiet = rig.board.world.pendingEvents;
    const { pendingId } = rig.secondStep('maria');
    expect(rig.board.world.pendingEvents).toBeGreaterThan(quiet);
    rig.services.signIn.cancel(pendingId);
    expect(rig.board.world.pendingEvents).toBe(quiet);
  });

  it('makes way where one user has too many of them', () => {
    const rig = new TwoStepRig();
    rig.addEnrolled('maria');
    const ids = Array.from({ length: 9 }, () => rig.secondStep('maria').pendingId);
    expect(ids.map((id) => rig.services.signIn.pending(id) !== undefined)).toEqual([
      false,
      ...Array.from({ length: 8 }, () => true),
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  attempt,
  flashes,
  proveAtomic,
  rigOf,
  scene,
  undisturbed,
  type Change,
  type Flash,
  type Scene,
} from './power-cut-rig.ts';
import { admin, codeAt, isIn, TwoStepRig } from './two-step-rig.ts';

const asker = { user: 'bob', address: 'serial' } as const;

const byCode: Change = (rig, { maria }) => {
  const code = codeAt(maria.secret, rig.nowMs);
  const { pendingId } = rig.secondStep('maria');
  return () => isIn(rig.services.signIn.verify(pendingId, { kind: 'code', code }));
};

const byRecoveryCode: Change = (rig, { maria }) => {
  const { pendingId } = rig.secondStep('maria');
  const proof = { kind: 'recovery-code', code: maria.recoveryCodes[4] ?? '' } as const;
  return () => isIn(rig.services.signIn.verify(pendingId, proof));
};

const changes: Readonly<Record<string, Change>> = {
  'Finish of a set-up': (rig, { bobId }) => {
    const { twoStep } = rig.services;
    const begun = twoStep.begin(bobId, asker);
    if (!begun.ok) throw new Error(begun.text);
    twoStep.confirm(bobId, codeAt(begun.enrolment.secretBase32, rig.nowMs));
    twoStep.chooseQuestion(bobId, { number: 2, answer: 'chess boxing' });
    return () => twoStep.finish(bobId, asker).ok;
  },
  'a sign-in by code': byCode,
  'a sign-in by recovery code': byRecoveryCode,
  'a wrong code': (rig, { maria }) => {
    const { pendingId } = rig.secondStep('maria');
    const proof = { kind: 'code', code: rig.wrongCode(maria) } as const;
    return () => rig.services.signIn.verify(pendingId, proof).kind === 'wrong';
  },
  'a wrong answer': (rig) => {
    const { pendingId } = rig.secondStep('maria');
    const proof = { kind: 'answer', answer: 'Waldi' } as const;
    return () => rig.services.signIn.verify(pendingId, proof).kind === 'wrong';
  },
  'an administrator disabling it': (rig, { maria }) => {
    const request = { by: 'administrator', asker: admin } as const;
    return () => rig.services.twoStep.disable(maria.id, request).ok;
  },
  'enforcing it on a user': (rig, { bobId }) => {
    return () => rig.services.twoStep.enforceUser(bobId, true, admin).ok;
  },
  'enforcing it on a group': (rig, { staffId }) => {
    return () => rig.services.twoStep.enforceGroup(staffId, true, admin).ok;
  },
  'new recovery codes': (rig, { maria }) => {
    const code = codeAt(maria.secret, rig.nowMs);
    return () => rig.services.twoStep.renewRecoveryCodes(maria.id, code, admin).ok;
  },
};

describe.each(Object.entries(changes))('a power cut in %s', (_, change) => {
  it.each(flashes)('leaves what was before or what is after, on %j', (flash) => {
    expect(proveAtomic(change, flash)).toBeGreaterThan(4);
  });
});

describe.each([
  ['code', byCode, (rig: TwoStepRig, { maria }: Scene) => codeAt(maria.secret, rig.nowMs)],
  [
    'recovery-code',
    byRecoveryCode,
    (_: TwoStepRig, { maria }: Scene) => maria.recoveryCodes[4] ?? '',
  ],
] as const)('a %s that let somebody in', (kind, change, codeOf) => {
  it('is used up, wherever the power is cut; one that let nobody in opens once at most', () => {
    const flash: Flash = { unsynced: 'random', sectorSize: 512 };
    const present = scene(flash, 1);
    const { operations } = undisturbed(change, flash, present);
    for (let cutAt = 1; cutAt <= operations; cutAt += 1) {
      using rig = rigOf(flash, present);
      const code = codeOf(rig, present);
      const run = change(rig, present);
      rig.board.flash.cutPowerAfterWrites(cutAt);
      const wasIn = attempt(run);
      rig.bootWell();
      // Where there was no such operation the cut is still to come: a board of its own has it not.
      const { flash: after } = rig.board;
      rig.board.powerOff();
      using next = new TwoStepRig({ seed: cutAt, flash: { ...flash, image: after.image() } });
      const again = [1, 2].map(() => isIn(next.signIn('maria', { kind, code })));
      expect([wasIn, ...again].filter(Boolean).length, `cut ${cutAt}`).toBeLessThanOrEqual(1);
    }
  });
});

describe('a flash that lies about having synced', () => {
  it('is seen to let a used code in twice: the proof above can fail', () => {
    const flash: Flash = { unsynced: 'lose', sectorSize: 512 };
    const present = scene(flash, 1);
    const rig = rigOf(flash, present);
    rig.board.flash.lieAboutSync(true);
    const code = codeAt(present.maria.secret, rig.nowMs);
    expect(byCode(rig, present)()).toBe(true);
    rig.bootWell();
    expect(isIn(rig.signIn('maria', { kind: 'code', code }))).toBe(true);
  });
});

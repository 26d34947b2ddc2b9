import { describe, expect, it } from 'vitest';
import { StoreError } from '#firmware/store/store';
import type { BoardOptions } from '#sim/board';
import type { FlashImage } from '#sim/parts/flash-image';
import { tablesOf } from '../services-rig.ts';
import { admin, codeAt, isIn, type Enrolled, TwoStepRig } from './two-step-rig.ts';

type Flash = NonNullable<BoardOptions['flash']>;

/** How thorough the proof is: `NASBOARD_PROOF=full` takes minutes. */
const seeds = process.env['NASBOARD_PROOF'] === 'full' ? 20 : 1;

interface Scene {
  readonly seed: number;
  readonly image: FlashImage;
  readonly maria: Enrolled;
  readonly bobId: number;
}

/** Maria has 2-step verification, Bob not; the flash of that. The seed makes the device key. */
function scene(flash: Flash, seed: number): Scene {
  const rig = new TwoStepRig({ seed, flash });
  const maria = rig.addEnrolled('maria', { number: 1, answer: 'Rex' });
  const bobId = rig.addUser('bob');
  rig.board.powerOff();
  return { seed, image: rig.board.flash.image(), maria, bobId };
}

/** A change once all is ready for it; answers whether it was let in, where that matters. */
type Change = (rig: TwoStepRig, scene: Scene) => () => boolean;

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
  'an administrator disabling it': (rig, { maria }) => {
    const request = { by: 'administrator', asker: admin } as const;
    return () => rig.services.twoStep.disable(maria.id, request).ok;
  },
  'enforcing it': (rig, { bobId }) => {
    return () => rig.services.twoStep.enforceUser(bobId, true, admin).ok;
  },
};

/** All that is stored, with bytes only by their length: those of a set-up are drawn by chance. */
function stateOf(rig: TwoStepRig): string {
  return JSON.stringify(tablesOf(rig.services.store), (key: string, value: unknown) => {
    if (value instanceof Uint8Array) return value.length;
    return key === 'answer_hash' && typeof value === 'string' ? value.length : value;
  });
}

function attempt(change: () => boolean): boolean {
  try {
    return change();
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'power-lost') return false;
    throw error;
  }
}

function rigOf(flash: Flash, { seed, image }: Scene): TwoStepRig {
  return new TwoStepRig({ seed, flash: { ...flash, image } });
}

/** What the change does with the power on. */
function undisturbed(change: Change, flash: Flash, present: Scene) {
  const rig = rigOf(flash, present);
  const before = stateOf(rig);
  const run = change(rig, present);
  const start = rig.board.flash.operations;
  expect(run()).toBe(true);
  return { before, after: stateOf(rig), operations: rig.board.flash.operations - start };
}

const flashes: readonly Flash[] = [
  { unsynced: 'random', sectorSize: 512 },
  { unsynced: 'tear', sectorSize: 512, tearSize: 128 },
  { unsynced: 'lose', sectorSize: 4096 },
  { unsynced: 'keep', sectorSize: 4096 },
];

describe.each(Object.entries(changes))('a power cut in %s', (_, change) => {
  it.each(flashes)('leaves what was before or what is after, on %j', (flash) => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const present = scene(flash, seed);
      const { before, after, operations } = undisturbed(change, flash, present);
      expect(after).not.toBe(before);
      expect(operations).toBeGreaterThan(3);
      const seen = new Set<string>();
      for (let cutAt = 1; cutAt <= operations + 1; cutAt += 1) {
        const rig = rigOf(flash, present);
        const run = change(rig, present);
        rig.board.flash.cutPowerAfterWrites(cutAt);
        const isDone = attempt(run);
        rig.bootWell();
        expect(rig.services.store.checkIntegrity()).toBeUndefined();
        const found = stateOf(rig);
        expect(isDone ? [after] : [before, after], `seed ${seed}, cut ${cutAt}`).toContain(found);
        seen.add(found);
      }
      expect(seen).toEqual(new Set([before, after]));
    }
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
      const rig = rigOf(flash, present);
      const code = codeOf(rig, present);
      const run = change(rig, present);
      rig.board.flash.cutPowerAfterWrites(cutAt);
      const wasIn = attempt(run);
      rig.bootWell();
      // Where there was no such operation the cut is still to come: a board of its own has it not.
      const { flash: after } = rig.board;
      rig.board.powerOff();
      const next = new TwoStepRig({ seed: cutAt, flash: { ...flash, image: after.image() } });
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

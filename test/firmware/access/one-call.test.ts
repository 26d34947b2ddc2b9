import { describe, expect, it } from 'vitest';
import type { Proof } from '#firmware/access/sign-in';
import { codeAt, isIn, TwoStepRig } from '../two-step/two-step-rig.ts';

/** What a client does that repeats name and password with each call. */
function call(rig: TwoStepRig, name: string, proof?: Proof, address = '10.0.0.1') {
  const { signIn } = rig.services;
  const step = rig.begin(name, { address });
  if (step.kind !== 'second-step') return step;
  try {
    return proof === undefined ? step : signIn.verify(step.pendingId, proof);
  } finally {
    signIn.drop(step.pendingId);
  }
}

function rigWithMaria() {
  const rig = new TwoStepRig();
  const maria = rig.addEnrolled('maria', { number: 1, answer: 'Rex' });
  const right = (): Proof => ({ kind: 'code', code: codeAt(maria.secret, rig.nowMs) });
  const wrong: Proof = { kind: 'code', code: rig.wrongCode(maria) };
  return { rig, maria, right, wrong };
}

describe('a sign-in that lasts one call', () => {
  it('leaves nothing behind: nothing pending, no timer, no entry in the log', async () => {
    const { rig, right, wrong } = rigWithMaria();
    await rig.pass(1);
    const quiet = rig.board.world.pendingEvents;
    const entries = rig.logTexts().length;
    for (let count = 0; count < 20; count += 1) expect(call(rig, 'maria').kind).toBe('second-step');
    expect(rig.services.signIn.isIdle).toBe(true);
    expect(rig.board.world.pendingEvents).toBe(quiet);
    expect(rig.logTexts()).toHaveLength(entries);
    call(rig, 'maria', wrong);
    expect(isIn(call(rig, 'maria', right()))).toBe(true);
    await rig.pass(3_600);
    expect(rig.services.signIn.isIdle).toBe(true);
    expect(rig.logTexts().filter((text) => text.includes('given up'))).toEqual([]);
  });

  it('counts wrong codes of all calls for the account, which then has to wait', () => {
    const { rig, right, wrong } = rigWithMaria();
    rig.services.settings.set('protection.ip.enabled', false);
    for (let count = 0; count < 6; count += 1) {
      expect(call(rig, 'maria', wrong, `10.0.1.${count}`)).toMatchObject({ kind: 'wrong' });
    }
    const refused = { kind: 'refused', reason: 'too-many', waitMs: 5_000 };
    expect(call(rig, 'maria', right(), '10.0.2.1')).toEqual(refused);
  });

  it.each([
    ['wrong code', undefined],
    ['wrong answer', { kind: 'answer', answer: 'Fido' }],
  ] as const)('counts each %s as a failed login of its address', (_, proof) => {
    const { rig, right, wrong } = rigWithMaria();
    for (let count = 0; count < 4; count += 1) call(rig, 'maria', proof ?? wrong);
    expect(call(rig, 'maria').kind).toBe('second-step');
    call(rig, 'maria', proof ?? wrong);
    expect(call(rig, 'maria', right())).toMatchObject({ reason: 'blocked-address' });
    expect(isIn(call(rig, 'maria', right(), '10.0.0.2'))).toBe(true);
  });

  it('lets one of two in that give the same code', () => {
    const { rig, right } = rigWithMaria();
    const proof = right();
    const { signIn } = rig.services;
    const [first, second] = [rig.secondStep('maria'), rig.secondStep('maria')];
    const outcomes = [first, second].map(({ pendingId }) => signIn.verify(pendingId, proof).kind);
    for (const { pendingId } of [first, second]) signIn.drop(pendingId);
    expect(outcomes).toEqual(['signed-in', 'wrong']);
    expect(rig.services.sessions.all()).toHaveLength(1);
  });

  it('is dropped without harm where it is none', () => {
    const { rig } = rigWithMaria();
    rig.services.signIn.drop('nonsense');
    expect(rig.services.signIn.isIdle).toBe(true);
  });
});

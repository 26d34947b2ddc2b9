import { describe, expect, it } from 'vitest';
import { EmailRig } from './email-rig.ts';
import { admin, codeAt, type Enrolled } from './two-step-rig.ts';

const to = 'maria@example.org';

/** Maria can be told by mail; what she has been told since. */
function rigWithMaria() {
  const rig = new EmailRig();
  rig.services.settings.set('protection.ip.enabled', false);
  const id = rig.addUser('maria');
  rig.services.accounts.setEmail('maria', to);
  const told = async (): Promise<readonly string[]> => {
    await rig.pass(60);
    return rig.subjectsTo(to).map((subject) => subject.replace('[TS-453N] ', ''));
  };
  return { rig, id, told };
}

const on = '2-step verification is on';
const warned = 'Right password, wrong security code';

describe('a user is told by mail', () => {
  it('that 2-step verification was enabled, and that it was disabled', async () => {
    const { rig, told } = rigWithMaria();
    const maria = rig.enrol('maria');
    const asker = { user: 'maria', address: 'serial' };
    const code = codeAt(maria.secret, rig.nowMs);
    rig.services.twoStep.disable(maria.id, { by: 'user', code, asker });
    expect(await told()).toEqual([on, '2-step verification is off']);
  });

  it('that an administrator or RESET has switched it off', async () => {
    const { rig, told } = rigWithMaria();
    const maria = rig.enrol('maria');
    rig.services.twoStep.disable(maria.id, { by: 'administrator', asker: admin });
    rig.enrol('maria');
    rig.services.store.transaction(() => rig.services.twoStep.clear(maria.id));
    rig.services.store.transaction(() => rig.services.twoStep.clear(maria.id));
    const reset = '2-step verification was reset';
    expect(await told()).toEqual([on, reset, on, reset]);
  });

  it('once that it must be set up, and not where it was enforced or enabled before', async () => {
    const { rig, id, told } = rigWithMaria();
    const bob = rig.addEnrolled('bob');
    rig.services.accounts.setEmail('bob', 'bob@example.org');
    const { twoStep, accounts } = rig.services;
    const everyone = accounts.group('everyone')?.id ?? 0;
    twoStep.enforceGroup(everyone, true, admin);
    twoStep.enforceUser(id, true, admin);
    twoStep.enforceUser(bob.id, true, admin);
    twoStep.enforceUser(id, false, admin);
    expect(await told()).toEqual(['2-step verification must be set up']);
    expect(rig.subjectsTo('bob@example.org')).toEqual([]);
  });

  it('that a recovery code was used', async () => {
    const { rig, told } = rigWithMaria();
    const maria = rig.enrol('maria');
    rig.signIn('maria', { kind: 'recovery-code', code: maria.recoveryCodes[0] ?? '' });
    expect(await told()).toEqual([on, 'A recovery code was used']);
  });

  it.each([
    { what: 'code', proof: (rig: EmailRig, user: Enrolled) => rig.wrongCode(user) },
    {
      what: 'used code',
      proof: (rig: EmailRig, { secret }: Enrolled) => codeAt(secret, rig.nowMs - 30_000),
    },
  ])('that somebody had the right password and a wrong $what, once an hour', async ({ proof }) => {
    const { rig, told } = rigWithMaria();
    const maria = rig.enrol('maria');
    const guess = (): void => {
      rig.signIn('maria', { kind: 'code', code: proof(rig, maria) });
    };
    const fromUs = rig.board.world.nowUs;
    guess();
    guess();
    expect(await told()).toEqual([on, warned]);
    const { outbox } = rig.services;
    const goneMs = (rig.board.world.nowUs - fromUs) / 1_000;
    await rig.pass((3_599_999 - goneMs) / 1_000);
    rig.signIn('maria', { kind: 'code', code: rig.wrongCode(maria) });
    expect(outbox.waiting()).toEqual([]);
    await rig.pass(0.001);
    rig.signIn('maria', { kind: 'code', code: rig.wrongCode(maria) });
    expect(outbox.waiting()).toHaveLength(1);
    expect(await told()).toEqual([on, warned, warned]);
  });

  it('nothing of a wrong code whose count could not be stored', async () => {
    const { rig, told } = rigWithMaria();
    const maria = rig.enrol('maria');
    const wrong = { kind: 'code', code: rig.wrongCode(maria) } as const;
    const { pendingId } = rig.secondStep('maria');
    const { store, signIn } = rig.services;
    const undone = (): never =>
      store.transaction(() => {
        signIn.verify(pendingId, wrong);
        throw new Error('undone');
      });
    expect(undone).toThrow('undone');
    expect(await told()).toEqual([on]);
    signIn.verify(pendingId, wrong);
    expect(await told()).toEqual([on, warned]);
  });

  it('that the other way is blocked', async () => {
    const { rig, told } = rigWithMaria();
    rig.enrol('maria', { number: 1, answer: 'Rex' });
    for (let count = 0; count < 5; count += 1) {
      rig.signIn('maria', { kind: 'answer', answer: 'Fido' });
    }
    expect(await told()).toEqual([on, warned, 'The other way to verify is blocked']);
  });

  it.each(['at a login', 'where it was to be disabled'])(
    'that the second step is blocked after a hundred wrong codes, the last one %s',
    async (where) => {
      const { rig, told } = rigWithMaria();
      const maria = rig.enrol('maria');
      rig.services.store.run('UPDATE two_step SET wrong_codes = 99 WHERE user_id = ?', maria.id);
      const code = rig.wrongCode(maria);
      if (where === 'at a login') {
        rig.signIn('maria', { kind: 'code', code });
      } else {
        const asker = { user: 'maria', address: 'serial' };
        const request = { by: 'user', code, asker } as const;
        expect(rig.services.twoStep.disable(maria.id, request)).toMatchObject({ ok: false });
      }
      expect(await told()).toEqual([on, '2-step verification is blocked']);
    },
  );
});

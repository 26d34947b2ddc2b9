import { describe, expect, it } from 'vitest';
import { passwordOf, TwoStepRig } from '../two-step/two-step-rig.ts';

const web = { via: 'web', address: '10.0.0.1', application: 'browser' } as const;
const serial = { via: 'serial', address: 'serial', application: 'console' } as const;

function rigWithMaria(groups: readonly string[] = []) {
  const rig = new TwoStepRig();
  rig.addUser('maria', groups);
  const user = rig.services.accounts.user('maria');
  if (user === undefined) throw new Error('there is no maria');
  const confirm = (password: string, origin: typeof web | typeof serial = web) =>
    rig.services.signIn.confirmPassword(user, password, origin);
  return { rig, confirm };
}

describe('a password that is asked for again', () => {
  it('is that of the user, and a wrong one is logged', () => {
    const { rig, confirm } = rigWithMaria();
    rig.addUser('bob');
    expect(confirm(passwordOf('maria'))).toEqual({ ok: true });
    expect(confirm(passwordOf('bob'))).toEqual({ ok: false });
    expect(rig.services.log.page()[0]).toMatchObject({
      severity: 'warning',
      category: 'login',
      text: 'wrong password at a question that needs it',
      user: 'maria',
      address: '10.0.0.1',
    });
  });

  it('counts as a failed login of the address, and is not looked at where that is blocked', () => {
    const { rig, confirm } = rigWithMaria();
    for (let count = 0; count < 4; count += 1) expect(confirm('guess')).toEqual({ ok: false });
    expect(confirm(passwordOf('maria'))).toEqual({ ok: true });
    confirm('guess');
    expect(confirm(passwordOf('maria'))).toEqual({ ok: false, waitMs: 300_000 });
    expect(rig.begin('maria', { address: '10.0.0.1' })).toMatchObject({
      reason: 'blocked-address',
    });
    expect(confirm(passwordOf('maria'), serial)).toEqual({ ok: true });
  });

  it('counts for the account on the serial console too, where accounts are protected', async () => {
    const { rig, confirm } = rigWithMaria();
    rig.services.settings.set('protection.account.enabled', true);
    for (let count = 0; count < 5; count += 1) confirm('guess', serial);
    expect(confirm(passwordOf('maria'), serial)).toEqual({ ok: false, waitMs: 300_000 });
    await rig.pass(300);
    expect(confirm(passwordOf('maria'), serial)).toEqual({ ok: true });
  });

  it('blocks no administrator', () => {
    const { rig, confirm } = rigWithMaria(['administrators']);
    rig.services.settings.set('protection.account.enabled', true);
    for (let count = 0; count < 50; count += 1) confirm('guess', serial);
    expect(confirm(passwordOf('maria'), serial)).toEqual({ ok: true });
  });
});

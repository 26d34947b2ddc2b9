import { describe, expect, it } from 'vitest';
import { admin, isIn, type Enrolled, TwoStepRig } from '../two-step/two-step-rig.ts';

const dayMs = 86_400_000;
const client = { clientId: 'phone-1', application: 'an app', address: '10.0.0.1' } as const;

function rigWithBob() {
  const rig = new TwoStepRig();
  rig.addUser('bob');
  const user = () => {
    const found = rig.services.accounts.user('bob');
    if (found === undefined) throw new Error('there is no bob');
    return found;
  };
  const make = (durationDays?: number, clientId: string = client.clientId): string =>
    rig.services.loginTokens.make(user(), {
      ...client,
      clientId,
      ...(durationDays !== undefined && { durationDays }),
    });
  const begin = (token: string, clientId: string = client.clientId, name = 'bob') =>
    rig.begin(name, { password: '', loginToken: { token, clientId } });
  return { rig, user, make, begin };
}

describe('a remembered login', () => {
  it('stands in for the password, as the log says', () => {
    const { rig, make, begin } = rigWithBob();
    const token = make();
    expect(token).toMatch(/^[\w-]{22}$/);
    expect(isIn(begin(token))).toBe(true);
    expect(rig.logTexts()[0]).toBe('logged in with a remembered login');
  });

  it('never stands in for the second step', () => {
    const { rig, make, begin } = rigWithBob();
    const bob: Enrolled = rig.enrol('bob');
    const step = begin(make());
    if (step.kind !== 'second-step') throw new Error(step.kind);
    const { signIn } = rig.services;
    const wrong = { kind: 'code', code: rig.wrongCode(bob) } as const;
    signIn.verify(step.pendingId, wrong);
    expect(rig.logTexts()[0]).toMatch(/^login refused: right remembered login, wrong code/);
    const right = { kind: 'recovery-code', code: bob.recoveryCodes[0] ?? '' } as const;
    expect(isIn(signIn.verify(step.pendingId, right))).toBe(true);
    expect(rig.logTexts()[0]).toBe('logged in with remembered login and recovery code');
  });

  it.each([
    { durationDays: undefined, days: 90 },
    { durationDays: 90, days: 90 },
    { durationDays: 1, days: 1 },
    { durationDays: 0, days: 1 },
    { durationDays: 7.9, days: 7 },
    { durationDays: -7, days: 1 },
  ])('of $durationDays days is good for $days', ({ durationDays, days }) => {
    const { rig, make, begin } = rigWithBob();
    const madeMs = Math.floor(rig.nowMs);
    const token = make(durationDays);
    rig.setClock(madeMs + days * dayMs - 1);
    expect(isIn(begin(token))).toBe(true);
    rig.setClock(madeMs + days * dayMs);
    expect(begin(token)).toEqual({ kind: 'refused', reason: 'wrong-credentials' });
  });

  it('of -1 days is good for ever', () => {
    const { rig, make, begin } = rigWithBob();
    const token = make(-1);
    rig.setClock(rig.nowMs + 20_000 * dayMs);
    expect(isIn(begin(token))).toBe(true);
  });

  it('is good for its user and its client only', () => {
    const { rig, make, begin } = rigWithBob();
    rig.addUser('maria');
    const token = make();
    const refused = { kind: 'refused', reason: 'wrong-credentials' };
    expect(begin(token, 'phone-2')).toEqual(refused);
    expect(begin(token, client.clientId, 'maria')).toEqual(refused);
    expect(begin(token, client.clientId, 'nobody')).toEqual(refused);
    expect(begin('x'.repeat(10_000))).toEqual(refused);
  });

  it('counts as a failed login where it is wrong', () => {
    const { make, begin } = rigWithBob();
    const token = make();
    for (let count = 0; count < 5; count += 1) begin('wrong');
    expect(begin(token)).toMatchObject({ reason: 'blocked-address' });
  });

  it.each<[string, (rig: TwoStepRig) => unknown]>([
    ['a new password', (rig) => rig.services.accounts.setPassword('bob', 'another-pass-3')],
    ['the user being disabled', (rig) => rig.services.accounts.disableUser('bob')],
    ['2-step verification being set up', (rig) => rig.enrol('bob')],
    ['a logout with all tokens', (rig) => rig.services.loginTokens.removeOf(rig.idOf('bob'))],
    [
      'the end of its client',
      (rig) => rig.services.loginTokens.removeOfClient(rig.idOf('bob'), client.clientId),
    ],
  ])('ends with %s', (_, end) => {
    const { rig, make, begin } = rigWithBob();
    const token = make(-1);
    end(rig);
    expect(begin(token)).toEqual({ kind: 'refused', reason: 'wrong-credentials' });
  });

  it('ends with 2-step verification being switched off', () => {
    const { rig, make, begin } = rigWithBob();
    const bob = rig.enrol('bob');
    const token = make(-1);
    rig.services.twoStep.disable(bob.id, { by: 'administrator', asker: admin });
    expect(begin(token).kind).toBe('refused');
  });

  it('survives a reboot, and is worth nothing while the clock is unset', () => {
    const { rig, make, begin } = rigWithBob();
    const token = make(-1);
    rig.bootWell();
    expect(isIn(begin(token))).toBe(true);
    rig.board.cutPower();
    rig.board.rtc.setBattery(false);
    rig.bootWell();
    rig.board.rtc.stopOscillator();
    rig.bootWell();
    expect(rig.services.wallClock.trust).toBe('unset');
    expect(begin(token).kind).toBe('refused');
  });

  it('takes the place of the one before of that client, and of the oldest of too many', () => {
    const { make, begin, rig } = rigWithBob();
    rig.services.settings.set('protection.ip.enabled', false);
    const first = make();
    const second = make();
    expect(begin(first).kind).toBe('refused');
    const more = Array.from({ length: 32 }, (_, place) => make(-1, `other-${place}`));
    expect(begin(second).kind).toBe('refused');
    expect(isIn(begin(more[0] ?? '', 'other-0'))).toBe(true);
  });

  it('is in the store as a hash only', () => {
    const { rig, make } = rigWithBob();
    const token = make();
    const rows = rig.services.store.rows('SELECT * FROM login_tokens');
    expect(rows).toHaveLength(1);
    const text = JSON.stringify(rows, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(text).not.toContain(token);
    expect(text).not.toContain(Buffer.from(token, 'base64url').toString('latin1'));
  });
});

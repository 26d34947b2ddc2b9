import { describe, expect, it } from 'vitest';
import { admin, codeAt, isIn, TwoStepRig } from './two-step-rig.ts';

const herself = { user: 'maria', address: 'serial' } as const;

/** An enrolment as far as the key. */
function begun() {
  const rig = new TwoStepRig();
  const id = rig.addUser('maria');
  const outcome = rig.services.twoStep.begin(id, herself);
  if (!outcome.ok) throw new Error(outcome.text);
  const { enrolment } = outcome;
  const code = () => codeAt(enrolment.secretBase32, rig.nowMs);
  return { rig, id, enrolment, code, twoStep: rig.services.twoStep };
}

describe('setting up 2-step verification', () => {
  it('shows a key of 160 bit and the URI of it, and nothing is in effect before the end', () => {
    const { rig, id, enrolment, code, twoStep } = begun();
    expect(enrolment.secretBase32).toMatch(/^[A-Z2-7]{32}$/);
    expect(enrolment).toMatchObject({ issuer: rig.board.label.model, account: 'maria' });
    expect(twoStep.confirm(id, code())).toEqual({ ok: true });
    expect(twoStep.status(id)).toBe('disabled');
    expect(isIn(rig.begin('maria'))).toBe(true);
    expect(twoStep.finish(id, herself)).toMatchObject({ ok: true });
    expect(twoStep.status(id)).toBe('enabled');
    expect(rig.logTexts()[0]).toBe('2-step verification enabled');
  });

  it('ends all sessions of the user, and nobody else’s', () => {
    const { rig, id, code, twoStep } = begun();
    rig.addUser('bob');
    for (const name of ['maria', 'maria', 'bob']) rig.begin(name);
    twoStep.confirm(id, code());
    twoStep.finish(id, herself);
    expect(rig.services.sessions.all().map(({ userName }) => userName)).toEqual(['bob']);
  });

  it('wants a code of the key first; a wrong one can be tried again', () => {
    const { rig, id, enrolment, code, twoStep } = begun();
    expect(twoStep.finish(id, herself)).toMatchObject({ reason: 'expired' });
    expect(twoStep.chooseQuestion(id, { number: 1, answer: 'Rex' })).toMatchObject({
      reason: 'expired',
    });
    const wrong = codeAt(enrolment.secretBase32, rig.nowMs + 600_000);
    expect(twoStep.confirm(id, wrong)).toMatchObject({ ok: false, reason: 'wrong-code' });
    expect(twoStep.confirm(id, 'no code')).toMatchObject({ ok: false, reason: 'wrong-code' });
    expect(twoStep.finish(id, herself)).toMatchObject({ reason: 'expired' });
    expect(twoStep.confirm(id, code())).toEqual({ ok: true });
  });

  it.each([
    {
      what: 'leaving',
      drop: async (rig: TwoStepRig, id: number) => rig.services.twoStep.leave(id),
    },
    { what: 'ten minutes of waiting', drop: (rig: TwoStepRig) => rig.pass(600) },
    { what: 'a reboot', drop: async (rig: TwoStepRig) => void rig.bootWell() },
    {
      what: 'a new password',
      drop: async (rig: TwoStepRig) =>
        void rig.services.accounts.setPassword('maria', 'another-password-2'),
    },
  ])('is dropped by $what', async ({ drop }) => {
    const { rig, id, code, twoStep } = begun();
    twoStep.confirm(id, code());
    await drop(rig, id);
    expect(rig.services.twoStep.enrolment(id)).toBeUndefined();
    expect(rig.services.twoStep.finish(id, herself)).toMatchObject({ reason: 'expired' });
    expect(rig.services.twoStep.status(id)).toBe('disabled');
    expect(rig.services.twoStep.isIdle).toBe(true);
  });

  it('may take longer than ten minutes, where every step comes in time', async () => {
    const { rig, id, code, twoStep } = begun();
    await rig.pass(599.999);
    expect(twoStep.confirm(id, code())).toEqual({ ok: true });
    await rig.pass(599.999);
    expect(twoStep.chooseQuestion(id, { number: 3, answer: 'green' })).toEqual({ ok: true });
    await rig.pass(599.999);
    expect(twoStep.finish(id, herself)).toMatchObject({ ok: true });
  });

  it('makes another key each time, and the one of before is worth nothing', () => {
    const { rig, id, code, enrolment, twoStep } = begun();
    const before = code();
    const again = twoStep.begin(id, herself);
    expect(again).toMatchObject({ ok: true });
    expect(twoStep.enrolment(id)?.secretBase32).not.toBe(enrolment.secretBase32);
    expect(twoStep.confirm(id, before)).toMatchObject({ reason: 'wrong-code' });
    expect(rig.services.twoStep.isIdle).toBe(false);
  });

  it('anew takes a present code, and the key and recovery codes of before are void', async () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const { twoStep } = rig.services;
    expect(twoStep.begin(maria.id, herself)).toMatchObject({ reason: 'wrong-code' });
    const outcome = twoStep.begin(maria.id, herself, codeAt(maria.secret, rig.nowMs));
    if (!outcome.ok) throw new Error(outcome.text);
    const secret = outcome.enrolment.secretBase32;
    await rig.pass(60);
    twoStep.confirm(maria.id, codeAt(secret, rig.nowMs - 30_000));
    twoStep.finish(maria.id, herself);
    expect(isIn(rig.signInByCode(maria))).toBe(false);
    const old = { kind: 'recovery-code', code: maria.recoveryCodes[0] ?? '' } as const;
    expect(isIn(rig.signIn('maria', old))).toBe(false);
    expect(isIn(rig.signInByCode({ ...maria, secret }))).toBe(true);
  });
});

describe('enforcing 2-step verification', () => {
  it('on a user makes a disabled one incomplete: the next session may do nothing else', () => {
    const rig = new TwoStepRig();
    const id = rig.addUser('maria');
    const { twoStep, sessions } = rig.services;
    expect(twoStep.enforceUser(id, true, admin)).toEqual({ ok: true });
    expect(twoStep.status(id)).toBe('incomplete');
    const outcome = rig.begin('maria');
    if (outcome.kind !== 'signed-in') throw new Error(outcome.kind);
    expect(outcome.session.limitedTo).toBe('set-up-2sv');
    expect(sessions.find(outcome.session.token)?.limitedTo).toBe('set-up-2sv');
    const maria = rig.enrol('maria');
    expect(twoStep.status(id)).toBe('enabled');
    expect(sessions.find(outcome.session.token)).toBeUndefined();
    expect(rig.signInByCode(maria)).toMatchObject({ session: { limitedTo: undefined } });
  });

  it('on a group makes incomplete who joins it, and lets go who leaves it', () => {
    const rig = new TwoStepRig();
    const id = rig.addUser('maria');
    const { accounts, twoStep } = rig.services;
    accounts.createGroup('staff');
    const group = { group: 'staff', user: 'maria' };
    twoStep.enforceGroup(accounts.group('staff')?.id ?? 0, true, admin);
    expect(twoStep.status(id)).toBe('disabled');
    accounts.addMember(group);
    expect(twoStep.status(id)).toBe('incomplete');
    expect(twoStep.details(id)).toMatchObject({ isNamed: false, enforcedThrough: ['staff'] });
    accounts.removeMember(group);
    expect(twoStep.status(id)).toBe('disabled');
  });

  it('on everyone holds every user, those to come as well', () => {
    const rig = new TwoStepRig();
    const { accounts, twoStep } = rig.services;
    twoStep.enforceGroup(accounts.group('everyone')?.id ?? 0, true, admin);
    rig.addUser('maria');
    expect(twoStep.list().map(({ status }) => status)).toEqual(['incomplete', 'incomplete']);
  });

  it('taken away leaves an enabled user enabled, and makes an incomplete one disabled', () => {
    const rig = new TwoStepRig();
    const { twoStep } = rig.services;
    const ids = ['maria', 'bob'].map((name) => rig.addUser(name));
    for (const id of ids) twoStep.enforceUser(id, true, admin);
    rig.enrol('maria');
    expect(twoStep.enforcement().users.map(({ name }) => name)).toEqual(['bob', 'maria']);
    for (const id of ids) twoStep.enforceUser(id, false, admin);
    expect(ids.map((id) => twoStep.status(id))).toEqual(['enabled', 'disabled']);
    expect(twoStep.enforcement()).toEqual({ users: [], groups: [] });
  });

  it('goes with its user or group: a new group of the same id is free', () => {
    const rig = new TwoStepRig();
    const { accounts, twoStep } = rig.services;
    twoStep.enforceUser(rig.addUser('maria'), true, admin);
    accounts.createGroup('staff');
    const groupId = accounts.group('staff')?.id ?? 0;
    twoStep.enforceGroup(groupId, true, admin);
    rig.enrol('maria');
    accounts.removeUser('maria');
    accounts.removeGroup('staff');
    accounts.createGroup('guests');
    expect(accounts.group('guests')?.id).toBe(groupId);
    expect(twoStep.enforcement()).toEqual({ users: [], groups: [] });
    expect(rig.services.store.rows('SELECT * FROM two_step')).toEqual([]);
    expect(twoStep.status(rig.addUser('maria'))).toBe('disabled');
  });

  it('of nobody is refused', () => {
    const { twoStep } = new TwoStepRig().services;
    expect(twoStep.enforceUser(99, true, admin)).toMatchObject({ reason: 'no-such-user' });
    expect(twoStep.enforceGroup(99, true, admin)).toMatchObject({ reason: 'no-such-group' });
  });
});

describe('disabling 2-step verification', () => {
  it('by the user takes a present code, and ends all sessions', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const { twoStep, sessions } = rig.services;
    const byHerself = (code: string) =>
      twoStep.disable(maria.id, { by: 'user', code, asker: herself });
    const outcome = rig.signInByCode(maria, 0);
    if (outcome.kind !== 'signed-in') throw new Error(outcome.kind);
    expect(byHerself('')).toMatchObject({ reason: 'wrong-code' });
    expect(byHerself(codeAt(maria.secret, rig.nowMs))).toMatchObject({ reason: 'used-code' });
    expect(twoStep.status(maria.id)).toBe('enabled');
    expect(sessions.find(outcome.session.token)).toBeDefined();
    expect(byHerself(codeAt(maria.secret, rig.nowMs + 30_000))).toEqual({ ok: true });
    expect(twoStep.status(maria.id)).toBe('disabled');
    expect(sessions.find(outcome.session.token)).toBeUndefined();
    expect(isIn(rig.begin('maria'))).toBe(true);
  });

  it('counts wrong codes as a sign-in does', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const request = { by: 'user', code: rig.wrongCode(maria), asker: herself } as const;
    for (let count = 0; count < 6; count += 1) rig.services.twoStep.disable(maria.id, request);
    expect(rig.services.twoStep.disable(maria.id, request)).toMatchObject({
      reason: 'too-many',
      waitMs: 5_000,
    });
    expect(rig.secondStep('maria').waitMs).toBe(5_000);
  });

  it('is not for those whom it is enforced on, and leaves them incomplete by an administrator', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const { twoStep } = rig.services;
    twoStep.enforceUser(maria.id, true, admin);
    const code = codeAt(maria.secret, rig.nowMs);
    expect(twoStep.disable(maria.id, { by: 'user', code, asker: herself })).toMatchObject({
      reason: 'enforced',
    });
    expect(twoStep.disable(maria.id, { by: 'administrator', asker: admin })).toEqual({ ok: true });
    expect(twoStep.status(maria.id)).toBe('incomplete');
    expect(rig.logTexts()[0]).toBe('2-step verification disabled by an administrator (user maria)');
  });

  it('of one’s own account takes a code of an administrator, too', () => {
    const rig = new TwoStepRig();
    const boss = rig.enrol('admin');
    const outcome = rig.services.twoStep.disable(boss.id, { by: 'administrator', asker: admin });
    expect(outcome).toMatchObject({ ok: false, reason: 'own-account' });
  });

  it('of who has none is refused', () => {
    const rig = new TwoStepRig();
    const request = { by: 'administrator', asker: admin } as const;
    expect(rig.services.twoStep.disable(99, request)).toMatchObject({ reason: 'no-such-user' });
    const id = rig.addUser('maria');
    expect(rig.services.twoStep.disable(id, request)).toMatchObject({ reason: 'not-enabled' });
  });
});

describe('a remembered device', () => {
  const remembered = (durationDays?: number) => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    const { pendingId } = rig.secondStep('maria');
    const proof = { kind: 'code', code: codeAt(maria.secret, rig.nowMs) } as const;
    const days = durationDays === undefined ? {} : { durationDays };
    const outcome = rig.services.signIn.verify(pendingId, proof, { rememberDevice: true, ...days });
    if (outcome.kind !== 'signed-in' || outcome.device === undefined) throw new Error('no device');
    const deviceToken = outcome.device.token;
    return { rig, maria, deviceToken, isKnown: () => isIn(rig.begin('maria', { deviceToken })) };
  };

  it.each([
    { durationDays: undefined, days: 90 },
    { durationDays: 1, days: 1 },
    { durationDays: 0, days: 1 },
  ])('of $durationDays days skips the second step for $days', ({ durationDays, days }) => {
    const { rig, isKnown } = remembered(durationDays);
    const endMs = rig.nowMs + days * 86_400_000;
    rig.bootWell();
    expect(isKnown()).toBe(true);
    expect(rig.logTexts()[0]).toBe('logged in with password and remembered device');
    rig.setClock(endMs - 2_000);
    expect(isKnown()).toBe(true);
    rig.setClock(endMs);
    expect(isKnown()).toBe(false);
  });

  it('for ever is so', () => {
    const { rig, isKnown } = remembered(-1);
    rig.setClock(Date.UTC(2090, 0, 1));
    expect(isKnown()).toBe(true);
  });

  it('is of its user only, and needs the password', () => {
    const { rig, deviceToken } = remembered();
    rig.addEnrolled('bob');
    expect(isIn(rig.begin('bob', { deviceToken }))).toBe(false);
    expect(isIn(rig.begin('maria', { deviceToken, password: 'wrong' }))).toBe(false);
  });

  it.each([
    {
      what: 'a new password',
      end: ({ accounts }: TwoStepRig['services']) =>
        accounts.setPassword('maria', 'maria-password-1'),
    },
    {
      what: 'the user forgetting it',
      end: ({ twoStep }: TwoStepRig['services'], id: number) =>
        twoStep.forgetDevice(id, twoStep.devices(id)[0]?.id ?? 0, herself),
    },
    {
      what: 'an administrator disabling 2-step verification',
      end: ({ twoStep }: TwoStepRig['services'], id: number) =>
        twoStep.disable(id, { by: 'administrator', asker: admin }),
      again: true,
    },
  ])('is forgotten with $what', ({ end, again = false }) => {
    const { rig, maria, isKnown } = remembered();
    expect(isKnown()).toBe(true);
    end(rig.services, maria.id);
    if (again) rig.enrol('maria');
    expect(isKnown()).toBe(false);
    expect(rig.services.twoStep.devices(maria.id)).toEqual([]);
  });
});

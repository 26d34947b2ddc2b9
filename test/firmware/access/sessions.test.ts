import { describe, expect, it } from 'vitest';
import type { NewSession } from '#firmware/access/sessions';
import { admin, TwoStepRig } from '../two-step/two-step-rig.ts';

function signedIn(rig: TwoStepRig, name: string, via: 'web' | 'serial' = 'web'): NewSession {
  const outcome = rig.begin(name, { via });
  if (outcome.kind !== 'signed-in') throw new Error(outcome.kind);
  return outcome.session;
}

function withMaria() {
  const rig = new TwoStepRig();
  rig.addUser('maria');
  return { rig, session: signedIn(rig, 'maria') };
}

describe('a session', () => {
  it('has a token of 128 bit that is not its id', () => {
    const { rig, session } = withMaria();
    expect(Buffer.from(session.token, 'base64url')).toHaveLength(16);
    const found = rig.services.sessions.find(session.token);
    expect(found).toMatchObject({
      id: session.id,
      userName: 'maria',
      via: 'web',
      address: '192.168.1.77',
      application: 'browser',
      limitedTo: undefined,
    });
    expect(rig.services.sessions.find(session.id)).toBeUndefined();
    expect(rig.services.sessions.find('')).toBeUndefined();
    expect(JSON.stringify(rig.services.sessions.all())).not.toContain(session.token);
  });

  it('ends after thirty idle minutes, to the millisecond; use of it begins them anew', async () => {
    const { rig, session } = withMaria();
    await rig.pass(1_799.999);
    expect(rig.services.sessions.find(session.token)).toBeDefined();
    await rig.pass(1_799.999);
    expect(rig.services.sessions.all()).toHaveLength(1);
    await rig.pass(0.001);
    expect(rig.services.sessions.all()).toEqual([]);
    expect(rig.services.sessions.find(session.token)).toBeUndefined();
  });

  it('on the serial console goes by the setting of that', async () => {
    const { rig } = withMaria();
    rig.services.settings.set('console.idleMinutes', 60);
    const session = signedIn(rig, 'maria', 'serial');
    await rig.pass(3_599);
    expect(rig.services.sessions.all().map(({ via }) => via)).toEqual(['serial']);
    await rig.pass(1);
    expect(rig.services.sessions.find(session.token)).toBeUndefined();
  });

  it('lasts twelve hours at most, however busy it is', async () => {
    const { rig, session } = withMaria();
    for (let count = 0; count < 24; count += 1) {
      expect(rig.services.sessions.find(session.token)).toBeDefined();
      await rig.pass(1_795);
    }
    expect(rig.services.sessions.find(session.token)).toBeDefined();
    await rig.pass(120);
    expect(rig.services.sessions.find(session.token)).toBeUndefined();
  });

  it('does not end because the wall clock is set', () => {
    const { rig, session } = withMaria();
    for (const days of [400, -800]) {
      rig.setClock(rig.nowMs + days * 86_400_000);
      expect(rig.services.sessions.find(session.token)).toBeDefined();
    }
  });

  it.each([
    {
      what: 'a new password',
      end: ({ accounts }: TwoStepRig['services']) =>
        accounts.setPassword('maria', 'another-password-2'),
    },
    {
      what: 'being disabled',
      end: ({ accounts }: TwoStepRig['services']) => accounts.disableUser('maria'),
    },
    {
      what: 'being removed',
      end: ({ accounts }: TwoStepRig['services']) => accounts.removeUser('maria'),
    },
    {
      what: 'an administrator',
      end: ({ sessions }: TwoStepRig['services']) => {
        expect(sessions.end(sessions.all()[0]?.id ?? '')).toBe(true);
      },
    },
    {
      what: 'the end of all of that user',
      end: ({ sessions, accounts }: TwoStepRig['services']) =>
        sessions.endAll(accounts.user('maria')?.id ?? 0),
    },
  ])('ends with $what', ({ end }) => {
    const { rig, session } = withMaria();
    end(rig.services);
    expect(rig.services.sessions.find(session.token)).toBeUndefined();
    expect(rig.services.sessions.all()).toEqual([]);
    expect(rig.services.sessions.end(session.id)).toBe(false);
  });

  it('ends with a reboot', () => {
    const { rig, session } = withMaria();
    rig.bootWell();
    expect(rig.services.sessions.find(session.token)).toBeUndefined();
  });

  it('of whoever changes the password may go on, alone', () => {
    const { rig, session } = withMaria();
    const other = signedIn(rig, 'maria');
    const { accounts, sessions } = rig.services;
    accounts.setPassword('maria', 'another-password-2');
    sessions.endAll(session.user.id, session.id);
    expect(sessions.find(session.token)?.user.sessionEpoch).toBe(1);
    expect(sessions.find(other.token)).toBeUndefined();
  });

  it('goes on where 2-step verification is enforced meanwhile: the next one is limited', () => {
    const { rig, session } = withMaria();
    rig.services.twoStep.enforceUser(session.user.id, true, admin);
    expect(rig.services.sessions.find(session.token)?.limitedTo).toBeUndefined();
    const next = signedIn(rig, 'maria');
    expect(rig.services.sessions.find(next.token)?.limitedTo).toBe('set-up-2sv');
    rig.services.twoStep.enforceUser(session.user.id, false, admin);
    expect(rig.services.sessions.find(next.token)?.limitedTo).toBeUndefined();
  });

  it('makes way where one user has too many, and of nobody else', () => {
    const { rig, session } = withMaria();
    rig.addUser('bob');
    const ofBob = signedIn(rig, 'bob');
    for (let count = 0; count < 64; count += 1) signedIn(rig, 'maria');
    const { sessions } = rig.services;
    expect(sessions.of(session.user.id)).toHaveLength(64);
    expect(sessions.find(session.token)).toBeUndefined();
    expect(sessions.find(ofBob.token)).toBeDefined();
  });
});

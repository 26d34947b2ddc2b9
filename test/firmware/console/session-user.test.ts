import { describe, expect, it } from 'vitest';
import { Session } from '#firmware/console/session';
import { createBeeper } from '#firmware/indicators/beeper';
import { createStatusLamp } from '#firmware/indicators/status-lamp';
import type { Services } from '#firmware/services';
import { newServices } from '../services-rig.ts';

const password = 'secret-of-bob-1';

/** A session of `bob` at the console, while somebody else works at another face. */
function sessionOfBob(): { session: Session; services: Services } {
  const services = newServices();
  const { board, accounts } = services;
  accounts.createUser({ name: 'bob', password });
  const refused = { ok: false, reason: 'not-ready' } as const;
  const session = new Session(
    {
      services,
      lamp: createStatusLamp(board.leds.status, board.clock),
      beeper: createBeeper(board.buzzer, board.clock, () => false),
      control: {
        state: 'ready',
        uptimeMs: () => 0,
        requestReset: () => refused,
        requestReboot: () => refused,
        requestPowerOff: () => refused,
        reportBug: (error) => {
          throw error;
        },
      },
      applyNetwork: () => undefined,
    },
    (problem) => expect.unreachable(problem),
  );
  session.keepName('bob');
  expect(session.logIn(password)).toMatchObject({ kind: 'accepted', home: 'shell' });
  return { session, services };
}

describe('a session', () => {
  it('is good while nobody touches its user', () => {
    const { session, services } = sessionOfBob();
    services.accounts.createUser({ name: 'eve', password });
    services.accounts.setPassword('eve', 'another-1');
    services.accounts.addMember({ group: 'administrators', user: 'bob' });
    expect(session.user).toMatchObject({ name: 'bob', isAdministrator: true });
  });

  it('is listed while it lasts, and its end ends the entry', () => {
    const { session, services } = sessionOfBob();
    const bobId = services.accounts.user('bob')?.id ?? 0;
    expect(services.sessions.of(bobId)).toMatchObject([
      { id: session.id, userName: 'bob', via: 'serial', address: 'serial', application: 'console' },
    ]);
    session.forget();
    expect(services.sessions.of(bobId)).toEqual([]);
  });

  const ends: readonly (readonly [string, (services: Services) => void])[] = [
    ['a new password', ({ accounts }) => void accounts.setPassword('bob', 'another-1')],
    ['the same password, set anew', ({ accounts }) => void accounts.setPassword('bob', password)],
    [
      'an administrator',
      ({ sessions }) => sessions.all().forEach(({ id }) => void sessions.end(id)),
    ],
    ['being disabled', ({ accounts }) => void accounts.disableUser('bob')],
    ['being removed', ({ accounts }) => void accounts.removeUser('bob')],
    [
      'being disabled and enabled again',
      ({ accounts }) => {
        accounts.disableUser('bob');
        accounts.enableUser('bob');
      },
    ],
    [
      'another user taking the name',
      ({ accounts }) => {
        accounts.removeUser('bob');
        accounts.createUser({ name: 'bob', password });
      },
    ],
  ];

  it.each(ends)('is ended by %s', (_what, end) => {
    const { session, services } = sessionOfBob();
    end(services);
    expect(session.user).toBeUndefined();
  });

  it('ends at the date from which its user is disabled', () => {
    const { session, services } = sessionOfBob();
    const { accounts, wallClock } = services;
    accounts.disableUser('bob', wallClock.nowMs() + 60_000);
    session.keepName('bob');
    expect(session.logIn(password)).toMatchObject({ kind: 'accepted' });
    expect(session.user).toBeDefined();
    wallClock.setManually(wallClock.nowMs() + 60_000);
    expect(session.user).toBeUndefined();
  });
});

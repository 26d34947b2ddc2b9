import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { consoleMachine, type ConsoleEvent } from '#firmware/console/console.machine';

const effects = Object.keys(consoleMachine.implementations.actions);
const isDecision = (name: string): boolean => name === 'keepHome' || name === 'goToShell';
const silent = consoleMachine.provide({
  actions: Object.fromEntries(
    effects.filter((name) => !isDecision(name)).map((name) => [name, () => undefined]),
  ),
});

/** The effects are replaced above, so nothing asks for them. */
const noInput = {
  effects: (): never => {
    throw new Error('no effect was expected');
  },
};

const events: ConsoleEvent[] = [
  { type: 'services.started', isResumed: false },
  { type: 'services.started', isResumed: true },
  { type: 'line.entered', text: 'admin' },
  { type: 'line.entered', text: '' },
  { type: 'line.entered', text: 'y' },
  { type: 'line.interrupted' },
  { type: 'line.ended' },
  { type: 'login.accepted', home: 'menu', mustChangePassword: false },
  { type: 'login.accepted', home: 'shell', mustChangePassword: false },
  { type: 'login.accepted', home: 'menu', mustChangePassword: true },
  { type: 'login.refused' },
  { type: 'login.unavailable' },
  { type: 'password.changed' },
  { type: 'password.refused' },
  { type: 'quit.asked' },
  { type: 'dialogue.asked' },
  { type: 'dialogue.paused' },
  { type: 'dialogue.finished' },
  { type: 'session.loggedOut' },
  { type: 'session.idled', isMidSecret: false },
  { type: 'session.idled', isMidSecret: true },
  { type: 'session.revoked', reason: 'test', isMidSecret: false },
  { type: 'session.revoked', reason: 'test', isMidSecret: true },
  { type: 'port.closed' },
];

describe('the console chart', () => {
  const paths = getShortestPaths(silent, { events, input: noInput });

  it('reaches each of its states', () => {
    const reached = new Set(paths.map(({ state }) => JSON.stringify(state.value)));
    for (const name of ['booting', 'password', 'checking', 'refused', 'ended', 'closed']) {
      expect(reached).toContain(JSON.stringify(name));
    }
    expect(reached).toContain(JSON.stringify({ login: 'waiting' }));
    for (const name of [
      'newPassword',
      'repeatPassword',
      'menu',
      'quitConfirm',
      'shell',
      'running',
      'prompt',
      'paused',
    ]) {
      expect(reached).toContain(JSON.stringify({ session: name }));
    }
  });

  it('comes back to the login prompt from wherever a session is revoked', () => {
    const sessions = paths.filter(({ state }) => state.matches('session'));
    expect(sessions.length).toBeGreaterThan(7);
    for (const { state } of sessions) {
      for (const isMidSecret of [false, true]) {
        const actor = createActor(silent, {
          input: noInput,
          snapshot: silent.getPersistedSnapshot(state),
        });
        actor.start();
        actor.send({ type: 'session.revoked', reason: 'test', isMidSecret });
        expect(actor.getSnapshot().matches(isMidSecret ? 'ended' : 'login')).toBe(true);
        actor.stop();
      }
    }
  });

  it('lets nobody past a forced change of password', () => {
    const forced = paths.filter(({ state }) => state.matches({ session: 'newPassword' }));
    expect(forced.length).toBeGreaterThan(0);
    for (const { state } of forced) {
      const next = events.map((event) => {
        const actor = createActor(silent, {
          input: noInput,
          snapshot: silent.getPersistedSnapshot(state),
        });
        actor.start();
        actor.send(event);
        const { value } = actor.getSnapshot();
        actor.stop();
        return JSON.stringify(value);
      });
      expect(new Set(next)).toEqual(
        new Set([
          '{"session":"newPassword"}',
          '{"session":"repeatPassword"}',
          '{"login":"waiting"}',
          '"ended"',
          '"closed"',
        ]),
      );
    }
  });
});

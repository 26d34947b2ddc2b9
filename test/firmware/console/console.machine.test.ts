import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { ConsoleEvent } from '#firmware/console/console-events';
import { consoleMachine } from '#firmware/console/console.machine';

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
  { type: 'login.accepted', home: 'set-up-2sv', mustChangePassword: false },
  { type: 'secondStep.asked', isCodeUseful: true },
  { type: 'secondStep.asked', isCodeUseful: false },
  { type: 'way.chosen', way: 'question' },
  { type: 'way.chosen', way: 'recovery-code' },
  { type: 'way.chosen', way: 'clock' },
  { type: 'way.declined', isCodeUseful: true },
  { type: 'way.declined', isCodeUseful: false },
  { type: 'way.refused' },
  { type: 'proof.refused', isCode: true },
  { type: 'proof.refused', isCode: false },
  { type: 'password.changed', home: 'menu' },
  { type: 'password.changed', home: 'shell' },
  { type: 'password.changed', home: 'set-up-2sv' },
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
      'securityCode',
      'anotherWay',
      'choosing',
      'securityAnswer',
      'recoveryCode',
      'clock',
    ]) {
      expect(reached).toContain(JSON.stringify({ secondStep: name }));
    }
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
    const sessions = paths.filter(
      ({ state }) => state.matches('session') || state.matches('secondStep'),
    );
    expect(sessions.length).toBeGreaterThan(13);
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

  type Snapshot = (typeof paths)[number]['state'];

  /** Every state that any event leads to from there. */
  const nextOf = (state: Snapshot): Set<string> =>
    new Set(
      events.map((event) => {
        const actor = createActor(silent, {
          input: noInput,
          snapshot: silent.getPersistedSnapshot(state),
        });
        actor.start();
        actor.send(event);
        const { value } = actor.getSnapshot();
        actor.stop();
        return JSON.stringify(value);
      }),
    );

  it('lets nobody past a forced change of password', () => {
    const forced = paths.filter(({ state }) => state.matches({ session: 'newPassword' }));
    expect(forced.length).toBeGreaterThan(0);
    for (const { state } of forced) {
      expect(nextOf(state)).toEqual(
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

  it('opens nothing before the second step is done', () => {
    const pending = paths.filter(({ state }) => state.matches('secondStep'));
    expect(pending.length).toBeGreaterThan(5);
    const isClosedToAll = (value: string): boolean => !value.startsWith('{"session"');
    for (const { state } of pending) expect([...nextOf(state)].every(isClosedToAll)).toBe(true);
  });

  it('lets nobody who must set up 2-step verification do anything else', () => {
    const forced = paths.filter(
      ({ state }) => state.matches('session') && state.context.home === 'set-up-2sv',
    );
    expect(forced.length).toBeGreaterThan(2);
    for (const { state } of forced.filter(
      (path) => !path.state.matches({ session: 'repeatPassword' }),
    )) {
      for (const value of nextOf(state)) {
        expect(value).not.toMatch(/menu|shell|quitConfirm/);
      }
    }
  });
});

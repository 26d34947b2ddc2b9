import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { timekeeperMachine, type TimekeeperEvent } from '#firmware/time/timekeeper.machine';
import { BoardClock } from '#sim/kernel/board-clock';
import { Crystal } from '#sim/kernel/crystal';
import { World } from '#sim/kernel/world';

const hourMs = 3_600_000;

interface Start {
  readonly isEnabled?: boolean;
  readonly lastRound?: 'synchronised' | 'failed';
  readonly belief?: 'synchronised' | 'holdover';
  readonly retryAtMs?: number;
  readonly holdoverAtMs?: number;
}

/** The chart on a clock; what it has had done is listed with its time. */
function createTimekeeper(start: Start = {}) {
  const world = new World();
  const crystal = new Crystal({ trueUs: world.nowUs, countUs: 0, ppm: 0 });
  const clock = new BoardClock(world, crystal, 'board');
  const done: string[] = [];
  const facts = {
    isEnabled: true,
    retryAtMs: 60_000,
    holdoverAtMs: 3 * hourMs,
    ...start,
  };
  const act =
    (what: string) =>
    (detail = '') =>
      void done.push(`${what}${detail} at ${clock.now()}`);
  const actor = createActor(timekeeperMachine, {
    clock,
    input: {
      senses: {
        isEnabled: () => facts.isEnabled,
        lastRound: () => facts.lastRound,
        belief: () => facts.belief,
        msToRetry: () => Math.max(0, facts.retryAtMs - clock.now()),
        msToHoldover: () => Math.max(0, facts.holdoverAtMs - clock.now()),
      },
      effects: {
        ask: act('ask'),
        believe: (trust) => act('believe ')(trust),
      },
    },
  });
  actor.start();
  const states = (): string => {
    const { value } = actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).join().replace(',', '.');
  };
  const runTo = (ms: number): Promise<void> => world.runUntil(world.startUs + ms * 1_000);
  const send = (type: TimekeeperEvent['type']): void => actor.send({ type });
  return { facts, clock, done, states, runTo, send };
}

describe('the timekeeper', () => {
  it('asks as soon as it starts', () => {
    const { done, states, send } = createTimekeeper();
    expect([done, states()]).toEqual([['ask at 0'], 'unsynchronised.waiting']);
    send('round.synchronised');
    expect(states()).toBe('synchronised.waiting');
    expect(done).toEqual(['ask at 0', 'believe synchronised at 0']);
  });

  it.each([
    [{ isEnabled: false }, 'off.resting'],
    [{ isEnabled: false, belief: 'synchronised' }, 'off.ageing'],
    [{ lastRound: 'synchronised' }, 'unsynchronised.waiting'],
    [{ lastRound: 'synchronised', belief: 'synchronised' }, 'synchronised.waiting'],
    [{ lastRound: 'failed' }, 'unsynchronised.retrying'],
    [{ lastRound: 'failed', belief: 'synchronised' }, 'synchronised.retrying'],
    [{ lastRound: 'failed', belief: 'holdover' }, 'holdover.retrying'],
  ] as const)('goes on from %o in %s, and asks nobody at once', (start, expected) => {
    const { states, done } = createTimekeeper(start);
    expect([states(), done]).toEqual([expected, []]);
  });

  it('tries again when its time has come after a failure, and no sooner', async () => {
    const { done, states, runTo, send } = createTimekeeper();
    send('round.failed');
    expect(states()).toBe('unsynchronised.retrying');
    await runTo(59_999);
    expect(done).toEqual(['ask at 0']);
    await runTo(60_000);
    expect(done).toEqual(['ask at 0', 'ask at 60000']);
  });

  it('counts the next wait from the failure on, each time', async () => {
    const { facts, done, runTo, send } = createTimekeeper();
    send('round.failed');
    await runTo(60_000);
    facts.retryAtMs = 180_000;
    send('round.failed');
    await runTo(179_999);
    expect(done).toHaveLength(2);
    await runTo(180_000);
    expect(done).toEqual(['ask at 0', 'ask at 60000', 'ask at 180000']);
  });

  it.each([
    ['network.changed', 'synchronised.retrying', ['ask at 0']],
    ['settings.changed', 'synchronised.retrying', ['ask at 0']],
    ['clock.setByHand', 'unsynchronised.retrying', []],
    ['round.failed', 'synchronised.retrying', []],
    ['round.synchronised', 'synchronised.waiting', []],
  ] as const)('after a failure, hearing %s, is %s', (event, expected, asked) => {
    const { done, states, send } = createTimekeeper({
      lastRound: 'failed',
      belief: 'synchronised',
    });
    send(event);
    expect([states(), done]).toEqual([expected, asked]);
  });

  it.each([
    ['network.changed', 'synchronised.waiting', []],
    ['settings.changed', 'synchronised.waiting', ['ask at 0']],
    ['clock.setByHand', 'unsynchronised.waiting', []],
    ['round.failed', 'synchronised.retrying', []],
    ['round.synchronised', 'synchronised.waiting', []],
  ] as const)('at rest, hearing %s, is %s', (event, expected, asked) => {
    const { done, states, send } = createTimekeeper({
      lastRound: 'synchronised',
      belief: 'synchronised',
    });
    send(event);
    expect([states(), done]).toEqual([expected, asked]);
  });

  it.each(['unsynchronised', 'holdover'] as const)('leaves %s with a sync', (from) => {
    for (const lastRound of ['failed', 'synchronised'] as const) {
      const start = from === 'holdover' ? { lastRound, belief: from } : { lastRound };
      const { done, states, send } = createTimekeeper(start);
      send('round.synchronised');
      expect([states(), done]).toEqual([
        expect.stringMatching(/^synchronised/),
        ['believe synchronised at 0'],
      ]);
    }
  });

  it('is switched off and on by the settings, and off tries nothing', async () => {
    const { facts, done, states, runTo, send } = createTimekeeper();
    send('round.failed');
    facts.isEnabled = false;
    send('settings.changed');
    send('network.changed');
    await runTo(hourMs);
    expect([done, states()]).toEqual([['ask at 0'], 'off.resting']);
    facts.isEnabled = true;
    facts.lastRound = 'failed';
    send('settings.changed');
    expect([done.at(-1), states()]).toEqual([`ask at ${hourMs}`, 'unsynchronised.retrying']);
  });

  it.each([
    [3 * hourMs - 1, 'synchronised.waiting', []],
    [3 * hourMs, 'holdover.waiting', ['believe holdover at 10800000']],
  ])('%i ms after its only sync is %s', async (afterMs, expected, done) => {
    const timekeeper = createTimekeeper({ lastRound: 'synchronised', belief: 'synchronised' });
    await timekeeper.runTo(afterMs);
    expect([timekeeper.states(), timekeeper.done]).toEqual([expected, done]);
  });

  it('goes into holdover three intervals after the last sync, not the first', async () => {
    const { facts, states, runTo, send } = createTimekeeper();
    send('round.synchronised');
    await runTo(2 * hourMs);
    facts.holdoverAtMs = 5 * hourMs;
    send('round.synchronised');
    await runTo(5 * hourMs - 1);
    expect(states()).toBe('synchronised.waiting');
    await runTo(5 * hourMs);
    expect(states()).toBe('holdover.waiting');
  });

  it('goes on trying in holdover, and on its way there', async () => {
    const { facts, done, states, runTo, send } = createTimekeeper();
    send('round.synchronised');
    await runTo(hourMs);
    facts.lastRound = 'failed';
    facts.retryAtMs = 4 * hourMs;
    send('round.failed');
    await runTo(3 * hourMs);
    expect(states()).toBe('holdover.retrying');
    await runTo(4 * hourMs);
    expect(done.slice(2)).toEqual([`believe holdover at ${3 * hourMs}`, `ask at ${4 * hourMs}`]);
  });

  it('holds over where it is switched off, too', async () => {
    const { states, done, runTo } = createTimekeeper({ isEnabled: false, belief: 'synchronised' });
    await runTo(3 * hourMs);
    expect([states(), done]).toEqual(['off.resting', [`believe holdover at ${3 * hourMs}`]]);
  });

  it('counts a shorter interval from the settings on', async () => {
    const { facts, states, runTo, send } = createTimekeeper({
      holdoverAtMs: 72 * hourMs,
      lastRound: 'synchronised',
      belief: 'synchronised',
    });
    await runTo(hourMs);
    facts.holdoverAtMs = 3 * hourMs;
    send('settings.changed');
    await runTo(3 * hourMs);
    expect(states()).toBe('holdover.waiting');
  });
});

import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { outboxMachine } from '#firmware/notify/outbox.machine';
import { BoardClock } from '#sim/kernel/board-clock';
import { Crystal } from '#sim/kernel/crystal';
import { World } from '#sim/kernel/world';

/** The chart on a clock, with mails that are due at the times named, ms. */
function createOutbox(dueMs: number[]) {
  const world = new World();
  const clock = new BoardClock(
    world,
    new Crystal({ trueUs: world.nowUs, countUs: 0, ppm: 0 }),
    'board',
  );
  const done: string[] = [];
  const actor = createActor(outboxMachine, {
    clock,
    input: {
      senses: {
        isAnyDue: () => dueMs.some((time) => time <= clock.now()),
        isAnyWaiting: () => dueMs.length > 0,
        msToNext: () => Math.min(...dueMs) - clock.now(),
      },
      effects: {
        handIn: () => done.push(`hand in at ${clock.now()}`),
        giveUp: () => done.push(`give up at ${clock.now()}`),
      },
    },
  });
  actor.start();
  const run = (ms: number): Promise<void> => world.runFor(ms * 1_000);
  return { actor, clock, done, dueMs, run, state: () => JSON.stringify(actor.getSnapshot().value) };
}

describe('the outbox', () => {
  it('rests while nothing waits', async () => {
    const { clock, state, run } = createOutbox([]);
    await run(1_000);
    expect(state()).toBe('"empty"');
    expect(clock.pending).toBe(0);
  });

  it.each([
    { afterMs: 29_999, done: [], state: '"waiting"' },
    { afterMs: 30_000, done: ['hand in at 30000'], state: '{"handingIn":"underWay"}' },
    { afterMs: 89_999, done: ['hand in at 30000'], state: '{"handingIn":"underWay"}' },
    {
      afterMs: 90_000,
      done: ['hand in at 30000', 'give up at 90000'],
      state: '{"handingIn":"givenUp"}',
    },
    {
      afterMs: 900_000,
      done: ['hand in at 30000', 'give up at 90000'],
      state: '{"handingIn":"givenUp"}',
    },
  ])('has $state $afterMs ms before a mail of 30 s hence', async ({ afterMs, done, state }) => {
    const outbox = createOutbox([30_000]);
    await outbox.run(afterMs);
    expect(outbox.done).toEqual(done);
    expect(outbox.state()).toBe(state);
  });

  it('takes a mail that comes while it waits for another', async () => {
    const outbox = createOutbox([30_000]);
    await outbox.run(10);
    outbox.dueMs.push(10);
    outbox.actor.send({ type: 'mail.queued' });
    expect(outbox.done).toEqual(['hand in at 10']);
    outbox.dueMs.pop();
    outbox.actor.send({ type: 'handIn.ended' });
    expect(outbox.state()).toBe('"waiting"');
  });

  it('hands in one at a time: a mail that comes meanwhile waits', () => {
    const outbox = createOutbox([0]);
    outbox.actor.send({ type: 'mail.queued' });
    outbox.actor.send({ type: 'mail.queued' });
    expect(outbox.done).toEqual(['hand in at 0']);
    outbox.actor.send({ type: 'handIn.ended' });
    expect(outbox.done).toEqual(['hand in at 0', 'hand in at 0']);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimulatorBug, UsageError } from '#sim/kernel/invariant';
import { defaultStartUs, World } from '#sim/kernel/world';

/** A world that starts at 0 and a list of what happened in it. */
function createWorld(): { world: World; happened: string[] } {
  return { world: new World({ startUs: 0 }), happened: [] };
}

describe('order', () => {
  test('events happen in order of time, whatever the order they were asked for in', async () => {
    const { world, happened } = createWorld();
    for (const timeUs of [30, 10, 20]) world.at(timeUs, 'test', () => happened.push(`${timeUs}`));
    await world.runUntil(100);
    expect(happened).toEqual(['10', '20', '30']);
    expect(world.nowUs).toBe(100);
    expect(world.eventsRun).toBe(3);
  });

  test('events of one instant happen first in, first out', async () => {
    const { world, happened } = createWorld();
    for (const name of ['a', 'b', 'c', 'd']) world.at(10, 'test', () => happened.push(name));
    await world.runUntil(10);
    expect(happened).toEqual(['a', 'b', 'c', 'd']);
  });

  test('an event for the past happens now, after what is due already', async () => {
    const { world, happened } = createWorld();
    world.at(10, 'test', () => {
      world.at(5, 'test', () => happened.push(`late at ${world.nowUs}`));
    });
    world.at(10, 'test', () => happened.push('due'));
    await world.runUntil(20);
    expect(happened).toEqual(['due', 'late at 10']);
  });

  test('any mixture of times and removals happens in order of time, then of asking', async () => {
    const plan = fc.array(fc.record({ timeUs: fc.nat(20), isTakenBack: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(plan, async (wishes) => {
        const { world, happened } = createWorld();
        const events = wishes.map(({ timeUs }, place) =>
          world.at(timeUs, 'test', () => happened.push(`${timeUs}:${place}`)),
        );
        wishes.forEach(({ isTakenBack }, place) => {
          const event = events[place];
          if (isTakenBack && event !== undefined) world.cancel(event);
        });
        await world.runUntil(20);
        const expected = wishes
          .map((wish, place) => ({ ...wish, place }))
          .filter(({ isTakenBack }) => !isTakenBack)
          .sort((a, b) => a.timeUs - b.timeUs || a.place - b.place)
          .map(({ timeUs, place }) => `${timeUs}:${place}`);
        expect(happened).toEqual(expected);
      }),
    );
  });
});

describe('taking back', () => {
  test('an event that was taken back does not happen; doing it again is no error', async () => {
    const { world, happened } = createWorld();
    const event = world.at(10, 'test', () => happened.push('never'));
    world.cancel(event);
    world.cancel(event);
    await world.runUntil(20);
    world.cancel(event);
    expect(happened).toEqual([]);
  });

  test('an event can take back one of its own instant', async () => {
    const { world, happened } = createWorld();
    world.at(10, 'test', () => world.cancel(second));
    const second = world.at(10, 'test', () => happened.push('never'));
    await world.runUntil(20);
    expect(happened).toEqual([]);
  });
});

describe('how far it runs', () => {
  test('runUntil takes in the instant it names and no later one', async () => {
    const { world, happened } = createWorld();
    for (const timeUs of [99, 100, 101]) world.at(timeUs, 'test', () => happened.push(`${timeUs}`));
    await world.runUntil(100);
    expect(happened).toEqual(['99', '100']);
    expect(world.nextEventUs).toBe(101);
  });

  test('runWhile stops in the instant its wish is fulfilled, and says so', async () => {
    const { world, happened } = createWorld();
    for (const timeUs of [10, 20, 30]) world.at(timeUs, 'test', () => happened.push(`${timeUs}`));
    expect(await world.runWhile(() => happened.length < 2, 1_000)).toBe(true);
    expect(world.nowUs).toBe(20);
  });

  test('runWhile ends at its limit where the wish is not fulfilled, and says so', async () => {
    const { world } = createWorld();
    expect(await world.runWhile(() => true, 1_000)).toBe(false);
    expect(world.nowUs).toBe(1_000);
  });

  test('runWhile runs nothing where its wish is fulfilled already', async () => {
    const { world, happened } = createWorld();
    world.at(0, 'test', () => happened.push('due'));
    expect(await world.runWhile(() => false, 1_000)).toBe(true);
    expect(happened).toEqual([]);
  });

  test('a limit in the past moves time neither way', async () => {
    const { world } = createWorld();
    await world.runUntil(50);
    await world.runUntil(10);
    expect(world.nowUs).toBe(50);
  });

  test('step runs one event and says whether there was one', async () => {
    const { world, happened } = createWorld();
    world.at(10, 'test', () => happened.push('a'));
    world.at(10, 'test', () => happened.push('b'));
    expect(await world.step()).toBe(true);
    expect(happened).toEqual(['a']);
    expect(await world.step()).toBe(true);
    expect(await world.step()).toBe(false);
    expect(world.nowUs).toBe(10);
  });
});

describe('what was set going is finished before time moves on', () => {
  test.each([
    ['a chain of microtasks', (done: () => void) => void chain(200, done)],
    ['nextTick work within nextTick work', (done: () => void) => ticks(50, done)],
    [
      'a mixture of both',
      (done: () => void) => process.nextTick(() => void chain(20, () => ticks(20, done))),
    ],
  ])('%s', async (_, setGoing) => {
    const { world, happened } = createWorld();
    world.at(10, 'test', () => setGoing(() => happened.push(`done at ${world.nowUs}`)));
    world.at(11, 'test', () => happened.push('next'));
    await world.runUntil(20);
    expect(happened).toEqual(['done at 10', 'next']);
  });

  test('declared real work, and what follows from it', async () => {
    const { world, happened } = createWorld();
    world.at(10, 'test', () => {
      const work = world.declareWork(realWork());
      void work.then(() => chain(10, () => happened.push(`done at ${world.nowUs}`)));
    });
    world.at(11, 'test', () => happened.push('next'));
    await world.runUntil(20);
    expect(happened).toEqual(['done at 10', 'next']);
  });

  test('declared work that fails is its owner’s to handle', async () => {
    const { world, happened } = createWorld();
    world.at(10, 'test', () => {
      const work = world.declareWork(realWork().then(() => Promise.reject(new Error('no'))));
      work.catch((error: unknown) => happened.push(String(error)));
    });
    await world.runUntil(20);
    expect(happened).toEqual(['Error: no']);
  });

  test('settle finishes it without moving time', async () => {
    const { world, happened } = createWorld();
    ticks(5, () => happened.push('done'));
    world.at(0, 'test', () => happened.push('event'));
    await world.settle();
    expect(happened).toEqual(['done']);
  });
});

describe('bugs and misuse', () => {
  test('a chain of events that never moves time is named by its owner', async () => {
    const { world } = createWorld();
    const again = (): void => void world.after(0, 'blinker', again);
    world.at(10, 'blinker', again);
    const run = world.runUntil(20);
    await expect(run).rejects.toThrow(SimulatorBug);
    await expect(run).rejects.toThrow('«blinker»');
    expect(world.nowUs).toBe(10);
  });

  test('many events of one instant that do not follow from each other are no such chain', async () => {
    const { world, happened } = createWorld();
    for (let count = 0; count < 3_000; count += 1) {
      world.at(10, 'crowd', () => happened.push('x'));
    }
    await world.runUntil(10);
    expect(happened).toHaveLength(3_000);
  });

  test.each([
    [1_000, 'is'],
    [1_001, 'is not'],
  ])('a chain of %d events that follow from one %s allowed', async (length, verdict) => {
    const { world } = createWorld();
    let left = length;
    const again = (): void => {
      if (left > 0) world.after(0, 'test', again);
      left -= 1;
    };
    world.at(10, 'test', again);
    const run = world.runUntil(20);
    if (verdict === 'is') await run;
    else await expect(run).rejects.toThrow(SimulatorBug);
  });

  test('a second runner is refused while the first runs, and welcome after it', async () => {
    const { world } = createWorld();
    const first = world.runUntil(10);
    await expect(world.runUntil(20)).rejects.toThrow(UsageError);
    await expect(world.step()).rejects.toThrow('await the call before');
    await first;
    await world.runUntil(20);
    expect(world.nowUs).toBe(20);
  });

  test('an error of an event fails the run and lets the next one go on', async () => {
    const { world, happened } = createWorld();
    world.at(10, 'test', () => {
      throw new Error('broken');
    });
    world.at(20, 'test', () => happened.push('next'));
    await expect(world.runUntil(30)).rejects.toThrow('broken');
    await world.runUntil(30);
    expect(happened).toEqual(['next']);
  });

  test('a bug that is reported fails the run at the instant it was found', async () => {
    const { world } = createWorld();
    world.at(10, 'test', () => world.reportBug(new Error('found')));
    await expect(world.runUntil(30)).rejects.toThrow('found');
    expect(world.nowUs).toBe(10);
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 53])('seed %d is refused', (seed) => {
    expect(() => new World({ seed })).toThrow(UsageError);
  });

  test('a start time that is no integer is refused', () => {
    expect(() => new World({ startUs: 0.5 })).toThrow(UsageError);
  });

  test('an event at no integer of µs is a bug', () => {
    const { world } = createWorld();
    expect(() => world.at(1.5, 'test', () => undefined)).toThrow(SimulatorBug);
  });
});

test('a world starts on the morning of 2026-11-24 unless told otherwise', () => {
  expect(new World().nowUs).toBe(defaultStartUs);
  expect(new Date(defaultStartUs / 1000).toISOString()).toBe('2026-11-24T10:00:00.000Z');
});

async function chain(length: number, done: () => void): Promise<void> {
  for (let link = 0; link < length; link += 1) await Promise.resolve();
  done();
}

function ticks(count: number, done: () => void): void {
  process.nextTick(() => (count === 0 ? done() : ticks(count - 1, done)));
}

/** Takes several turns of the host's event loop. */
async function realWork(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

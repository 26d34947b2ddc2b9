import { beforeEach, describe, expect, it } from 'vitest';
import { IdleWatch } from '#firmware/console/idle-watch';
import { BoardClock } from '#sim/kernel/board-clock';
import { Crystal } from '#sim/kernel/crystal';
import { World } from '#sim/kernel/world';

describe('the idle watch', () => {
  let world: World;
  let clock: BoardClock;
  let watch: IdleWatch;
  let idleAtMs: number[];

  beforeEach(() => {
    world = new World();
    clock = new BoardClock(
      world,
      new Crystal({ trueUs: world.nowUs, countUs: 0, ppm: 0 }),
      'board',
    );
    idleAtMs = [];
    watch = new IdleWatch(clock, () => idleAtMs.push(clock.now()));
  });

  const run = (ms: number): Promise<void> => world.runFor(ms * 1000);

  it('fires when nobody typed for exactly so long', async () => {
    watch.start(() => 1000);
    await run(999);
    expect(idleAtMs).toEqual([]);
    await run(1);
    expect(idleAtMs).toEqual([1000]);
    expect(clock.pending).toBe(0);
  });

  it('counts from the last byte, with one timer however many there are', async () => {
    watch.start(() => 1000);
    for (let count = 0; count < 50; count += 1) {
      await run(30);
      watch.touch();
      expect(clock.pending).toBe(1);
    }
    await run(5000);
    expect(idleAtMs).toEqual([2500]);
  });

  it('does nothing once it was stopped, and leaves no timer behind', async () => {
    watch.start(() => 1000);
    watch.stop();
    watch.touch();
    expect(clock.pending).toBe(0);
    await run(5000);
    expect(idleAtMs).toEqual([]);
  });

  it('follows a changed limit when its timer fires', async () => {
    let limitMs = 1000;
    watch.start(() => limitMs);
    limitMs = 3000;
    await run(10_000);
    expect(idleAtMs).toEqual([3000]);
  });
});

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Button, ButtonEdge } from '#hal/button';
import { UsageError } from '#sim/kernel/invariant';
import type { BoardLife } from '#sim/parts/life';
import { ResetButtonPart } from '#sim/parts/reset-button';
import { createPartBench, kindsOf, type PartBench } from './part-bench.ts';

let bench: PartBench;
let button: ResetButtonPart;
let life: BoardLife;
let port: Button;
let edges: ButtonEdge[];

beforeEach(() => {
  bench = createPartBench();
  button = new ResetButtonPart(bench.site);
  life = bench.begin();
  port = button.connect(life);
  edges = [];
  port.onEdge((edge) => edges.push(edge));
});

const asText = (): readonly string[] =>
  edges.map(({ pressed, atMs }) => `${pressed ? 'down' : 'up'} ${atMs}`);

describe('pressing', () => {
  test('gives one edge each way, with the time of the line', async () => {
    await bench.world.runFor(1_500);
    button.press();
    expect([button.isPressed, port.isPressed()]).toEqual([true, true]);
    await bench.world.runFor(2_000_000);
    button.release();
    expect([button.isPressed, port.isPressed()]).toEqual([false, false]);
    expect(asText()).toEqual(['down 1.5', 'up 2001.5']);
  });

  test('what is pressed cannot be pressed again, nor released twice', () => {
    button.release();
    button.press();
    button.press();
    button.release();
    button.release();
    expect(asText()).toEqual(['down 0', 'up 0']);
  });

  test.each([0, 1, 2_999_999, 3_000_000, 60_000_000])(
    'a hold of %d µs lasts exactly so long from edge to edge',
    async (holdUs) => {
      const { releasedAtUs } = button.hold(holdUs);
      expect(releasedAtUs).toBe(bench.world.nowUs + holdUs);
      await bench.world.runUntil(releasedAtUs);
      expect(asText()).toEqual(['down 0', `up ${holdUs / 1000}`]);
    },
  );

  test('a hold is true time: a crystal that is slow measures less', async () => {
    life = bench.begin(-50);
    button.connect(life).onEdge((edge) => edges.push(edge));
    button.hold(3_000_000);
    await bench.world.runFor(4_000_000);
    expect(asText()).toEqual(['down 0', 'up 2999.85']);
  });

  test('a hold that is ended by hand is not ended again', async () => {
    button.hold(3_000_000);
    await bench.world.runFor(1_000_000);
    button.release();
    await bench.world.runFor(1_000_000);
    button.press();
    await bench.world.runFor(5_000_000);
    expect(asText()).toEqual(['down 0', 'up 1000', 'down 2000']);
  });

  test.each([-1, 0.5, Number.NaN])('a hold of %d µs is refused', (holdUs) => {
    expect(() => button.hold(holdUs)).toThrow(UsageError);
    expect(button.isPressed).toBe(false);
  });
});

describe('contact bounce', () => {
  test('lies within its window, alternates, and ends at the level of the main edge', async () => {
    const bounces = fc.record({ edges: fc.nat(30), withinUs: fc.integer({ min: 1, max: 50_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.nat(), bounces, async (seed, bounce) => {
        const own = createPartBench(seed);
        const part = new ResetButtonPart(own.site);
        const heard: ButtonEdge[] = [];
        part.connect(own.begin()).onEdge((edge) => heard.push(edge));
        part.hold(1_000_000, bounce);
        await own.world.runFor(2_000_000);
        expect(part.isPressed).toBe(false);
        heard.forEach((edge, place) => expect(edge.pressed).toBe(place % 2 === 0));
        const times = heard.map((edge) => edge.atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        const withinMs = bounce.withinUs / 1000;
        expect(times.every((atMs) => atMs <= withinMs || atMs >= 1_000)).toBe(true);
        expect(times.every((atMs) => atMs <= 1_000 + withinMs)).toBe(true);
        expect(heard).toHaveLength(2 * (1 + bounce.edges + (bounce.edges % 2)));
      }),
    );
  });

  test('is the same for the same seed and another for another', async () => {
    const run = async (seed: number): Promise<readonly number[]> => {
      const own = createPartBench(seed);
      const part = new ResetButtonPart(own.site);
      const heard: number[] = [];
      part.connect(own.begin()).onEdge((edge) => heard.push(edge.atMs));
      part.press({ edges: 6, withinUs: 10_000 });
      await own.world.runFor(20_000);
      return heard;
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  test('ends when the button is moved again', async () => {
    button.press({ edges: 20, withinUs: 20_000 });
    await bench.world.runFor(10_000);
    button.release();
    await bench.world.runFor(1);
    const { length } = edges;
    await bench.world.runFor(1_000_000);
    expect(edges).toHaveLength(length);
    expect(button.isPressed).toBe(false);
  });

  test.each([
    { edges: -1, withinUs: 100 },
    { edges: 1.5, withinUs: 100 },
    { edges: 4, withinUs: 0 },
    { edges: 4, withinUs: 0.5 },
  ])('of $edges edges within $withinUs µs is refused', (bounce) => {
    expect(() => button.press(bounce)).toThrow(UsageError);
    expect(button.isPressed).toBe(false);
  });
});

describe('faults', () => {
  test('a glitch turns the line over for its width, released or pressed', async () => {
    button.glitch(50);
    await bench.world.runFor(1_000);
    button.press();
    await bench.world.runFor(1_000);
    button.glitch(200);
    await bench.world.runFor(1_000);
    expect(asText()).toEqual(['down 0', 'up 0.05', 'down 1', 'up 2', 'down 2.2']);
  });

  test.each([0, -5, 1.5])('a glitch of %d µs is refused', (widthUs) => {
    expect(() => button.glitch(widthUs)).toThrow(UsageError);
  });

  test('a contact that is stuck stays pressed whatever the finger does', () => {
    button.setStuck(true);
    button.press();
    button.release();
    expect(button.isPressed).toBe(true);
    button.setStuck(false);
    expect(asText()).toEqual(['down 0', 'up 0']);
  });

  test('reset lets go, mends, and takes back what was ordered', async () => {
    button.hold(1_000_000, { edges: 4, withinUs: 900 });
    button.setStuck(true);
    button.glitch(500);
    button.reset();
    const { length } = edges;
    await bench.world.runFor(2_000_000);
    expect(button.isPressed).toBe(false);
    expect(edges).toHaveLength(length);
  });
});

describe('listeners', () => {
  test('are called in order of joining, until they leave', () => {
    const heard: string[] = [];
    const stop = port.onEdge(() => heard.push('first'));
    port.onEdge(() => heard.push('second'));
    button.press();
    stop();
    stop();
    button.release();
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  test('one that leaves or joins while an edge is told is told as of then', () => {
    const heard: string[] = [];
    port.onEdge(() => {
      stop();
      port.onEdge(() => heard.push('joined'));
    });
    const stop = port.onEdge(() => heard.push('left'));
    button.press();
    expect(heard).toEqual([]);
    button.release();
    expect(heard).toEqual(['joined']);
  });

  test('an error of one fails the run, and the others are told all the same', async () => {
    const heard: string[] = [];
    port.onEdge(() => {
      throw new Error('firmware bug');
    });
    port.onEdge(() => heard.push('told'));
    button.hold(1_000);
    await expect(bench.world.runFor(2_000)).rejects.toThrow('firmware bug');
    expect(heard).toEqual(['told']);
  });

  test('of a life that is over hear nothing; the next life sees the line as it is', () => {
    button.press();
    const next = button.connect(bench.begin());
    expect(next.isPressed()).toBe(true);
    next.onEdge((edge) => edges.push(edge));
    button.release();
    expect(asText()).toEqual(['down 0', 'up 0']);
    port.onEdge(() => edges.push({ pressed: true, atMs: -1 }));
    button.press();
    expect(edges).toHaveLength(3);
  });
});

test('the trace holds what was done and every raw edge, also while the board is off', async () => {
  life.end();
  button.hold(1_000, { edges: 2, withinUs: 10 });
  await bench.world.runFor(5_000);
  expect(kindsOf(bench.world, 'reset').join(' ')).toBe(
    'press line line line release line line line',
  );
  expect(bench.world.trace.records[0]).toMatchObject({
    stimulus: true,
    bounce: { edges: 2, withinUs: 10 },
  });
});

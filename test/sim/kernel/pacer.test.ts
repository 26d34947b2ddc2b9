import { describe, expect, test } from 'vitest';
import { SimulatorBug, UsageError } from '#sim/kernel/invariant';
import { formatSpeed, Pacer, parseSpeed, type Speed } from '#sim/kernel/pacer';
import { World } from '#sim/kernel/world';
import { FakeHostClock, rest } from './fake-host-clock.ts';

const second = 1_000_000;

function createPaced(speed: Speed = 1) {
  const host = new FakeHostClock();
  const world = new World({ startUs: 0 });
  const pacer = new Pacer(world, { speed, hostClock: host });
  const seen: number[] = [];
  const mark = (timeUs: number): void => void world.at(timeUs, 'test', () => seen.push(timeUs));
  return { host, world, pacer, seen, mark };
}

describe('pace', () => {
  test.each([
    { speed: 0.1, hostMs: 10_000 },
    { speed: 1, hostMs: 1_000 },
    { speed: 10, hostMs: 100 },
    { speed: 100, hostMs: 10 },
  ])('at $speed x a second of true time takes $hostMs ms', async ({ speed, hostMs }) => {
    const { host, pacer, seen, mark } = createPaced(speed);
    mark(second);
    pacer.resume();
    await host.advance(hostMs - 1);
    expect(seen).toEqual([]);
    await host.advance(1);
    expect(seen).toEqual([second]);
  });

  test('max runs everything at once and stays at the last event', async () => {
    const { host, world, pacer, seen, mark } = createPaced('max');
    mark(second);
    mark(3_600 * second);
    pacer.resume();
    await rest();
    expect(seen).toEqual([second, 3_600 * second]);
    expect(world.nowUs).toBe(3_600 * second);
    expect(host.delays).toEqual([]);
  });

  test('a new pacer stands still until it is resumed', async () => {
    const { host, world } = createPaced();
    await host.advance(5_000);
    expect(world.nowUs).toBe(0);
  });

  test('a changed speed counts from the instant of the change', async () => {
    const { host, world, pacer } = createPaced(1);
    pacer.resume();
    await host.advance(1_000);
    pacer.setSpeed(10);
    await host.advance(1_000);
    expect(await pacer.act(() => world.nowUs)).toBe(11 * second);
  });

  test('leaving max takes up the pace where the world stands', async () => {
    const { host, world, pacer, seen, mark } = createPaced('max');
    const tick = (): void => void world.after(second, 'test', tick);
    tick();
    pacer.resume();
    await rest();
    pacer.setSpeed(1);
    await rest();
    const stoodUs = await pacer.act(() => world.nowUs);
    mark(stoodUs + 2 * second);
    await host.advance(1_999);
    expect(seen).toEqual([]);
    await host.advance(1);
    expect(seen).toEqual([stoodUs + 2 * second]);
  });
});

describe('timers of the host', () => {
  test('a world where nothing will happen arms none', async () => {
    const { host, pacer } = createPaced();
    pacer.resume();
    await host.advance(60_000);
    expect(host.delays).toEqual([]);
  });

  test('one timer is armed, for the next event, however many are pending', async () => {
    const { host, pacer, mark } = createPaced();
    for (let place = 1; place <= 10; place += 1) mark(place * second);
    pacer.resume();
    await rest();
    expect(host.armed).toBe(1);
    expect(host.delays).toEqual([1_000]);
    await host.advance(10_000);
    expect(host.delays).toHaveLength(10);
    expect(host.armed).toBe(0);
  });

  test('an event further off than a host timer reaches comes at its time', async () => {
    const { host, pacer, seen, mark } = createPaced();
    const thirtyDays = 30 * 86_400 * second;
    mark(thirtyDays);
    pacer.resume();
    await host.advance(30 * 86_400_000 - 1);
    expect(seen).toEqual([]);
    await host.advance(1);
    expect(seen).toEqual([thirtyDays]);
    expect(Math.max(...host.delays)).toBeLessThan(2 ** 31);
  });

  test('a timer that fires early is armed again for the rest', async () => {
    const { host, pacer, seen, mark } = createPaced();
    mark(1_000_400);
    pacer.resume();
    await host.advance(1_000);
    expect(seen).toEqual([]);
    await host.advance(1);
    expect(seen).toEqual([1_000_400]);
  });
});

describe('stimuli', () => {
  test('a stimulus enters at the paced instant, after what is due by then', async () => {
    const { host, world, pacer, seen, mark } = createPaced(10);
    mark(500_000);
    pacer.resume();
    await rest();
    await host.advance(123);
    expect(await pacer.act(() => [world.nowUs, seen.length])).toEqual([1_230_000, 1]);
  });

  test('what a stimulus sets going is paced too', async () => {
    const { host, world, pacer, seen, mark } = createPaced();
    pacer.resume();
    await host.advance(700);
    await pacer.act(() => mark(world.nowUs + second));
    await host.advance(999);
    expect(seen).toEqual([]);
    await host.advance(1);
    expect(seen).toEqual([1_700_000]);
  });

  test('a stimulus reaches a world that runs at max without an end', async () => {
    const { world, pacer } = createPaced('max');
    const tick = (): void => void world.after(second, 'test', tick);
    tick();
    pacer.resume();
    await rest();
    expect(await pacer.act(() => world.nowUs)).toBeGreaterThan(10 * second);
    await pacer.stop();
  });

  test('an error of a stimulus reaches its caller and harms nothing else', async () => {
    const { host, pacer, seen, mark } = createPaced();
    pacer.resume();
    const act = pacer.act(() => {
      throw new UsageError('no such part');
    });
    await expect(act).rejects.toThrow('no such part');
    mark(second);
    await pacer.act(() => undefined);
    await host.advance(1_000);
    expect(seen).toEqual([second]);
  });
});

describe('pause and step', () => {
  test('while paused true time stands still and stimuli still enter', async () => {
    const { host, world, pacer } = createPaced();
    pacer.resume();
    await host.advance(250);
    await pacer.pause();
    await host.advance(10_000);
    expect(await pacer.act(() => world.nowUs)).toBe(250_000);
    pacer.resume();
    await host.advance(250);
    expect(await pacer.act(() => world.nowUs)).toBe(500_000);
  });

  test('a step runs exactly the next event, however far off', async () => {
    const { world, pacer, seen, mark } = createPaced();
    mark(60 * second);
    mark(61 * second);
    expect(await pacer.step()).toBe(true);
    expect([world.nowUs, seen.length]).toEqual([60 * second, 1]);
    expect(await pacer.step()).toBe(true);
    expect(await pacer.step()).toBe(false);
  });
});

describe('driving', () => {
  test('a driven wait begins at the present instant, takes real time and ends exactly', async () => {
    const { host, world, pacer } = createPaced();
    pacer.resume();
    await rest();
    await host.advance(100.5);
    const times: number[] = [];
    const driven = pacer.drive(async (runner) => {
      times.push(world.nowUs);
      await runner.runWhile(() => true, runner.nowUs + 3 * second);
      times.push(world.nowUs);
    });
    await host.advance(2_999);
    expect(times).toEqual([100_500]);
    await host.advance(1);
    await driven;
    expect(times).toEqual([100_500, 3_100_500]);
  });

  test('a driven wait ends at the event that fulfils it', async () => {
    const { host, world, pacer, seen, mark } = createPaced();
    mark(second);
    mark(2 * second);
    pacer.resume();
    const driven = pacer.drive(async (runner) => [
      await runner.runWhile(() => seen.length === 0, 10 * second),
      world.nowUs,
    ]);
    await host.advance(1_500);
    expect(await driven).toEqual([true, second]);
  });

  test('while paused a driven wait takes no real time', async () => {
    const { world, pacer, seen, mark } = createPaced();
    mark(second);
    const driven = pacer.drive((runner) => runner.runWhile(() => true, 3 * second));
    expect(await driven).toBe(false);
    expect([world.nowUs, seen.length, pacer.isPaused]).toEqual([3 * second, 1, true]);
  });

  test('works follow one another, and time goes on by itself after the last', async () => {
    const { host, pacer, seen, mark } = createPaced();
    pacer.resume();
    const order: string[] = [];
    const wait = (name: string) =>
      pacer.drive(async (runner) => {
        order.push(`${name} begins`);
        await runner.runWhile(() => true, runner.nowUs + second);
        order.push(`${name} ends`);
      });
    const both = Promise.all([wait('first'), wait('second')]);
    await host.advance(2_000);
    await both;
    expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    await pacer.act(() => mark(3 * second));
    await host.advance(1_000);
    expect(seen).toEqual([3 * second]);
  });

  test('stimuli from outside enter during a driven wait', async () => {
    const { host, world, pacer } = createPaced();
    pacer.resume();
    const driven = pacer.drive((runner) => runner.runWhile(() => true, 2 * second));
    await host.advance(500);
    expect(await pacer.act(() => world.nowUs)).toBe(500_000);
    await host.advance(1_500);
    expect(await driven).toBe(false);
  });

  test('an abort ends the driven wait with its reason and leaves the pacer at work', async () => {
    const { host, world, pacer } = createPaced();
    pacer.resume();
    const abort = new AbortController();
    const driven = pacer.drive((runner) => runner.runWhile(() => true, 60 * second), {
      signal: abort.signal,
    });
    const outcome = expect(driven).rejects.toThrow('interrupted');
    await host.advance(500);
    abort.abort(new UsageError('interrupted'));
    await outcome;
    await host.advance(500);
    expect(await pacer.act(() => world.nowUs)).toBe(second);
  });

  test('an error of the asked condition is the work’s own and no bug of the world', async () => {
    const { host, world, pacer, mark } = createPaced();
    mark(second);
    pacer.resume();
    const driven = pacer.drive((runner) =>
      runner.runWhile(() => {
        if (world.nowUs >= second) throw new Error('console said: panic');
        return true;
      }, 60 * second),
    );
    const outcome = expect(driven).rejects.toThrow('console said: panic');
    await host.advance(1_000);
    await outcome;
    await expect(pacer.act(() => 'alive')).resolves.toBe('alive');
  });
});

describe('the end', () => {
  test('a bug in the world ends the pacer and every call from then on', async () => {
    const { host, world, pacer } = createPaced();
    world.at(second, 'test', () => {
      throw new SimulatorBug('broken');
    });
    pacer.resume();
    const ended = expect(pacer.ended).rejects.toThrow('broken');
    const driven = expect(pacer.drive((r) => r.runWhile(() => true, 9e6))).rejects.toThrow(
      'broken',
    );
    await host.advance(1_000);
    await Promise.all([ended, driven]);
    await expect(pacer.act(() => 1)).rejects.toThrow('broken');
    await expect(pacer.drive(() => Promise.resolve(1))).rejects.toThrow('broken');
  });

  test('after stop no timer is left and the world belongs to the caller', async () => {
    const { host, world, pacer, seen, mark } = createPaced();
    mark(second);
    pacer.resume();
    await rest();
    await pacer.stop();
    await pacer.ended;
    expect(host.armed).toBe(0);
    await world.runUntil(2 * second);
    expect(seen).toEqual([second]);
    await expect(pacer.act(() => 1)).rejects.toThrow(UsageError);
  });

  test('stop ends a driven wait', async () => {
    const { host, pacer } = createPaced();
    pacer.resume();
    const driven = expect(pacer.drive((r) => r.runWhile(() => true, 9e6))).rejects.toThrow(
      'stopped',
    );
    await host.advance(100);
    await pacer.stop();
    await driven;
  });
});

describe('speeds as text', () => {
  test.each([
    ['1x', 1],
    ['0.1x', 0.1],
    ['100x', 100],
    ['2.5', 2.5],
    ['max', 'max'],
  ] as const)('%s is read', (text, speed) => {
    expect(parseSpeed(text)).toBe(speed);
    expect(parseSpeed(formatSpeed(speed))).toBe(speed);
  });

  test.each(['', 'x', '0', '0.09x', '101x', '-1x', '1e3', 'fast', '1 x'])(
    '«%s» is refused',
    (text) => {
      expect(() => parseSpeed(text)).toThrow(UsageError);
    },
  );
});

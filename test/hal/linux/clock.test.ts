import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '#hal/clock';
import { type ClockActs, clockSuite, runSuite, type Subject } from '#hal/conformance/index';
import { createClock, type LinuxClock } from '#hal/linux/clock';
import { clockIds } from '#hal/linux/libc';
import { conforms } from './conforms.ts';

/** A machine that can be suspended: its boot time runs ahead of its monotonic time. */
class SuspendableMachine {
  #suspendedNs = 0n;

  clockNs(clockId: number): bigint {
    if (clockId !== clockIds.boottime) throw new Error(`clock ${clockId} is not what is wanted`);
    return process.hrtime.bigint() + this.#suspendedNs;
  }

  suspend(ms: number): void {
    this.#suspendedNs += BigInt(ms) * 1_000_000n;
  }
}

const machines = {
  'this machine': () => createClock(),
  'a machine without koffi': () => createClock({ libc: undefined }),
  'a machine that was suspended before': () => {
    const machine = new SuspendableMachine();
    machine.suspend(90_000);
    return createClock({ libc: machine });
  },
};

/** The acts on clocks that are made so, with so much time let pass. */
function rigOf(create: () => LinuxClock, pass: (ms: number) => Promise<unknown>) {
  let clock = create();
  const subject: Subject<Clock, ClockActs> = {
    get port() {
      return clock;
    },
    act: {
      pass: async (ms) => void (await pass(ms)),
      stepWallClock: async (ms) => {
        const steppedMs = Date.now() + ms;
        vi.spyOn(Date, 'now').mockReturnValue(steppedMs);
      },
      restart: async () => {
        clock.close();
        clock = create();
        return clock;
      },
    },
  };
  return { subject, end: () => clock.close() };
}

const { 'this machine': thisMachine, ...fakedMachines } = machines;

for (const [driver, create] of Object.entries(fakedMachines)) {
  conforms(clockSuite, {
    driver: `the clock of ${driver}`,
    start: () => {
      vi.useFakeTimers();
      return rigOf(create, (ms) => vi.advanceTimersByTimeAsync(Math.ceil(ms) + 1));
    },
  });
}

/** Real time, by a clock that has nothing to do with the one on trial. */
async function passed(ms: number): Promise<void> {
  const endNs = process.hrtime.bigint() + BigInt(Math.ceil(ms * 1e6));
  // The clock on trial asks the same host: it gets its turn after each look.
  while (process.hrtime.bigint() < endNs) await new Promise(setImmediate);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

test('the clock of this machine keeps its contract in real time', async () => {
  const { subject, end } = rigOf(thisMachine, passed);
  const outcomes = await runSuite(clockSuite, subject);
  expect(outcomes.filter(({ result }) => result !== 'passed')).toEqual([]);
  end();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const start = { hour: 3_600_000, day: 86_400_000 };

describe('a time-out', () => {
  const delays = [2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 30 * start.day, 400 * start.day + 0.5];
  test.each(delays)('of %d ms comes then and not before, with chained timers', async (delayMs) => {
    vi.useFakeTimers();
    const clock = createClock({ libc: undefined });
    let calledMs: number | undefined;
    clock.setTimeout(() => (calledMs = clock.now()), delayMs);
    await vi.advanceTimersByTimeAsync(Math.floor(delayMs) - 1);
    expect(calledMs).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(calledMs).toBeGreaterThanOrEqual(delayMs);
    expect(calledMs).toBeLessThan(delayMs + 1.001);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that fell due while the machine was suspended comes within two seconds', async () => {
    vi.useFakeTimers();
    const machine = new SuspendableMachine();
    const clock = createClock({ libc: machine });
    const calls: string[] = [];
    clock.setTimeout(() => calls.push('an hour'), start.hour);
    clock.setTimeout(() => calls.push('a day'), start.day);
    await vi.advanceTimersByTimeAsync(1_000);
    machine.suspend(start.hour);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(calls).toEqual(['an hour']);
    expect(clock.now()).toBeGreaterThanOrEqual(start.hour + 3_000);
    machine.suspend(start.day);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(calls).toEqual(['an hour', 'a day']);
  });

  test('is not early where timers of Node are', async () => {
    vi.useFakeTimers();
    const machine = { clockNs: () => (process.hrtime.bigint() * 9n) / 10n };
    const clock = createClock({ libc: machine });
    let calledMs = 0;
    clock.setTimeout(() => (calledMs = clock.now()), 1_000);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(calledMs).toBeGreaterThanOrEqual(1_000);
  });

  test('leaves promises of the one before it their turn', async () => {
    const clock = createClock();
    const calls: string[] = [];
    clock.setTimeout(() => void Promise.resolve().then(() => calls.push('its promise')), 1);
    await new Promise<void>((done) => {
      clock.setTimeout(() => {
        calls.push('the next');
        done();
      }, 1);
    });
    expect(calls).toEqual(['its promise', 'the next']);
    clock.close();
  });

  test('of those after one that throws, none is lost', async () => {
    vi.useFakeTimers();
    const clock = createClock({ libc: undefined });
    let calls = 0;
    clock.setTimeout(() => {
      throw new Error('a callback fell over');
    }, 5);
    clock.setTimeout(() => (calls += 1), 6);
    await expect(vi.advanceTimersByTimeAsync(50)).rejects.toThrow('fell over');
    await vi.advanceTimersByTimeAsync(50);
    expect(calls).toBe(1);
  });

  test.each([Number.NaN, Infinity, -Infinity])('of %d ms is refused', (delayMs) => {
    const clock = createClock();
    const call = (): unknown => clock.setTimeout(() => undefined, delayMs);
    expect(call).toThrowError(expect.objectContaining({ code: 'bad-argument' }));
    clock.close();
  });

  test('keeps no timer of Node once nothing is pending or the clock is closed', () => {
    vi.useFakeTimers();
    const clock = createClock({ libc: undefined });
    const ids = [5, 10, 0].map((delayMs) => clock.setTimeout(() => undefined, delayMs));
    expect(vi.getTimerCount()).toBe(1);
    for (const id of ids) clock.clearTimeout(id);
    expect(vi.getTimerCount()).toBe(0);
    clock.setTimeout(() => undefined, 5);
    clock.close();
    clock.close();
    clock.setTimeout(() => undefined, 5);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a time of the kernel', () => {
  const monotonicMs = (clock: LinuxClock): number => clock.fromMonotonicNs(process.hrtime.bigint());

  test.each(Object.keys(machines))('is one of the clock, on %s', (name) => {
    const clock = machines[name as keyof typeof machines]();
    for (let reading = 0; reading < 1_000; reading += 1) {
      const beforeMs = clock.now();
      const ms = monotonicMs(clock);
      const afterMs = clock.now();
      expect(ms).toBeGreaterThanOrEqual(beforeMs - 0.002);
      expect(ms).toBeLessThanOrEqual(afterMs + 0.002);
    }
    clock.close();
  });

  test('counts the time that the machine was suspended', () => {
    const machine = new SuspendableMachine();
    const clock = createClock({ libc: machine });
    machine.suspend(start.day);
    const beforeMs = clock.now();
    expect(beforeMs).toBeGreaterThanOrEqual(start.day);
    const ms = monotonicMs(clock);
    expect(ms).toBeGreaterThanOrEqual(beforeMs - 0.002);
    expect(ms).toBeLessThanOrEqual(clock.now() + 0.002);
    clock.close();
  });
});

import type { Clock } from '../clock.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

/** What a rig can do around a monotonic clock. */
export interface ClockActs {
  /** Lets so much time pass by this clock, at least, and everything due in it happen. */
  pass(ms: number): Promise<void>;
  /** Steps the host's or the world's idea of the date by so much. */
  stepWallClock(ms: number): Promise<void>;
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<Clock>;
}

const check = checksOf<Clock, ClockActs>();

const microsecondMs = 0.001;
const longestPlainDelayMs = 2 ** 31 - 1;

/** Differences are compared as the contract says: rounded to a microsecond. */
function roundedMs(differenceMs: number): number {
  return Math.round(differenceMs * 1000) / 1000;
}

const readings = [
  check('answers a finite number of milliseconds from 0 on', [], ({ port }) => {
    const nowMs = port.now();
    const isRight = Number.isFinite(nowMs) && nowMs >= 0;
    expectThat(isRight, 'reading', { expected: 'a number from 0 on', seen: nowMs });
  }),
  check('answers multiples of a microsecond', ['pass'], async ({ port, act }) => {
    for (let reading = 0; reading < 5; reading += 1) {
      const us = port.now() * 1000;
      const isRight = Math.abs(us - Math.round(us)) < 0.01;
      expectThat(isRight, 'reading', { expected: 'a multiple of 0.001 ms', seen: port.now() });
      await act.pass(1.2345);
    }
  }),
  check('never runs backward', ['pass'], async ({ port, act }) => {
    let earlierMs = port.now();
    for (let reading = 0; reading < 200; reading += 1) {
      if (reading % 20 === 0) await act.pass(1);
      const nowMs = port.now();
      expectThat(nowMs >= earlierMs, 'reading', { expected: `>= ${earlierMs}`, seen: nowMs });
      earlierMs = nowMs;
    }
  }),
  check('moves on as time passes', ['pass'], async ({ port, act }) => {
    const beforeMs = port.now();
    await act.pass(25);
    const passedMs = roundedMs(port.now() - beforeMs);
    expectThat(passedMs >= 25, 'time passed', { expected: '25 ms or more', seen: passedMs });
  }),
  check('does not step with the wall clock', ['stepWallClock'], async ({ port, act }) => {
    const beforeMs = port.now();
    await act.stepWallClock(3_600_000);
    await act.stepWallClock(-7_200_000);
    const passedMs = port.now() - beforeMs;
    const isRight = passedMs >= 0 && passedMs < 600_000;
    expectThat(isRight, 'time passed', { expected: '0 to 10 minutes', seen: passedMs });
  }),
  check('starts anew with each life', ['pass', 'restart'], async ({ port, act }) => {
    await act.pass(3000);
    const beforeMs = port.now();
    const next = await act.restart();
    expectThat(next.now() < beforeMs, 'reading of the new life', {
      expected: `less than ${beforeMs} ms`,
      seen: next.now(),
    });
  }),
];

const timeouts = [
  check('calls back once, and not before the delay has passed', ['pass'], async (rig) => {
    const { port, act } = rig;
    const startMs = port.now();
    const calledMs: number[] = [];
    port.setTimeout(() => calledMs.push(port.now()), 20.5);
    expectSame('calls at once', calledMs.length, 0);
    await act.pass(60);
    expectSame('calls', calledMs.length, 1);
    const delayMs = roundedMs((calledMs[0] ?? 0) - startMs);
    expectThat(delayMs >= 20.5 - microsecondMs, 'delay', { expected: '>= 20.5 ms', seen: delayMs });
    await act.pass(60);
    expectSame('calls later on', calledMs.length, 1);
  }),
  check('calls back in order of time, and of setting within one instant', ['pass'], async (rig) => {
    const { port, act } = rig;
    const calls: string[] = [];
    // Far apart: between two of these calls a slow board's clock may go on by milliseconds.
    port.setTimeout(() => calls.push('late'), 400);
    for (const name of ['first', 'second', 'third']) {
      port.setTimeout(() => calls.push(name), 250);
    }
    port.setTimeout(() => calls.push('early'), 100);
    await act.pass(600);
    expectSame('order', calls, ['early', 'first', 'second', 'third', 'late']);
  }),
  check('treats no and negative delay as: when the running work is done', ['pass'], async (rig) => {
    const { port, act } = rig;
    const calls: string[] = [];
    port.setTimeout(() => calls.push('zero'), 0);
    port.setTimeout(() => calls.push('negative'), -5);
    expectSame('calls during the running work', calls, []);
    await act.pass(5);
    expectSame('calls', calls, ['zero', 'negative']);
  }),
  check('lets a callback set the next time-out', ['pass'], async ({ port, act }) => {
    let calls = 0;
    const again = (): void => {
      calls += 1;
      if (calls < 5) port.setTimeout(again, 4);
    };
    port.setTimeout(again, 4);
    await act.pass(600);
    expectSame('calls', calls, 5);
  }),
  check('forgets a time-out that is cleared, also by a callback', ['pass'], async (rig) => {
    const { port, act } = rig;
    const calls: string[] = [];
    const cleared = port.setTimeout(() => calls.push('cleared'), 5);
    port.clearTimeout(cleared);
    const later = port.setTimeout(() => calls.push('cleared by a callback'), 8);
    port.setTimeout(() => port.clearTimeout(later), 6);
    port.setTimeout(() => calls.push('kept'), 7);
    await act.pass(60);
    expectSame('calls', calls, ['kept']);
  }),
  check('ignores ids that are cleared, fired or unknown', ['pass'], async ({ port, act }) => {
    const fired = port.setTimeout(() => undefined, 1);
    await act.pass(20);
    let calls = 0;
    port.setTimeout(() => (calls += 1), 5);
    for (const id of [fired, fired, undefined, null, 0, 12_345, 'id', {}]) port.clearTimeout(id);
    await act.pass(40);
    expectSame('calls', calls, 1);
  }),
  check('does not fire a very long delay early', ['pass'], async ({ port, act }) => {
    let calls = 0;
    const ids = [1, 10, 1000].map((factor) =>
      port.setTimeout(() => (calls += 1), longestPlainDelayMs * factor + 1),
    );
    await act.pass(50);
    expectSame('calls', calls, 0);
    for (const id of ids) port.clearTimeout(id);
  }),
  check('fires nothing once its life is over', ['pass', 'restart'], async ({ port, act }) => {
    let calls = 0;
    port.setTimeout(() => (calls += 1), 10);
    const next = await act.restart();
    next.setTimeout(() => undefined, 10);
    port.setTimeout(() => (calls += 1), 10);
    await act.pass(60);
    expectSame('calls', calls, 0);
  }),
];

/** The contract of `hal/clock.ts`. */
export const clockSuite: ConformanceSuite<Clock, ClockActs> = {
  port: 'clock',
  checks: [...readings, ...timeouts],
};

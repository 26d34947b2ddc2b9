import type { Rtc } from '../rtc.ts';
import {
  checksOf,
  type ConformanceSuite,
  expectHalError,
  expectSame,
  expectThat,
} from './suite.ts';

/** What a rig can do around a clock chip. The checks set it: set it right again afterwards. */
export interface RtcActs {
  /** Lets so much time pass while the board is on. */
  pass(ms: number): Promise<void>;
  /**
   * `Clock.now` of the same board. With it a driver may take its time for a call (one that calls a
   * program, or waits for the chip's next second): the chip counts on meanwhile.
   */
  nowMs(): number;
  /** Switches the board off for so long, its battery being good; answers the next life's port. */
  offFor(ms: number): Promise<Rtc>;
  /** Stops the oscillator of the chip for a moment. */
  interruptOscillator(): Promise<void>;
  /** Takes the battery out while the board is off; answers the next life's port. */
  loseBattery(): Promise<Rtc>;
}

const check = checksOf<Rtc, RtcActs>();

const firstMs = Date.UTC(2000, 0, 1);
const lastMs = Date.UTC(2099, 11, 31, 23, 59, 59);
const someMs = Date.UTC(2027, 4, 6, 7, 8, 9);

/** What a chip that resolves a second may be away from the time it was set to, at once. */
const resolutionMs = 1000;

/** Instants at which calendars are got wrong. */
const instants = [
  { what: 'the first second it can hold', timeMs: firstMs },
  { what: 'a leap day', timeMs: Date.UTC(2028, 1, 29, 12) },
  { what: 'the day after February of a common year', timeMs: Date.UTC(2027, 2, 1) },
  { what: 'noon', timeMs: Date.UTC(2026, 6, 1, 12, 30) },
  { what: 'midnight', timeMs: Date.UTC(2026, 6, 1) },
  { what: 'the end of a year', timeMs: Date.UTC(2026, 11, 31, 23, 59, 58) },
  { what: 'a time beyond 2^31 seconds', timeMs: Date.UTC(2038, 0, 19, 3, 14, 8) },
  { what: 'the last minute it can hold', timeMs: lastMs - 59_000 },
];

function expectAbout(what: string, seenMs: number, expectedMs: number, tookMs = 0): void {
  const latestMs = expectedMs + resolutionMs + tookMs;
  const isNear = seenMs > expectedMs - resolutionMs && seenMs <= latestMs;
  const expected = `${iso(expectedMs)}, 1 s before to ${Math.ceil(latestMs - expectedMs)} ms after`;
  expectThat(isNear, what, { expected, seen: iso(seenMs) });
}

/** How long it is since this was called; none at all where the rig has no clock to tell it. */
function stopwatch({ nowMs }: Partial<RtcActs>): () => number {
  const beganMs = nowMs?.() ?? 0;
  return () => (nowMs?.() ?? 0) - beganMs;
}

function iso(timeMs: number): string {
  return Number.isFinite(timeMs) ? new Date(timeMs).toISOString() : String(timeMs);
}

/** The contract of `hal/rtc.ts`. */
export const rtcSuite: ConformanceSuite<Rtc, RtcActs> = {
  port: 'rtc',
  checks: [
    ...instants.map(({ what, timeMs }) =>
      check(`holds ${what}`, [], ({ port, act }) => {
        const tookMs = stopwatch(act);
        port.write(timeMs);
        const reading = port.read();
        expectAbout('time', reading.timeMs, timeMs, tookMs());
        expectSame('valid', reading.valid, true);
      }),
    ),
    check('rounds a fraction of a second down, or keeps it', [], ({ port, act }) => {
      const tookMs = stopwatch(act);
      port.write(someMs + 600);
      const seenMs = port.read().timeMs;
      const isRight = seenMs >= someMs && seenMs < someMs + 1000 + tookMs();
      expectThat(isRight, 'time', { expected: `within ${iso(someMs)}`, seen: iso(seenMs) });
    }),
    ...[firstMs - 1, lastMs + 1000, 0, -1, Number.NaN, Number.POSITIVE_INFINITY].map((timeMs) =>
      check(`refuses ${iso(timeMs)} and stays as it was`, [], async ({ port, act }) => {
        const tookMs = stopwatch(act);
        port.write(someMs);
        await expectHalError('write', 'bad-argument', () => port.write(timeMs));
        expectAbout('time', port.read().timeMs, someMs, tookMs());
      }),
    ),
    check('counts on by itself', ['pass'], async ({ port, act }) => {
      const tookMs = stopwatch(act);
      port.write(someMs);
      await act.pass(3000);
      const { timeMs } = port.read();
      expectAbout('time', timeMs, someMs + 3000, Math.max(0, tookMs() - 3000));
    }),
    check('crosses the end of a leap day', ['pass'], async ({ port, act }) => {
      const eveMs = Date.UTC(2028, 1, 29, 23, 59, 58);
      const tookMs = stopwatch(act);
      port.write(eveMs);
      await act.pass(3000);
      const { timeMs } = port.read();
      expectAbout('time', timeMs, eveMs + 3000, Math.max(0, tookMs() - 3000));
      port.write(someMs);
    }),
    check('counts on while the board is off', ['offFor'], async ({ port, act }) => {
      port.write(someMs);
      const reading = (await act.offFor(5000)).read();
      expectAbout('time', reading.timeMs, someMs + 5000);
      expectSame('valid', reading.valid, true);
    }),
    check(
      'knows that its time is worth nothing after its oscillator stopped, until it is set',
      ['interruptOscillator'],
      async ({ port, act }) => {
        port.write(someMs);
        await act.interruptOscillator();
        expectSame('valid after the stop', port.read().valid, false);
        port.write(someMs);
        expectSame('valid after it was set', port.read().valid, true);
        expectAbout('time after it was set', port.read().timeMs, someMs);
      },
    ),
    check(
      'knows that its time is worth nothing after a night without battery, until it is set',
      ['loseBattery'],
      async ({ port, act }) => {
        port.write(someMs);
        const next = await act.loseBattery();
        expectSame('valid after the night', next.read().valid, false);
        next.write(someMs);
        expectSame('valid after it was set', next.read().valid, true);
      },
    ),
  ],
};

import type { Watchdog } from '../watchdog.ts';
import {
  checksOf,
  type ConformanceSuite,
  expectHalError,
  expectSame,
  expectThat,
} from './suite.ts';

/** What a rig can do around a watchdog. Checks that arm it leave the board about to restart. */
export interface WatchdogActs {
  /** Restarts the board, which disarms the watchdog; answers the port of the new life. */
  restart(): Promise<Watchdog>;
  /** Lets so much time pass by the board's clock. */
  pass(ms: number): Promise<void>;
  /** How often the watchdog has restarted the board since the rig was set up. */
  bites(): number;
}

const check = checksOf<Watchdog, WatchdogActs>();

const leastMs = 1000;
const mostMs = 600_000;
/** Chips that count no farther than this are too hasty for firmware that is merely slow. */
const everyCountsMs = 12_345;
const needed = ['restart', 'pass', 'bites'] as const;

/** Within this share beyond its time-out the watchdog must have bitten, and the board be back. */
const slackMs = 900;

/** Arms it in a life of its own, which ends before it could bite. */
async function armedFor(act: Pick<WatchdogActs, 'restart'>, timeoutMs: number): Promise<number> {
  const armedMs = (await act.restart()).arm(timeoutMs);
  await act.restart();
  return armedMs;
}

function expectAtLeast(armedMs: number, leastArmedMs: number): void {
  const isRight = armedMs >= leastArmedMs && Number.isFinite(armedMs);
  expectThat(isRight, 'time-out in force', { expected: `>= ${leastArmedMs}`, seen: armedMs });
}

/** The contract of `hal/watchdog.ts`. */
export const watchdogSuite: ConformanceSuite<Watchdog, WatchdogActs> = {
  port: 'watchdog',
  checks: [
    ...[leastMs - 1, mostMs + 1, 0, -1, Number.NaN, Number.POSITIVE_INFINITY].map((timeoutMs) =>
      check(`refuses a time-out of ${timeoutMs} ms`, [], async ({ port }) => {
        await expectHalError('arm', 'bad-argument', () => port.arm(timeoutMs));
      }),
    ),
    ...[leastMs, 1001, 12_345].map((timeoutMs) =>
      check(`arms for ${timeoutMs} ms or rounds that up`, ['restart'], async ({ act }) => {
        expectAtLeast(await armedFor(act, timeoutMs), timeoutMs);
      }),
    ),
    check(`arms for ${mostMs} ms, or for as long as it can count`, ['restart'], async (rig) => {
      expectAtLeast(await armedFor(rig.act, mostMs), everyCountsMs);
    }),
    check('does nothing before it is armed, kicked or not', needed, async ({ act }) => {
      const watchdog = await act.restart();
      const before = act.bites();
      watchdog.kick();
      await act.pass(5000);
      expectSame('bites', act.bites() - before, 0);
    }),
    check(
      'restarts the board when nobody kicks it, not before its time-out',
      needed,
      async (rig) => {
        const { act } = rig;
        const watchdog = await act.restart();
        const before = act.bites();
        const armedMs = watchdog.arm(2000);
        await act.pass(armedMs - 500);
        expectSame('bites before the time-out', act.bites() - before, 0);
        await act.pass(500 + slackMs);
        expectSame('bites after the time-out', act.bites() - before, 1);
      },
    ),
    check('counts anew from each kick', needed, async ({ act }) => {
      const watchdog = await act.restart();
      const before = act.bites();
      const armedMs = watchdog.arm(2000);
      for (let kick = 0; kick < 4; kick += 1) {
        await act.pass(armedMs / 2);
        watchdog.kick();
      }
      expectSame('bites while it was kicked', act.bites() - before, 0);
      await act.pass(armedMs - 500);
      expectSame('bites before the last time-out', act.bites() - before, 0);
      await act.pass(500 + slackMs);
      expectSame('bites after the last kick', act.bites() - before, 1);
    }),
    check('takes another time-out when armed again', needed, async ({ act }) => {
      const watchdog = await act.restart();
      const before = act.bites();
      const shortMs = watchdog.arm(2000);
      const longMs = watchdog.arm(shortMs * 3);
      await act.pass(shortMs * 2);
      expectSame('bites within the longer time-out', act.bites() - before, 0);
      await act.pass(longMs - shortMs * 2 + slackMs);
      expectSame('bites after it', act.bites() - before, 1);
    }),
    check('is disarmed by a restart', needed, async ({ act }) => {
      const watchdog = await act.restart();
      const armedMs = watchdog.arm(2000);
      await act.restart();
      const before = act.bites();
      await act.pass(armedMs * 2);
      expectSame('bites in the new life', act.bites() - before, 0);
    }),
    check('obeys nobody from a life that is over', needed, async ({ port, act }) => {
      const watchdog = await act.restart();
      const before = act.bites();
      port.arm(1000);
      await act.pass(3000);
      expectSame('bites armed by the old life', act.bites() - before, 0);
      const armedMs = watchdog.arm(2000);
      await act.pass(armedMs / 2);
      port.kick();
      await act.pass(armedMs / 2 + slackMs);
      expectSame('bites though the old life kicked', act.bites() - before, 1);
    }),
  ],
};

import { describe, expect, it } from 'vitest';
import { createBench, restoreBench, type Bench } from '#sim/bench';

const hourUs = 3_600_000_000;

/** What the clock did from here on: its trace, and what it says at the end. */
async function future(bench: Bench, hours: number): Promise<readonly unknown[]> {
  const fromUs = bench.world.nowUs;
  await bench.world.runFor(hours * hourUs);
  const records = bench.trace.records.filter(
    ({ t, source, kind }) => t > fromUs && source !== 'power' && kind !== 'tx',
  );
  // A job may come a microsecond sooner or later: its wait is counted anew.
  const told = records.map(({ t, source, kind, ...rest }) => [
    Math.round(t / 1_000),
    source,
    kind,
    rest['server'],
  ]);
  return [told, bench.firmware?.wallClockMs(), bench.states(), bench.firmware?.log?.page()];
}

/** A bench some way into its life; nothing is under way. */
async function lived(prepare: (bench: Bench) => void): Promise<Bench> {
  const bench = createBench({ board: { crystalPpm: 60, rtc: { offsetMs: -91_000 } } });
  bench.board.powerOn();
  await bench.world.runFor(2.5 * hourUs);
  prepare(bench);
  await bench.world.runFor(2 * hourUs);
  return bench;
}

const allServers = (bench: Bench) => bench.timeServers.all;

describe('a board that goes on from a snapshot', () => {
  it.each([
    ['synchronised', () => undefined],
    [
      'with a server that denies it',
      (bench: Bench) => bench.timeServers.get('ntp2.example').set({ kiss: 'DENY' }),
    ],
    [
      'with a server that lies',
      (bench: Bench) => bench.timeServers.get('ntp2.example').set({ offsetMs: 5_000 }),
    ],
    [
      'trying in vain',
      (bench: Bench) => allServers(bench).forEach((one) => one.set({ silent: true })),
    ],
    [
      'before a leap second',
      (bench: Bench) => allServers(bench).forEach((one) => one.set({ leap: 'insert' })),
    ],
  ])('%s does all that it would have done', async (_what, prepare) => {
    const bench = await lived(prepare);
    const snapshot = bench.snapshot();
    const went = await future(bench, 30);
    expect(await future(restoreBench(snapshot), 30)).toEqual(went);
    expect(await future(restoreBench(snapshot), 30)).toEqual(went);
  });
});

import { describe, expect, it } from 'vitest';
import { createBench, restoreBench, type Bench } from '#sim/bench';

const second = 1_000_000;

async function bootedBench(seed = 7): Promise<Bench> {
  const bench = createBench({ seed, board: { crystalPpm: 31, rtc: { driftPpm: -12 } } });
  bench.board.powerOn();
  await bench.world.runFor(5 * second);
  return bench;
}

/** What happens from here on when RESET is held, somebody logs in and the power is cut. */
async function liveOn(bench: Bench): Promise<string> {
  // What a board says as it goes on has been said before.
  await bench.world.settle();
  const from = bench.trace.records.length;
  const { board, world } = bench;
  board.resetButton.hold(3 * second, { edges: 7, withinUs: 12_000 });
  await world.runFor(8 * second);
  board.uart.write('admin\r');
  await world.runFor(second);
  board.uart.write(`${board.defaultPassword}\r`);
  await world.runFor(100 * second);
  board.powerCycle();
  await world.runFor(10 * second);
  const records = bench.trace.records.slice(from);
  return records.map((record) => JSON.stringify(record)).join('\n');
}

describe('a snapshot of a booted board', () => {
  it('goes on with its time servers as they were, and with what is on the way', async () => {
    const original = await bootedBench();
    const [first, middle, third] = original.timeServers.all;
    first?.set({ offsetMs: 40, driftPpm: 3, jitterUs: 20_000 });
    // Its last reply is late: it comes with the next.
    middle?.set({ reorder: 1 });
    third?.set({ loss: 0.3 });
    original.timeServers.add('time.example', { silent: true });
    await original.world.runFor(3_700 * second);
    const snapshot = original.snapshot();
    const live = async (bench: Bench): Promise<string> => {
      const fromUs = bench.world.nowUs;
      await bench.world.runFor(8_000 * second);
      const records = bench.trace.records.filter(({ t, source }) => t > fromUs && source === 'ntp');
      expect(records.length).toBeGreaterThan(8);
      return JSON.stringify([records, bench.timeServers.save()]);
    };
    const expected = await live(original);
    expect(await live(restoreBench(structuredClone(snapshot)))).toBe(expected);
  });

  it('goes on exactly as the board it was taken from', async () => {
    const original = await bootedBench();
    const snapshot = original.snapshot();
    const expected = await liveOn(original);
    expect(await liveOn(restoreBench(snapshot))).toBe(expected);
    expect(await liveOn(restoreBench(snapshot))).toBe(expected);
  });

  it('keeps the watchdog counting', async () => {
    const snapshot = (await bootedBench()).snapshot();
    const bench = restoreBench(snapshot);
    await bench.world.runFor(3_600 * second);
    expect(bench.board.bootCount).toBe(1);
    bench.board.hangCpu();
    await bench.world.runFor(310 * second);
    expect(bench.board.bootCount).toBe(2);
  });

  it.each([
    ['while it boots', async (bench: Bench) => bench.board.powerCycle(0)],
    ['while RESET is held', async (bench: Bench) => bench.board.resetButton.press()],
    ['while somebody types', async (bench: Bench) => bench.board.uart.write('adm')],
    ['with a power cycle ordered', async (bench: Bench) => bench.board.powerCycle(second)],
    ['with a fault that waits', async (bench: Bench) => bench.board.flash.cutPowerAfterWrites(3)],
  ])('is refused %s', async (_, disturb) => {
    const bench = await bootedBench();
    await disturb(bench);
    await bench.world.settle();
    expect(() => bench.snapshot()).toThrow(/ready appliance at rest/);
  });

  it('is refused while failed logins count: they are in memory only', async () => {
    const bench = await bootedBench();
    const json = { user: 'admin', password: 'Wrong-1' };
    const answer = bench.http({ method: 'POST', path: '/api/v1/login', json });
    await bench.world.runFor(second);
    expect((await answer).status).toBe(401);
    expect(() => bench.snapshot()).toThrow(/counted failures of logins/);
    await bench.world.runFor(3_600 * second);
    expect(() => bench.snapshot()).not.toThrow();
  });
});

import { describe, expect, test } from 'vitest';
import { isHalError, kissOf } from '#hal/errors';
import type { Ntp, NtpSample } from '#hal/ntp';
import { spoofFlaws, type TimeServerBehaviour } from '#sim/peers/time-server-behaviour';
import { TimeServers } from '#sim/peers/time-servers';
import { createBoardBench } from '../board-bench.ts';

const second = 1_000_000;
const name = 'ntp1.example';

interface Query {
  outcome: NtpSample | Error | undefined;
  abort(): void;
}

/** A powered board on a world with the usual time servers, and queries that are begun. */
function createNtpBench() {
  const bench = createBoardBench();
  const { board, world } = bench;
  const timeServers = new TimeServers(world);
  board.ntp.reach(timeServers);
  bench.install();
  board.powerOn();
  const begin = (server = name, port: Ntp = bench.hal().ntp): Query => {
    const abort = new AbortController();
    const query: Query = { outcome: undefined, abort: () => abort.abort() };
    port.query(server, { signal: abort.signal }).then(
      (sample) => (query.outcome = sample),
      (error: Error) => (query.outcome = error),
    );
    return query;
  };
  /**
   * Asks and waits a second, then gives up. Answers what came: a sample, or the text of an error.
   */
  const ask = async (server?: string): Promise<NtpSample | string> => {
    const query = begin(server);
    await world.runFor(second);
    query.abort();
    await world.settle();
    const { outcome = 'nothing' } = query;
    return outcome instanceof Error ? outcome.message : outcome;
  };
  /** How far the server is ahead of true time, by what the board hears and may know. */
  const heardMs = async (server?: string): Promise<{ aheadMs: number; roundTripMs: number }> => {
    const startMs = world.nowUs / 1000 - bench.hal().clock.now();
    const sample = await ask(server);
    if (typeof sample === 'string') throw new Error(sample);
    const { serverTimeMs, sentAtMs, receivedAtMs } = sample;
    const aheadMs = serverTimeMs - startMs - (sentAtMs + receivedAtMs) / 2;
    return { aheadMs, roundTripMs: receivedAtMs - sentAtMs };
  };
  const traced = () => world.trace.records.filter((each) => each.source === 'ntp');
  const server = timeServers.get(name);
  return { bench, board, world, timeServers, server, begin, ask, heardMs, traced };
}

describe('a query', () => {
  test('is answered by the server it names, with all that can be checked checked', async () => {
    const { ask } = createNtpBench();
    expect(await ask()).toMatchObject({
      server: name,
      stratum: 2,
      leap: 'none',
      rootDistanceMs: 1.953_125,
      validated: ['source', 'mode', 'originate', 'leap', 'stratum', 'transmit', 'delay'],
    });
  });

  test.each([
    ['ntp1.example', 18],
    ['ntp2.example', 26],
    ['NTP3.example:123', 34],
  ])('of %s tells true time, within half its round trip of %d ms and jitter', async (at, delay) => {
    const { heardMs } = createNtpBench();
    const { aheadMs, roundTripMs } = await heardMs(at);
    expect(Math.abs(aheadMs)).toBeLessThanOrEqual(0.2);
    expect(roundTripMs).toBeGreaterThanOrEqual(delay);
    expect(roundTripMs).toBeLessThanOrEqual(delay + 0.8);
  });

  test('leaves two small records', async () => {
    const { ask, traced } = createNtpBench();
    await ask();
    const [query, reply, ...more] = traced();
    expect(query).toEqual({ t: query?.t, source: 'ntp', kind: 'query', server: name });
    expect(reply).toEqual({ t: reply?.t, source: 'ntp', kind: 'reply', server: name, stratum: 2 });
    expect(more).toEqual([]);
    expect((reply?.t ?? 0) - (query?.t ?? 0)).toBeGreaterThanOrEqual(18_000);
  });

  test('costs two events of the world', async () => {
    const { begin, world } = createNtpBench();
    const before = world.eventsRun;
    begin();
    await world.runFor(second);
    expect(world.eventsRun - before).toBe(2);
  });

  test('draws no chance of other parts', async () => {
    const draw = async (isAsking: boolean) => {
      const { ask, bench, world } = createNtpBench();
      if (isAsking) await ask();
      const other = world.random.stream('board/mail').fraction();
      return [Buffer.from(bench.hal().random.bytes(8)).toString('hex'), other];
    };
    expect(await draw(true)).toEqual(await draw(false));
  });

  test('of one server moves no chance of another', async () => {
    const draw = async (before: readonly string[]) => {
      const { ask, heardMs } = createNtpBench();
      for (const at of before) await ask(at);
      return (await heardMs('ntp3.example')).roundTripMs.toFixed(3);
    };
    expect(await draw(['ntp1.example', 'ntp2.example'])).toBe(await draw([]));
  });

  test('goes the same with the same seed', async () => {
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      const { ask, server, world } = createNtpBench();
      server.set({ jitterUs: 5_000, loss: 0.3, duplicate: 0.5, reorder: 0.3 });
      for (let turn = 0; turn < 20; turn += 1) await ask();
      runs.push(JSON.stringify(world.trace.records));
    }
    expect(runs[1]).toBe(runs[0]);
  });

  test('reads the board’s own clock, however far its crystal is off', async () => {
    const { board, heardMs } = createNtpBench();
    board.setCrystalPpm(-50_000);
    expect((await heardMs()).roundTripMs).toBeLessThan(18);
  });

  test.each([
    ['ntp9.example', /no time server «ntp9.example» in this world \(unreachable\)/],
    ['ntp1.example:124', /ntp1.example refuses to answer at port 124 \(unreachable\)/],
    ['', /is no time server.*\(bad-argument\)/],
  ])('of «%s» fails', async (at, text) => {
    const { ask, traced } = createNtpBench();
    expect(await ask(at)).toMatch(text);
    expect(traced().map(({ kind }) => kind)).toEqual(['query', 'failed']);
  });

  test('suggested servers are the three of the world, none without them', async () => {
    const { bench, board, timeServers } = createNtpBench();
    timeServers.add('ntp4.example');
    board.powerCycle(0);
    await bench.world.runFor(1);
    expect(bench.hal().ntp.servers).toEqual(['ntp1.example', 'ntp2.example', 'ntp3.example']);
    const alone = createBoardBench();
    alone.install();
    alone.board.powerOn();
    expect(alone.hal().ntp.servers).toEqual([]);
    const query = alone.hal().ntp.query(name, { signal: new AbortController().signal });
    await expect(query).rejects.toThrow('no time server «ntp1.example» in this world');
  });
});

describe('cables, power and the CPU', () => {
  test('without a link no name is looked up', async () => {
    const { ask, board } = createNtpBench();
    for (const adapter of board.label.macAddresses.keys()) board.network.setCable(adapter, false);
    expect(await ask()).toMatch(/no network adapter has a link \(unreachable\)/);
    board.network.setCable(0, true);
    expect(await ask()).toMatchObject({ server: name });
  });

  test('a cable that goes meanwhile loses the reply', async () => {
    const { begin, board, world } = createNtpBench();
    const query = begin();
    await world.runFor(12_000);
    for (const adapter of board.label.macAddresses.keys()) board.network.setCable(adapter, false);
    await world.runFor(second);
    expect(query.outcome).toBeUndefined();
    query.abort();
    await world.settle();
    expect(query.outcome).toMatchObject({ code: 'timed-out' });
  });

  test('a query ends with the life that began it, and a dead board begins none', async () => {
    const { bench, begin, board, world } = createNtpBench();
    const before = bench.hal().ntp;
    const query = begin();
    board.cutPower();
    await world.runFor(second);
    expect([query.outcome, board.ntp.isBusy]).toEqual([undefined, false]);
    board.powerOn();
    await world.runFor(second);
    const late = begin(name, before);
    await world.settle();
    expect(late.outcome).toMatchObject({ code: 'closed' });
  });

  test('a hung CPU hears nothing', async () => {
    const { begin, board, world } = createNtpBench();
    const query = begin();
    board.hangCpu();
    await world.runFor(second);
    expect(query.outcome).toBeUndefined();
  });

  test('a query under way keeps the board from being saved', async () => {
    const { begin, board, server, world } = createNtpBench();
    server.set({ silent: true });
    expect(board.save()).toBeDefined();
    const query = begin();
    await world.runFor(second);
    expect(board.save()).toBeUndefined();
    query.abort();
    await world.settle();
    expect(board.save()).toBeDefined();
  });
});

describe('what a server can be like', () => {
  test.each<[string, Partial<TimeServerBehaviour>, number]>([
    ['ahead by a day', { offsetMs: 86_400_000 }, 86_400_000],
    ['behind', { offsetMs: -1234.5 }, -1234.5],
    ['a long way there', { delayUs: 80_000, asymmetry: 1 }, 40],
    ['a long way back', { delayUs: 80_000, asymmetry: -1 }, -40],
    ['a longer way there', { delayUs: 80_000, asymmetry: 0.5 }, 20],
  ])('%s: %j is heard as %d ms', async (_what, change, aheadMs) => {
    const { server, heardMs } = createNtpBench();
    server.set({ jitterUs: 0, ...change });
    expect((await heardMs()).aheadMs).toBeCloseTo(aheadMs, 2);
  });

  test('drifting: it goes on from where it was', async () => {
    const { server, heardMs, world } = createNtpBench();
    server.set({ jitterUs: 0, offsetMs: 100, driftPpm: 50 });
    await world.runFor(1_000 * second);
    expect((await heardMs()).aheadMs).toBeCloseTo(150, 2);
    server.set({ driftPpm: 0 });
    await world.runFor(1_000 * second);
    expect((await heardMs()).aheadMs).toBeCloseTo(150.05, 2);
    server.set({ offsetMs: 0 });
    expect((await heardMs()).aheadMs).toBeCloseTo(0, 2);
  });

  test('with jitter: each way takes up to that much longer', async () => {
    const { server, heardMs } = createNtpBench();
    server.set({ delayUs: 10_000, jitterUs: 40_000 });
    const trips = [];
    for (let turn = 0; turn < 40; turn += 1) trips.push(await heardMs());
    const tripsMs = trips.map(({ roundTripMs }) => roundTripMs);
    expect(Math.min(...tripsMs)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...tripsMs)).toBeLessThanOrEqual(90);
    expect(Math.max(...tripsMs) - Math.min(...tripsMs)).toBeGreaterThan(20);
    for (const { aheadMs } of trips) expect(Math.abs(aheadMs)).toBeLessThanOrEqual(20);
  });

  test.each<[Partial<TimeServerBehaviour>, RegExp]>([
    [{ silent: true }, /no reply.*\(timed-out\)/],
    [{ loss: 1 }, /no reply.*\(timed-out\)/],
    [{ delayUs: 1_500_000 }, /no reply.*\(timed-out\)/],
    [{ dns: 'silent' }, /no reply.*\(timed-out\)/],
    [{ dns: 'fails' }, /the name ntp1.example cannot be looked up \(unreachable\)/],
    [{ reachable: false }, /refuses to answer at port 123 \(unreachable\)/],
    [{ stratum: 16 }, /no valid reply.*stratum \(io\)/],
    [{ leap: 'unsynchronised' }, /no valid reply.*leap \(io\)/],
    [{ garbled: true }, /no valid reply.*length \(io\)/],
    [{ kiss: 'RATE' }, /answers RATE \(refused\)/],
    [{ kiss: 'X' }, /answers X \(refused\)/],
    ...spoofFlaws.map((flaw): [Partial<TimeServerBehaviour>, RegExp] => [
      { silent: true, spoof: { offsetMs: 1, flaw } },
      new RegExp(`${flaw === 'kiss' ? 'originate' : flaw} \\(io\\)`),
    ]),
  ])('%j', async (change, text) => {
    const { server, ask } = createNtpBench();
    const unmet = server.set(change);
    expect(unmet()).toEqual(Object.keys(change));
    expect(await ask()).toMatch(text);
    expect(unmet()).toEqual([]);
    expect(await ask('ntp2.example')).toMatchObject({ server: 'ntp2.example' });
  });

  test('a kiss-o’-death is told with its code', async () => {
    const { server, begin, world, traced } = createNtpBench();
    server.set({ kiss: 'DENY' });
    const query = begin();
    await world.runFor(second);
    expect(isHalError(query.outcome) && kissOf(query.outcome)).toBe('DENY');
    expect(traced().map(({ kind, code }) => [kind, code])).toEqual([
      ['set', undefined],
      ['query', undefined],
      ['reply', undefined],
      ['failed', 'refused'],
    ]);
  });

  test.each(['insert', 'delete'] as const)('a leap second announced: %s', async (leap) => {
    const { server, ask } = createNtpBench();
    server.set({ leap, stratum: 1 });
    expect(await ask()).toMatchObject({ leap, stratum: 1 });
  });

  test.each(spoofFlaws)(
    'a forged reply that comes first wins nothing: its %s is wrong',
    async (flaw) => {
      const { server, heardMs, traced } = createNtpBench();
      server.set({ spoof: { offsetMs: 86_400_000, flaw } });
      expect(Math.abs((await heardMs()).aheadMs)).toBeLessThan(1);
      const replies = traced().filter(({ kind }) => kind === 'reply');
      const origins = replies.map(({ from }) => from);
      expect(origins).toEqual(
        flaw === 'source' ? ['elsewhere', undefined] : [undefined, undefined],
      );
    },
  );

  test('a reply that comes twice counts once', async () => {
    const { server, ask, traced } = createNtpBench();
    server.set({ duplicate: 1 });
    expect(await ask()).toMatchObject({ server: name });
    expect(traced().filter(({ kind }) => kind === 'reply')).toHaveLength(1);
  });

  test('a reply that is late comes ahead of the next one, and is of no use then', async () => {
    const { server, ask, heardMs, traced, world } = createNtpBench();
    server.set({ reorder: 1, offsetMs: 5_000 });
    expect(await ask()).toMatch(/no reply.*\(timed-out\)/);
    server.set({ reorder: 0, offsetMs: 0 });
    await world.runFor(60 * second);
    expect(Math.abs((await heardMs()).aheadMs)).toBeLessThan(1);
    const kinds = traced().map(({ kind }) => kind);
    expect(kinds).toEqual(['set', 'query', 'set', 'query', 'reply', 'reply']);
  });

  test('some of the packets are lost, there or back', async () => {
    const { server, ask, traced } = createNtpBench();
    server.set({ loss: 0.5 });
    for (let turn = 0; turn < 40; turn += 1) await ask();
    const lost = traced().filter(({ kind }) => kind === 'lost');
    const count = (packet: string) => lost.filter((each) => each['packet'] === packet).length;
    expect(count('request')).toBeGreaterThan(8);
    expect(count('reply')).toBeGreaterThan(3);
    const replies = traced().filter(({ kind }) => kind === 'reply').length;
    expect(count('request') + count('reply') + replies).toBe(40);
  });
});

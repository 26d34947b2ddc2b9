import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { ntpSuite } from '#hal/conformance/index';
import type { NtpDriver } from '#hal/linux/ntp';
import { timeServerActs } from '../../../hal/conformance/sim-rig.ts';
import { conforms } from '../../../hal/linux/conforms.ts';
import { LiveNtpRig } from './live-ntp-rig.ts';

let rig: LiveNtpRig;

async function start(options: ConstructorParameters<typeof LiveNtpRig>[0]): Promise<void> {
  rig = new LiveNtpRig(options);
  await rig.start();
}

afterEach(() => rig.end());

const name = 'ntp1.example';
const drivers: readonly NtpDriver[] = ['sntp', 'ntp-client'];

/** What the board's query comes to: the server's name, or the text of an error. */
async function ask(server = name, signal = new AbortController().signal): Promise<string> {
  return rig.port.query(server, { signal }).then(
    (sample) => sample.server,
    (error: Error) => error.message,
  );
}

/** What cannot be expected of a driver that says that it checks nothing. */
const checking = ntpSuite.checks
  .map((check) => check.name)
  .filter((each) => /^(believes no|hears the true) reply|and why$/.test(each));

for (const driver of drivers) {
  conforms(ntpSuite, {
    driver: `the board in real time, with ${driver}`,
    start: async () => {
      await start({ driver });
      const { port, timeServers } = rig;
      const act = {
        pass: (ms: number) => rig.pass(ms),
        nowMs: () => rig.nowMs(),
        ...timeServerActs(timeServers),
      };
      return { subject: { port, act }, end: () => undefined };
    },
    unsupported: driver === 'ntp-client' ? checking : [],
  });
}

describe.each(drivers)('a board in real time, with %s', (driver) => {
  test('hears the time of a server to within half the round trip', async () => {
    await start({ driver });
    const server = rig.timeServers.get(name);
    server.set({ offsetMs: -3_600_000 });
    const { signal } = new AbortController();
    const { serverTimeMs, sentAtMs, receivedAtMs } = await rig.port.query(name, { signal });
    // The board has been on for `nowMs` by its own clock, all along with the server's.
    const aheadMs = serverTimeMs - (sentAtMs + receivedAtMs) / 2 - (server.nowMs - rig.nowMs());
    expect(Math.abs(aheadMs)).toBeLessThanOrEqual((receivedAtMs - sentAtMs) / 2 + 1);
  });

  test('leaves the same records as within a world', async () => {
    await start({ driver });
    expect([await ask(), await ask('ntp9.example')]).toEqual([
      name,
      'ntp: no time server «ntp9.example»: there are ntp1.example, ntp2.example, ntp3.example ' +
        'and 127.0.0.1 (unreachable)',
    ]);
    const records = rig.world.trace.records.filter(
      ({ source, stimulus }) => source === 'ntp' && stimulus !== true,
    );
    expect(records.map(({ kind, server }) => [kind, server])).toEqual([
      ['query', name],
      ['reply', name],
      ['query', 'ntp9.example'],
      ['failed', 'ntp9.example'],
    ]);
  });

  test('reaches a server at a loopback address, and one that is added', async () => {
    await start({ driver });
    const address = `127.0.0.1:${rig.portOf(name)}`;
    expect(await ask(address)).toBe(address);
    rig.timeServers.add('time.example');
    expect(await ask('time.example:123')).toBe('time.example:123');
    expect(await ask('time.example:124')).toMatch(/at port 124 \(unreachable\)/);
  });

  test('meets what is set of a server', async () => {
    await start({ driver });
    const server = rig.timeServers.get(name);
    const unmet = [
      server.set({ dns: 'fails' }),
      server.set({ silent: true, loss: 0 }),
      server.set({ reachable: false }),
    ];
    expect(await ask()).toMatch(/the name ntp1.example cannot be looked up \(unreachable\)/);
    server.set({ dns: 'works' });
    expect(await ask()).toMatch(/\((unreachable|timed-out)\)/);
    expect(unmet.map((each) => each())).toEqual([[], ['silent'], []]);
    server.set({ reachable: true });
    const abort = new AbortController();
    const asking = ask(name, abort.signal);
    while (unmet[1]?.().length !== 0) await rig.pass(10);
    abort.abort();
    expect(await asking).toMatch(/\(timed-out\)/);
    server.set({ silent: false });
    expect(await ask()).toBe(name);
  });

  test('reaches nobody without a cable', async () => {
    await start({ driver });
    for (const adapter of rig.board.label.macAddresses.keys()) {
      rig.board.network.setCable(adapter, false);
    }
    expect(await ask()).toMatch(/no network adapter has a link \(unreachable\)/);
  });

  test('hears no more of a query where its power fails meanwhile', async () => {
    await start({ driver });
    const asking = ask();
    rig.board.cutPower();
    rig.board.powerOn();
    expect(await ask()).toBe(name);
    expect(await Promise.race([asking, Promise.resolve('nothing')])).toBe('nothing');
  });
});

describe('without a driver', () => {
  test('the board asks within its world, and others over UDP', async () => {
    await start({});
    rig.timeServers.get(name).set({ delayUs: 0, jitterUs: 0 });
    expect(await ask('127.0.0.1')).toMatch(/no time server/);
    expect(await ask()).toBe(name);
    const client = createSocket('udp4');
    const request = Buffer.alloc(48);
    request[0] = 0x23;
    request.write('unusual!', 40);
    client.send(request, rig.portOf(name), '127.0.0.1');
    const [reply] = (await once(client, 'message')) as [Buffer];
    client.close();
    expect([reply[0], reply[1], reply.toString('latin1', 24, 32)]).toEqual([0x24, 2, 'unusual!']);
  });
});

/** Where Debian's package `chrony` puts it. */
const chronyPath = '/usr/sbin/chronyd';

/** Has chrony ask one of our servers; it sets no clock. Answers how far that is ahead, in s. */
async function chronyMeasures(server: string): Promise<number> {
  const source = `server 127.0.0.1 port ${rig.portOf(server)} iburst`;
  const chrony = spawn(chronyPath, ['-Q', '-t', '30', source]);
  let said = '';
  for (const stream of [chrony.stdout, chrony.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
  }
  await once(chrony, 'close').catch((cause: unknown) => {
    throw new Error(`${chronyPath} is missing: apt-get install chrony`, { cause });
  });
  const [, seconds] = /System clock wrong by (\S+) seconds/.exec(said) ?? [];
  if (seconds === undefined) throw new Error(`chronyd measured nothing: ${said}`);
  return Number(seconds);
}

describe('the time servers on this machine', () => {
  test('are taken by chrony for what they are, within half the round trip', async () => {
    await start({ speed: 1, startUs: Date.now() * 1000 });
    const roundTripUs = 400_000;
    const wanted = new Map([
      ['ntp1.example', 0],
      ['ntp2.example', 2_500],
      ['ntp3.example', -86_400_000],
    ]);
    for (const [server, offsetMs] of wanted) {
      rig.timeServers.get(server).set({ offsetMs, delayUs: roundTripUs });
    }
    const seen = await Promise.all([...wanted.keys()].map(chronyMeasures));
    for (const [place, offsetMs] of [...wanted.values()].entries()) {
      const wrongUs = Math.abs((seen[place] ?? Number.NaN) * 1e6 - offsetMs * 1e3);
      expect(wrongUs).toBeLessThan(roundTripUs / 2);
    }
  }, 60_000);
});

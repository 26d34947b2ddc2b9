import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeNtpPacket, encodeNtpPacket, fromNtpTimestamp } from '#hal/drivers/ntp-packet';
import { World } from '#sim/kernel/world';
import { spoofFlaws, type TimeServerBehaviour } from '#sim/peers/time-server-behaviour';
import { TimeServers } from '#sim/peers/time-servers';
import { expectPacket, replyTo } from '../../hal/drivers/ntp-replies.ts';

const startUs = Date.UTC(2026, 10, 24, 10) * 1000 + 123_457;
const nonce = 0x0123_4567_89ab_cdefn;

function createServer(worldStartUs = startUs) {
  const world = new World({ startUs: worldStartUs });
  const servers = new TimeServers(world);
  return { world, servers, server: servers.get('ntp1.example') };
}

/** A client's packet; a server answers those of mode 3. */
function requestOf({
  version = 4,
  mode = 3,
}: { version?: number; mode?: number } = {}): Uint8Array {
  const bytes = replyTo(new Uint8Array(48), { timeMs: 0, fields: { version, mode } });
  return encodeNtpPacket({ ...expectPacket(bytes), transmit: nonce, poll: 10 });
}

const answerOf = (change: Partial<TimeServerBehaviour>, worldStartUs?: number) => {
  const { server } = createServer(worldStartUs);
  server.set(change);
  const answer = server.answer(requestOf());
  if (answer === undefined) throw new Error('no answer');
  return expectPacket(answer);
};

describe('an answer', () => {
  test('is a whole packet that our own codec reads', () => {
    const packet = answerOf({});
    const now = packet.transmit;
    expect(packet).toEqual({
      leap: 0,
      version: 4,
      mode: 4,
      stratum: 2,
      poll: 10,
      precision: -20,
      rootDelayMs: 1.953_125,
      rootDispersionMs: 0.976_562_5,
      referenceId: Uint8Array.of(192, 0, 2, 1),
      reference: now - (16n << 32n),
      originate: nonce,
      receive: now,
      transmit: now,
    });
    expect(fromNtpTimestamp(now, startUs / 1000)).toBe(startUs / 1000);
  });

  test.each([
    '1900-01-01T00:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
    '2036-02-07T06:28:15.999Z',
    '2036-02-07T06:28:16.001Z',
    '2106-02-07T06:28:16.000Z',
    '2199-12-31T23:59:59.999Z',
  ])('tells %s, whatever its era', (text) => {
    const timeMs = Date.parse(text);
    const { transmit } = answerOf({ offsetMs: timeMs - startUs / 1000 });
    expect(new Date(fromNtpTimestamp(transmit, timeMs)).toISOString()).toBe(text);
  });

  test.each<[Partial<TimeServerBehaviour>, object]>([
    [{ stratum: 1 }, { stratum: 1, referenceId: Uint8Array.from(Buffer.from('GPS\0')) }],
    [{ leap: 'insert' }, { leap: 1 }],
    [{ leap: 'delete' }, { leap: 2 }],
    [{ leap: 'unsynchronised' }, { leap: 3 }],
    [{ kiss: 'DENY' }, { leap: 3, stratum: 0, referenceId: Uint8Array.from(Buffer.from('DENY')) }],
    [{ kiss: 'X' }, { leap: 3, stratum: 0, referenceId: Uint8Array.from(Buffer.from('X\0\0\0')) }],
  ])('%j', (change, packet) => {
    expect(answerOf(change)).toMatchObject(packet);
  });

  test.each([1, 2, 3, 4])('is given in version %i to a request of it', (version) => {
    const answer = createServer().server.answer(requestOf({ version }));
    expect(decodeNtpPacket(answer ?? new Uint8Array())).toMatchObject({ version });
  });

  test.each([
    ['of version 0', requestOf({ version: 0 })],
    ['of version 5', requestOf({ version: 5 })],
    ['that is an answer', requestOf({ mode: 4 })],
    ['that is too short', requestOf().subarray(0, 47)],
    ['without a byte', new Uint8Array()],
  ])('is not given to a request %s', (_what, request) => {
    expect(createServer().server.answer(request)).toBeUndefined();
  });

  test('is given to any bytes or none, never an error', () => {
    const { server } = createServer();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const version = ((bytes[0] ?? 0) >> 3) & 7;
        const isRequest = bytes.length >= 48 && ((bytes[0] ?? 0) & 7) === 3;
        const isAnswered = isRequest && version >= 1 && version <= 4;
        return server.answer(bytes)?.length === (isAnswered ? 48 : undefined);
      }),
    );
  });

  test.each(spoofFlaws)('that is forged has one flaw: %s', (flaw) => {
    const { server } = createServer();
    const guess = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const packet = expectPacket(server.forge(requestOf(), { offsetMs: 60_000, flaw }, guess));
    const good = expectPacket(server.answer(requestOf()) ?? new Uint8Array());
    const laterBy = (span: bigint): bigint => good.transmit + (span << 32n);
    const true60 = { reference: laterBy(44n), receive: laterBy(60n), transmit: laterBy(60n) };
    const denied = { leap: 3, stratum: 0, referenceId: Uint8Array.from(Buffer.from('DENY')) };
    const flaws = {
      originate: { originate: 0x0102_0304_0506_0708n },
      source: {},
      mode: { mode: 5 },
      stratum: { stratum: 16 },
      leap: { leap: 3 },
      transmit: { transmit: 0n },
      delay: { receive: laterBy(61n) },
      kiss: { ...denied, originate: 0x0102_0304_0506_0708n },
    };
    expect(packet).toEqual({ ...good, ...true60, ...flaws[flaw] });
  });
});

describe('a server', () => {
  test.each<Partial<TimeServerBehaviour>>([
    { delayUs: -1 },
    { jitterUs: 0.5 },
    { loss: 1.1 },
    { duplicate: -0.1 },
    { reorder: Number.NaN },
    { offsetMs: Number.POSITIVE_INFINITY },
    { spoof: { offsetMs: Number.NaN, flaw: 'source' } },
    { driftPpm: -1_000_000 },
    { asymmetry: 1.5 },
    { stratum: 256 },
    { stratum: 1.5 },
    { kiss: 'rate' },
    { kiss: 'FIVES' },
  ])('cannot be so: %j', (change) => {
    const { server, world } = createServer();
    const { behaviour } = server;
    expect(() => server.set(change)).toThrow(/cannot be/);
    expect(server.behaviour).toBe(behaviour);
    expect(world.trace.records).toEqual([]);
  });

  test('is found by its name in any case, and added once', () => {
    const { servers, server, world } = createServer();
    expect(servers.get('NTP1.Example')).toBe(server);
    const added = servers.add('Time.Example', { stratum: 1 });
    expect([added.name, added.behaviour.stratum]).toEqual(['time.example', 1]);
    expect(() => servers.add('time.example')).toThrow('there is a time server');
    expect(() => servers.get('nobody')).toThrow(/ntp3.example, time.example$/);
    expect(world.trace.records.map(({ kind, stimulus }) => [kind, stimulus])).toEqual([
      ['add', true],
      ['set', true],
    ]);
  });

  test('goes on elsewhere as it was', async () => {
    const { servers, server, world } = createServer();
    server.set({ offsetMs: 5, driftPpm: 20, loss: 0.5, kiss: 'RATE' });
    servers.add('time.example');
    await world.runFor(1_000_000_000);
    const other = createServer(world.nowUs);
    other.servers.restore(structuredClone(servers.save()));
    const restored = other.servers.get('ntp1.example');
    expect(restored.nowMs).toBe(server.nowMs);
    expect(restored.behaviour).toEqual(server.behaviour);
    expect(other.servers.find('time.example')).toBeDefined();
    await other.world.runFor(1_000_000_000);
    expect(restored.nowMs - other.world.nowUs / 1000).toBeCloseTo(45, 2);
  });

  test('is heard of when it changes, until nobody listens', () => {
    const { server } = createServer();
    let changes = 0;
    const stop = server.onChange(() => {
      changes += 1;
    });
    server.set({ silent: true });
    stop();
    server.set({ silent: false });
    expect(changes).toBe(1);
  });
});

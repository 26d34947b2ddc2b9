import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSntp } from '#hal/drivers/sntp';
import { ntpChecks } from '#hal/drivers/ntp-reply';
import { toNtpTimestamp } from '#hal/drivers/ntp-packet';
import { HalError, kissOf } from '#hal/errors';
import type { Ntp, NtpSample } from '#hal/ntp';
import { createRandom } from '#sim/kernel/random';
import { DatagramDesk } from './datagram-desk.ts';
import { expectPacket, kissTo, replyTo } from './ntp-replies.ts';

const pivotMs = Date.UTC(2026, 10, 1);
const someMs = Date.UTC(2026, 10, 24, 10);
const server = 'ntp1.example';

let desk: DatagramDesk;
let ntp: Ntp;
let abort: AbortController;

beforeEach(() => {
  desk = new DatagramDesk();
  ntp = clientOf(desk);
  abort = new AbortController();
});

function clientOf({ datagrams }: DatagramDesk, random = createRandom('sntp')): Ntp {
  const clock = { now: () => desk.nowMs };
  return createSntp({ datagrams, clock, random, pivotMs, servers: [server] });
}

/** A query that has sent its request, and what became of it so far. */
interface Asked {
  readonly sample: Promise<NtpSample>;
  /** `open`, `answered`, or the text of the error. */
  outcome(): Promise<string>;
}

async function ask(name = server): Promise<Asked> {
  const sample = ntp.query(name, { signal: abort.signal });
  let outcome = 'open';
  sample.then(
    () => (outcome = 'answered'),
    (error: unknown) => (outcome = error instanceof HalError ? error.message : 'another error'),
  );
  await desk.settle();
  return { sample, outcome: async () => (await desk.settle(), outcome) };
}

describe('the request', () => {
  test('tells nothing but a random number', async () => {
    await ask();
    const { transmit, ...others } = expectPacket(desk.request);
    expect(transmit).not.toBe(0n);
    expect(others).toEqual({
      leap: 0,
      version: 4,
      mode: 3,
      stratum: 0,
      poll: 0,
      precision: 0,
      rootDelayMs: 0,
      rootDispersionMs: 0,
      referenceId: new Uint8Array(4),
      reference: 0n,
      originate: 0n,
      receive: 0n,
    });
  });

  test('is another one each time', async () => {
    for (let count = 0; count < 100; count += 1) await ask();
    expect(new Set(desk.sent.map((bytes) => expectPacket(bytes).transmit)).size).toBe(100);
  });

  test('never has 0 as its number, which who echoes nothing sends back', async () => {
    ntp = clientOf(desk, { ...createRandom('x'), bytes: (count) => new Uint8Array(count) });
    const { outcome } = await ask();
    desk.deliver(replyTo(desk.request, { timeMs: someMs, fields: { originate: 0n } }));
    expect(await outcome()).toBe('open');
    desk.deliver(replyTo(desk.request, { timeMs: someMs }));
    expect(await outcome()).toBe('answered');
  });

  test.each([
    ['ntp1.example', { host: 'ntp1.example', port: 123 }],
    ['192.0.2.7:10123', { host: '192.0.2.7', port: 10_123 }],
  ])('goes to %s', async (name, peer) => {
    await ask(name);
    expect(desk.peers).toEqual([peer]);
  });

  test('goes nowhere where no server is named', async () => {
    const { outcome } = await ask('ntp1.example:0');
    expect(await outcome()).toContain('«ntp1.example:0» is no time server');
    expect(desk.peers).toEqual([]);
  });
});

describe('a valid reply', () => {
  test('tells the time in the middle, whatever the server did in between', async () => {
    const { sample } = await ask();
    desk.nowMs += 50;
    desk.deliver(replyTo(desk.request, { timeMs: someMs, leavesAtMs: someMs + 30 }));
    expect(await sample).toEqual({
      server,
      serverTimeMs: someMs + 15,
      sentAtMs: 1000,
      receivedAtMs: 1050,
      validated: ntpChecks,
      stratum: 2,
      leap: 'none',
      rootDistanceMs: 31.25,
    });
  });

  test('is off by half the time on the way at most, to the microsecond', async () => {
    const spanUs = fc.integer({ min: 0, max: 5_000_000 });
    const start = fc.integer({ min: pivotMs * 1000, max: Date.UTC(2094, 0, 1) * 1000 });
    await fc.assert(
      fc.asyncProperty(start, spanUs, spanUs, spanUs, async (sentUs, thereUs, heldUs, backUs) => {
        const { sample } = await ask();
        const sentAtMs = desk.nowMs;
        desk.nowMs += (thereUs + heldUs + backUs) / 1000;
        const timeMs = (sentUs + thereUs) / 1000;
        desk.deliver(replyTo(desk.request, { timeMs, leavesAtMs: timeMs + heldUs / 1000 }));
        const { serverTimeMs, receivedAtMs } = await sample;
        const trueMs = sentUs / 1000 + (receivedAtMs - sentAtMs) / 2;
        expect(Math.abs(serverTimeMs - trueMs)).toBeLessThanOrEqual(
          (thereUs + backUs) / 2000 + 0.002,
        );
      }),
    );
  });

  test.each([
    ['the end of era 0', '2036-02-07T06:28:15.998Z'],
    ['the middle of the exchange', '2036-02-07T06:28:15.999Z'],
    ['the beginning of era 1', '2036-02-07T06:28:16.000Z'],
  ])('has its time where %s falls upon it', async (_what, text) => {
    const { sample } = await ask();
    desk.nowMs += 10;
    const timeMs = Date.parse(text);
    desk.deliver(replyTo(desk.request, { timeMs, leavesAtMs: timeMs + 2 }));
    expect((await sample).serverTimeMs).toBe(timeMs + 1);
  });

  test.each([
    [0, 'none'],
    [1, 'insert'],
    [2, 'delete'],
  ] as const)('with leap indicator %i announces %s', async (leap, expected) => {
    const { sample } = await ask();
    desk.deliver(replyTo(desk.request, { timeMs: someMs, fields: { leap } }));
    expect((await sample).leap).toBe(expected);
  });

  test('is one with extension fields and a MAC behind it', async () => {
    const { outcome } = await ask();
    const more = new Uint8Array(20).fill(0xa5);
    desk.deliver(Uint8Array.of(...replyTo(desk.request, { timeMs: someMs }), ...more));
    expect(await outcome()).toBe('answered');
  });
});

/** Fields of a reply, and the check that it does not pass (none: it is valid). */
const replies: readonly (readonly [string, string | undefined, object])[] = [
  ['version 0', 'mode', { version: 0 }],
  ['version 2', 'mode', { version: 2 }],
  ['version 3', undefined, { version: 3 }],
  ['version 4', undefined, { version: 4 }],
  ['version 5', 'mode', { version: 5 }],
  ['mode 1', 'mode', { mode: 1 }],
  ['mode 3', 'mode', { mode: 3 }],
  ['mode 4', undefined, { mode: 4 }],
  ['mode 5', 'mode', { mode: 5 }],
  ['mode 7', 'mode', { mode: 7 }],
  ['stratum 1', undefined, { stratum: 1 }],
  ['stratum 15', undefined, { stratum: 15 }],
  ['stratum 16', 'stratum', { stratum: 16 }],
  ['stratum 255', 'stratum', { stratum: 255 }],
  ['leap indicator 3', 'leap', { leap: 3 }],
  ['no transmit timestamp', 'transmit', { transmit: 0n }],
  ['no receive timestamp', 'delay', { receive: 0n }],
  ['no originate timestamp', 'originate', { originate: 0n }],
  ['another originate timestamp', 'originate', { originate: 1n }],
  ['a receive timestamp after the other', 'delay', { receive: toNtpTimestamp(someMs * 1000 + 1) }],
];

describe('a reply', () => {
  test.each(replies)('with %s: the check that it fails is %s', async (_what, failed, fields) => {
    const { outcome } = await ask();
    desk.deliver(replyTo(desk.request, { timeMs: someMs, fields }));
    expect(await outcome()).toBe(failed === undefined ? 'answered' : 'open');
    abort.abort();
    const failure = `ntp: no valid reply from «${server}»: ${failed} (io)`;
    expect(await outcome()).toBe(failed === undefined ? 'answered' : failure);
  });

  test.each([
    [19.999, true],
    [21, true],
    [21.001, false],
  ])('that was held for %d of 20 ms: is it believed? %s', async (heldMs, isBelieved) => {
    const { outcome } = await ask();
    desk.nowMs += 20;
    desk.deliver(replyTo(desk.request, { timeMs: someMs, leavesAtMs: someMs + heldMs }));
    expect(await outcome()).toBe(isBelieved ? 'answered' : 'open');
  });

  test('from anybody else does not win, though it comes first and echoes the request', async () => {
    const { sample } = await ask();
    desk.deliver(replyTo(desk.request, { timeMs: someMs + 86_400_000 }), false);
    desk.nowMs += 5;
    desk.deliver(replyTo(desk.request, { timeMs: someMs }));
    expect(await sample).toMatchObject({ serverTimeMs: someMs, receivedAtMs: 1005 });
  });

  test('to an earlier request does not answer this one', async () => {
    await ask();
    const late = replyTo(desk.request, { timeMs: someMs - 60_000 });
    const { sample } = await ask();
    desk.deliver(late);
    desk.deliver(replyTo(desk.request, { timeMs: someMs }));
    expect((await sample).serverTimeMs).toBe(someMs);
  });

  test('that comes twice answers once, and what comes later changes nothing', async () => {
    const { sample } = await ask();
    const reply = replyTo(desk.request, { timeMs: someMs });
    desk.deliver(reply);
    desk.nowMs += 5;
    desk.deliver(reply);
    desk.deliver(kissTo(desk.request, 'DENY'));
    desk.fail(new HalError('unreachable', 'ntp', 'gone'));
    expect((await sample).receivedAtMs).toBe(1000);
  });

  test.each([0, 1, 47])('of %i bytes is none', async (length) => {
    const { outcome } = await ask();
    desk.deliver(replyTo(desk.request, { timeMs: someMs }).subarray(0, length));
    expect(await outcome()).toBe('open');
  });
});

describe('a kiss-o’-death', () => {
  test.each([
    ['RATE', 'RATE'],
    ['DENY', 'DENY'],
    ['RSTR', 'RSTR'],
    ['INIT', 'INIT'],
    ['X\0\0\0', 'X'],
  ])('%j ends the query, and its code can be read', async (code, kiss) => {
    const { sample, outcome } = await ask();
    desk.deliver(kissTo(desk.request, code));
    expect(await outcome()).toBe(`ntp: «ntp1.example» answers ${kiss} (refused)`);
    expect(kissOf(await sample.catch((error: unknown) => error))).toBe(kiss);
  });

  test.each([
    ['\0\0\0\0', 3, 'leap'],
    ['\u0001\u00ff\n ', 3, 'leap'],
    ['\0\0\0\0', 0, 'stratum'],
  ] as const)('is none without a code: %j, leap indicator %i', async (code, leap, failed) => {
    const { outcome } = await ask();
    desk.deliver(kissTo(desk.request, code, { leap }));
    expect(await outcome()).toBe('open');
    abort.abort();
    expect(await outcome()).toContain(`${failed} (io)`);
  });

  test('may have no times in it', async () => {
    const { outcome } = await ask();
    desk.deliver(kissTo(desk.request, 'RATE', { receive: 0n, transmit: 0n }));
    expect(await outcome()).toContain('(refused)');
  });

  test('that nobody can have sent who saw the request is ignored', async () => {
    const { outcome } = await ask();
    desk.deliver(kissTo(desk.request, 'DENY', { originate: 0n }));
    desk.deliver(kissTo(desk.request, 'DENY', { originate: 7n }));
    desk.deliver(kissTo(desk.request, 'DENY'), false);
    desk.deliver(kissTo(desk.request, 'DENY', { mode: 3 }));
    expect(await outcome()).toBe('open');
    desk.deliver(replyTo(desk.request, { timeMs: someMs }));
    expect(await outcome()).toBe('answered');
  });
});

describe('an abort', () => {
  test('before the query asks nobody', async () => {
    abort.abort();
    const { outcome } = await ask();
    expect(await outcome()).toBe('ntp: no reply from «ntp1.example» (timed-out)');
    expect(desk.peers).toEqual([]);
  });

  test('during the look-up ends the query at once, and the socket as soon as there is one', async () => {
    let found = (): void => undefined;
    desk.lookUp = new Promise((resolve) => (found = resolve));
    const { outcome } = await ask();
    abort.abort();
    expect(await outcome()).toBe('ntp: no reply from «ntp1.example» (timed-out)');
    found();
    await desk.settle();
    expect([desk.openSockets, desk.sent]).toEqual([0, []]);
  });

  test('after silence says that time ran out', async () => {
    const { outcome } = await ask();
    abort.abort();
    expect(await outcome()).toBe('ntp: no reply from «ntp1.example» (timed-out)');
  });

  test('after replies that were ignored says what they failed', async () => {
    const { outcome } = await ask();
    const invalid = [{ stratum: 16 }, { originate: 1n }, { stratum: 17 }];
    for (const fields of invalid) desk.deliver(replyTo(desk.request, { timeMs: someMs, fields }));
    desk.deliver(new Uint8Array(10));
    abort.abort();
    const failed = 'stratum, originate, length';
    expect(await outcome()).toBe(`ntp: no valid reply from «ntp1.example»: ${failed} (io)`);
  });

  test('after the answer changes nothing', async () => {
    const { outcome } = await ask();
    desk.deliver(replyTo(desk.request, { timeMs: someMs }));
    expect(await outcome()).toBe('answered');
    abort.abort();
    expect(await outcome()).toBe('answered');
  });
});

test('what goes wrong on the way ends the query', async () => {
  const { outcome } = await ask();
  desk.fail(new HalError('unreachable', 'ntp', 'nobody listens'));
  expect(await outcome()).toBe('ntp: nobody listens (unreachable)');
});

test('a name that is not found ends the query', async () => {
  desk.lookUp = Promise.reject(new HalError('unreachable', 'ntp', 'no such name'));
  const { outcome } = await ask();
  expect(await outcome()).toBe('ntp: no such name (unreachable)');
});

test('no query leaves a socket behind, however it ends', async () => {
  const endings: readonly (() => void)[] = [
    () => desk.deliver(replyTo(desk.request, { timeMs: someMs })),
    () => desk.deliver(kissTo(desk.request, 'RATE')),
    () => desk.fail(new HalError('io', 'ntp', 'broken')),
    () => abort.abort(),
  ];
  for (const end of endings) {
    const { outcome } = await ask();
    expect(desk.openSockets).toBe(1);
    end();
    expect(await outcome()).not.toBe('open');
    expect(desk.openSockets).toBe(0);
  }
});

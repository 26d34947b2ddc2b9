import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NtpPacket } from '#hal/drivers/ntp-packet';
import { kissTo, replyTo } from '../drivers/ntp-replies.ts';
import { hostMs, NtpRig, pivotMs } from './ntp-rig.ts';
import type { UdpScript } from './udp-time-server.ts';

const second = 1n << 32n;

/** A time of now that NTP tells in whole milliseconds: a fraction of it is a power of 2. */
const wholeMs = (): number => Math.round(hostMs() / 250) * 250;

/** What anybody may send: another source is `isForeign`. */
const believedByNtpClient: readonly (readonly [string, Partial<NtpPacket>, boolean])[] = [
  ['is not synchronised', { leap: 3 }, false],
  ['knows no time', { stratum: 16 }, false],
  ['refuses', { leap: 3, stratum: 0, referenceId: Uint8Array.of(82, 65, 84, 69) }, false],
  ['answers another request', { originate: 7n }, false],
  ['is not a server', { mode: 5 }, false],
  ['is somebody else', {}, true],
];

let rig: NtpRig;

beforeEach(() => {
  rig = new NtpRig('ntp-client');
});

afterEach(() => {
  rig.end();
  vi.useRealTimers();
});

describe('the driver ntp-client', () => {
  test.each(believedByNtpClient)(
    'believes who %s, and says so',
    async (_who, fields, isForeign) => {
      const timeMs = wholeMs();
      const { name } = await rig.serve((request) => [
        { bytes: replyTo(request, { timeMs, fields }), isForeign },
      ]);
      const sample = await rig.port.query(name, new AbortController());
      expect(sample).toMatchObject({ serverTimeMs: timeMs, validated: [] });
      expect(Object.keys(sample)).toEqual([
        'server',
        'serverTimeMs',
        'sentAtMs',
        'receivedAtMs',
        'validated',
      ]);
    },
  );

  test('cuts the time to whole milliseconds', async () => {
    const timeMs = wholeMs();
    const { name } = await rig.serve((request) => [
      { bytes: replyTo(request, { timeMs: timeMs + 0.999 }) },
    ]);
    expect(await rig.outcomeOf(name)).toBe(timeMs);
  });

  const timeless: readonly (readonly [string, UdpScript, string])[] = [
    ['ten bytes', () => [{ bytes: new Uint8Array(10) }], 'no time'],
    [
      'a timestamp of 0',
      (request) => [{ bytes: replyTo(request, { timeMs: hostMs(), fields: { transmit: 0n } }) }],
      '1900-01-01T00:00:00.000Z',
    ],
    ['1970', (request) => [{ bytes: replyTo(request, { timeMs: 0 }) }], '1970-01-01T00:00:00.000Z'],
    [
      'the second before the build',
      (request) => [{ bytes: replyTo(request, { timeMs: pivotMs - 1000 }) }],
      '2025-12-31T23:59:59.000Z',
    ],
  ];

  test.each(timeless)('takes no time from %s', async (_what, script, told) => {
    const { name } = await rig.serve(script);
    expect(await rig.outcomeOf(name)).toBe(`ntp: «${name}» tells ${told} (io)`);
  });

  test.each([
    ['the build itself', pivotMs],
    ['the end of era 0', Date.parse('2036-02-07T06:28:15.750Z')],
    ['the beginning of era 1', Date.parse('2036-02-07T06:28:16.250Z')],
    ['68 years after the build', pivotMs + 2 ** 31 * 1000 - 250],
  ])('takes the time of %s', async (_what, timeMs) => {
    const { name } = await rig.serve((request) => [{ bytes: replyTo(request, { timeMs }) }]);
    expect(await rig.outcomeOf(name)).toBe(timeMs);
  });

  test('reads a time and nothing before it', async () => {
    const { name } = await rig.serve((request) => {
      const fields = { transmit: 0x83aa_7e80_0000_0000n + BigInt(pivotMs / 1000) * second };
      return [{ bytes: kissTo(request, 'DENY', fields) }];
    });
    expect(await rig.outcomeOf(name)).toBe(pivotMs);
  });

  test('knows no IPv6, and says so', async () => {
    expect(await rig.outcomeOf('[::1]:123')).toBe(
      'ntp: ntp-client knows no IPv6: «[::1]:123» (unsupported)',
    );
  });

  test('gives up by itself after five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const server = await rig.serve(() => []);
    server.onServed = () => vi.advanceTimersByTime(5000);
    expect(await rig.outcomeOf(server.name)).toBe(
      `ntp: no reply from «${server.name}» (timed-out)`,
    );
  });
});

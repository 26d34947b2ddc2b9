import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeNtpPacket,
  encodeNtpPacket,
  fromNtpTimestamp,
  type NtpPacket,
  ntpPacketBytes,
  toNtpTimestamp,
} from '#hal/drivers/ntp-packet';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const shortSpanMs = fc
  .integer({ min: 0, max: 0xffff_ffff })
  .map((value) => (value * 1000) / 65_536);
const timestamp = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });

const anyPacket: fc.Arbitrary<NtpPacket> = fc.record({
  leap: fc.constantFrom(0, 1, 2, 3),
  version: fc.integer({ min: 0, max: 7 }),
  mode: fc.integer({ min: 0, max: 7 }),
  stratum: fc.integer({ min: 0, max: 255 }),
  poll: fc.integer({ min: -128, max: 127 }),
  precision: fc.integer({ min: -128, max: 127 }),
  rootDelayMs: shortSpanMs,
  rootDispersionMs: shortSpanMs,
  referenceId: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  reference: timestamp,
  originate: timestamp,
  receive: timestamp,
  transmit: timestamp,
});

const zero: NtpPacket = {
  leap: 0,
  version: 0,
  mode: 0,
  stratum: 0,
  poll: 0,
  precision: 0,
  rootDelayMs: 0,
  rootDispersionMs: 0,
  referenceId: new Uint8Array(4),
  reference: 0n,
  originate: 0n,
  receive: 0n,
  transmit: 0n,
};

/** Where RFC 5905, figure 8, has each field. */
const places: readonly (readonly [string, Partial<NtpPacket>, number, string])[] = [
  ['leap', { leap: 3 }, 0, 'c0'],
  ['version', { version: 4 }, 0, '20'],
  ['mode', { mode: 3 }, 0, '03'],
  ['stratum', { stratum: 16 }, 1, '10'],
  ['poll', { poll: 6 }, 2, '06'],
  ['precision', { precision: -24 }, 3, 'e8'],
  ['root delay', { rootDelayMs: 1500 }, 4, '00018000'],
  ['root dispersion', { rootDispersionMs: 250 }, 8, '00004000'],
  ['reference identifier', { referenceId: Buffer.from('RATE') }, 12, '52415445'],
  ['reference timestamp', { reference: 0x0123_4567_89ab_cdefn }, 16, '0123456789abcdef'],
  ['originate timestamp', { originate: 0x0123_4567_89ab_cdefn }, 24, '0123456789abcdef'],
  ['receive timestamp', { receive: 0x0123_4567_89ab_cdefn }, 32, '0123456789abcdef'],
  ['transmit timestamp', { transmit: 0x0123_4567_89ab_cdefn }, 40, '0123456789abcdef'],
];

describe('the header', () => {
  test.each(places)('has the %s at its place', (_field, fields, at, digits) => {
    const expected = `${'00'.repeat(at)}${digits}`.padEnd(ntpPacketBytes * 2, '0');
    expect(hex(encodeNtpPacket({ ...zero, ...fields }))).toBe(expected);
  });

  test('reads back field by field, whatever it holds', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        expect(decodeNtpPacket(encodeNtpPacket(packet))).toEqual(packet);
      }),
    );
  });

  test('writes back byte by byte, whatever was read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (bytes) => {
        const packet = decodeNtpPacket(bytes);
        expect(packet && hex(encodeNtpPacket(packet))).toBe(hex(bytes));
      }),
    );
  });

  test.each([
    [0, false],
    [47, false],
    [48, true],
    [49, true],
    [68, true],
  ])('of %i bytes: is it one? %s', (length, isOne) => {
    expect(decodeNtpPacket(new Uint8Array(length)) !== undefined).toBe(isOne);
  });

  test('is read alone: extension fields and a MAC behind it change nothing', () => {
    fc.assert(
      fc.property(anyPacket, fc.uint8Array({ maxLength: 100 }), (packet, more) => {
        const bytes = Uint8Array.of(...encodeNtpPacket(packet), ...more);
        expect(decodeNtpPacket(bytes)).toEqual(packet);
      }),
    );
  });

  test.each([
    ['an array', (size: number) => new Uint8Array(size)],
    ['a Buffer', (size: number) => Buffer.alloc(size)],
  ])('is read at its place in %s, and shares no memory with it', (_what, make) => {
    const larger = make(100);
    const kept = { ...zero, stratum: 7, referenceId: Uint8Array.of(82, 65, 84, 69) };
    larger.set(encodeNtpPacket(kept), 20);
    const packet = decodeNtpPacket(larger.subarray(20, 68));
    larger.fill(0xff);
    expect(packet).toEqual(kept);
  });

  test.each([
    ['above', 65_536_000, 0xffff_ffff],
    ['below', -1, 0],
  ])('keeps a root delay %s its range at the end of it', (_where, rootDelayMs, expected) => {
    const packet = decodeNtpPacket(encodeNtpPacket({ ...zero, rootDelayMs }));
    expect(((packet?.rootDelayMs ?? 0) * 65_536) / 1000).toBe(expected);
  });
});

const eraUs = 2 ** 32 * 1_000_000;
const firstUs = Date.UTC(1900, 0, 1) * 1000;
/** Milliseconds in a double are good for a microsecond up to May 2109, for two up to 2248. */
const exactUs = 2 ** 42 * 1000;
const lastUs = 2 ** 43 * 1000;
const pivotMs = Date.UTC(2026, 10, 1);

/** Known pairs, the ends of the eras among them (RFC 5905, figure 4). */
const instants: readonly (readonly [string, bigint, string])[] = [
  ['1970-01-01T00:00:00.000Z', 0x83aa_7e80_0000_0000n, 'the epoch of Unix'],
  ['1999-12-31T23:59:59.500Z', 0xbc17_c1ff_8000_0000n, 'half a second before 2000'],
  ['2036-02-07T06:28:15.000Z', 0xffff_ffff_0000_0000n, 'the last second of era 0'],
  ['2036-02-07T06:28:15.750Z', 0xffff_ffff_c000_0000n, 'its last quarter'],
  ['2036-02-07T06:28:16.000Z', 0x0000_0000_0000_0001n, 'the first instant of era 1'],
  ['2036-02-07T06:28:16.250Z', 0x0000_0000_4000_0000n, 'a quarter of a second later'],
  ['2036-02-07T06:28:17.000Z', 0x0000_0001_0000_0000n, 'the second after it'],
];

describe('a timestamp', () => {
  test.each(instants)('of %s is %s: %s', (text, expected) => {
    const ms = Date.parse(text);
    expect(toNtpTimestamp(ms * 1000)).toBe(expected);
    expect(fromNtpTimestamp(expected, pivotMs)).toBe(ms);
  });

  test('keeps every microsecond in the eras 0 and 1, and what a double keeps of it in era 2', () => {
    const anyUs = fc.oneof(
      fc.integer({ min: firstUs, max: lastUs }),
      fc.integer({ min: firstUs, max: exactUs }),
      ...[0, 1, 2].map((era) =>
        fc.integer({ min: -2_000_000, max: 2_000_000 }).map((us) => firstUs + era * eraUs + us),
      ),
    );
    const halfEraMs = eraUs / 2000;
    const anyDistanceMs = fc.integer({ min: -halfEraMs + 1, max: halfEraMs - 1 });
    fc.assert(
      fc.property(anyUs, anyDistanceMs, (us, distanceMs) => {
        const backMs = fromNtpTimestamp(toNtpTimestamp(us), Math.round(us / 1000) + distanceMs);
        if (us <= exactUs) expect(Math.round(backMs * 1000)).toBe(us);
        else expect(Math.abs(backMs - us / 1000)).toBeLessThanOrEqual(2 ** -10);
      }),
    );
  });

  test('is never 0, which says that a time is unknown', () => {
    for (const era of [0, 1, 2]) expect(toNtpTimestamp(firstUs + era * eraUs)).toBe(1n);
    fc.assert(
      fc.property(fc.integer({ min: firstUs, max: lastUs }), (us) => {
        expect(toNtpTimestamp(us)).not.toBe(0n);
      }),
    );
  });

  test('belongs to the era that is nearest to the pivot: 2^31 s either way, the end excluded', () => {
    const half = 2 ** 31 * 1000;
    for (const pivot of [pivotMs, Date.UTC(2036, 1, 7, 6, 28, 16), Date.UTC(2172, 2, 15)]) {
      for (const [distanceMs, expectedMs] of [
        [-half - 1, half - 1],
        [-half, -half],
        [-1, -1],
        [0, 0],
        [1, 1],
        [half - 1, half - 1],
        [half, -half],
        [half + 1, -half + 1],
      ] as const) {
        const timestampThere = toNtpTimestamp((pivot + distanceMs) * 1000);
        expect(Math.round(fromNtpTimestamp(timestampThere, pivot) - pivot)).toBe(expectedMs);
      }
    }
  });

  test('of a clock that stands at 1970 is seen to be wrong, not taken for 2106', () => {
    expect(fromNtpTimestamp(toNtpTimestamp(0), pivotMs)).toBe(0);
  });
});

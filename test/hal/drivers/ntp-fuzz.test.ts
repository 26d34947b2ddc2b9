import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeNtpPacket } from '#hal/drivers/ntp-packet';
import { judgeReply, ntpChecks, type PossibleReply } from '#hal/drivers/ntp-reply';
import { expectPacket, replyTo } from './ntp-replies.ts';

const pivotMs = Date.UTC(2026, 10, 1);
const nonce = 0x0123_4567_89ab_cdefn;
const roundTripMs = 40;
const request = encodeNtpPacket({
  ...expectPacket(new Uint8Array(48)),
  version: 4,
  transmit: nonce,
});

const good = fc
  .record({
    timeMs: fc.integer({ min: pivotMs, max: Date.UTC(2090, 0, 1) }),
    heldMs: fc.integer({ min: 0, max: roundTripMs }),
  })
  .map(({ timeMs, heldMs }) => replyTo(request, { timeMs, leavesAtMs: timeMs + heldMs }));

/** Bytes that stand for something, and their place. */
const telling: readonly (readonly [number, readonly number[]])[] = [
  [0, [0xe4]],
  [0, [0x1c]],
  [1, [0]],
  [1, [16]],
  [12, [0x52, 0x41, 0x54, 0x45]],
  [24, Array.from({ length: 8 }, () => 0)],
  [32, Array.from({ length: 8 }, () => 0)],
  [40, Array.from({ length: 8 }, () => 0)],
];

/** A good reply with some bits turned, some of it gone, or something behind it. */
const mutated = fc
  .record({
    bytes: good,
    turned: fc.array(fc.tuple(fc.nat(47), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
    told: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray([...telling])),
    length: fc.oneof({ weight: 9, arbitrary: fc.constant(48) }, fc.nat(48)),
    more: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(fc.nat(255))),
  })
  .map(({ bytes, turned, told, length, more }) => {
    for (const [place, value] of told) bytes.set(value, place);
    for (const [place, mask] of turned) bytes[place] = (bytes[place] ?? 0) ^ mask;
    return Uint8Array.of(...bytes.subarray(0, length), ...more);
  });

const anything = fc.uint8Array({ maxLength: 200 });
const possible: fc.Arbitrary<PossibleReply> = fc.record({
  bytes: fc.oneof({ weight: 5, arbitrary: mutated }, anything),
  isFromPeer: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
  nonce: fc.constant(nonce),
  sentAtMs: fc.constant(1000),
  receivedAtMs: fc.constant(1000 + roundTripMs),
  pivotMs: fc.constant(pivotMs),
});

type Judge = typeof judgeReply;

/** The rules once more, byte by byte as they stand in RFC 5905, figure 8. */
function mayBeBelieved({ bytes, isFromPeer }: PossibleReply): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [first = 0, stratum = 0] = bytes;
  const [receive, transmit] = [view.getBigUint64(32), view.getBigUint64(40)];
  const heldMs = (Number(BigInt.asIntN(64, transmit - receive)) / 2 ** 32) * 1000;
  return (
    isFromPeer &&
    first >> 6 !== 3 &&
    [0x1c, 0x24].includes(first & 0x3f) &&
    stratum >= 1 &&
    stratum <= 15 &&
    view.getBigUint64(24) === nonce &&
    transmit !== 0n &&
    heldMs >= 0 &&
    heldMs <= roundTripMs + 1
  );
}

/** Fails where a verdict is none, or a reading could not be. */
function expectSound(reply: PossibleReply, judge: Judge): void {
  const verdict = judge(reply);
  if (verdict.kind === 'ignored') {
    expect(['length', ...ntpChecks]).toContain(verdict.failed);
    return;
  }
  expect(reply.bytes.length).toBeGreaterThanOrEqual(48);
  if (verdict.kind === 'kiss') {
    expect(verdict.kiss).toMatch(/^[\x21-\x7e]{1,4}$/);
    expect([reply.isFromPeer, reply.bytes[1]]).toEqual([true, 0]);
    return;
  }
  expect(mayBeBelieved(reply)).toBe(true);
  const { serverTimeMs, rootDistanceMs, stratum } = verdict.reading;
  expect(Math.abs(serverTimeMs - pivotMs)).toBeLessThanOrEqual(2 ** 31 * 1000 + roundTripMs);
  expect(rootDistanceMs).toBeGreaterThanOrEqual(0);
  expect(rootDistanceMs).toBeLessThan(2 ** 16 * 1500);
  expect(stratum).toBe(reply.bytes[1]);
}

function search(judge: Judge, numRuns = 3000) {
  return fc.check(
    fc.property(possible, (reply) => expectSound(reply, judge)),
    { numRuns },
  );
}

describe('whatever comes', () => {
  test('is judged, never thrown at, and believed only where every rule holds', () => {
    const outcome = search(judgeReply);
    expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
  });

  test('covers every verdict there is', () => {
    const seen = new Map<string, number>();
    for (const reply of fc.sample(possible, { seed: 1, numRuns: 3000 })) {
      const verdict = judgeReply(reply);
      const kind = verdict.kind === 'ignored' ? verdict.failed : verdict.kind;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['kiss', 'length', 'reading', ...ntpChecks].sort());
  });
});

/** A judge who does not see what a field says. */
function blindTo(place: number, honest: readonly number[]): Judge {
  return (reply) => {
    const bytes = Uint8Array.from(reply.bytes);
    if (bytes.length >= 48) bytes.set(honest, place);
    return judgeReply({ ...reply, bytes });
  };
}

const canaries: readonly (readonly [string, Judge])[] = [
  ['reads beyond the end', (reply) => judgeReply({ ...reply, bytes: padded(reply.bytes) })],
  ['takes replies from anybody', (reply) => judgeReply({ ...reply, isFromPeer: true })],
  ['looks at neither leap, version nor mode', blindTo(0, [0x24])],
  ['takes any stratum', blindTo(1, [2])],
  [
    'does not compare the echo',
    (reply) =>
      reply.bytes.length < 48
        ? judgeReply(reply)
        : judgeReply({ ...reply, nonce: expectPacket(reply.bytes).originate }),
  ],
  ['takes any delay', (reply) => judgeReply({ ...reply, receivedAtMs: reply.sentAtMs + 1e12 })],
  [
    'throws at a strange stratum',
    (reply) => {
      if ((reply.bytes[1] ?? 0) > 16) throw new RangeError('stratum');
      return judgeReply(reply);
    },
  ],
];

describe('the search catches a judge who', () => {
  test.each(canaries)('%s', (_what, judge) => {
    expect(search(judge).failed).toBe(true);
  });
});

function padded(bytes: Uint8Array): Uint8Array {
  const long = Uint8Array.from(replyTo(request, { timeMs: pivotMs }));
  long.set(bytes.subarray(0, 48));
  return long;
}

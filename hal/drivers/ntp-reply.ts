import type { NtpCheck, NtpLeap, NtpSample } from '../ntp.ts';
import {
  decodeNtpPacket,
  fromNtpTimestamp,
  type NtpPacket,
  type NtpTimestamp,
} from './ntp-packet.ts';

/** A datagram that may be a reply, and the request that was sent. */
export interface PossibleReply {
  readonly bytes: Uint8Array;
  readonly isFromPeer: boolean;
  /** What the request had as its transmit timestamp. */
  readonly nonce: NtpTimestamp;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** Decides the era, see `fromNtpTimestamp`. */
  readonly pivotMs: number;
}

/** What a reply says of time. */
export type NtpReading = Required<Omit<NtpSample, 'server'>>;

/** What a datagram turned out to be. `failed`: the first check that it did not pass. */
export type ReplyVerdict =
  | { readonly kind: 'reading'; readonly reading: NtpReading }
  | { readonly kind: 'kiss'; readonly kiss: string }
  | { readonly kind: 'ignored'; readonly failed: NtpCheck | 'length' };

/** All checks, in the order in which they are made. */
export const ntpChecks: readonly NtpCheck[] = [
  'source',
  'mode',
  'originate',
  'leap',
  'stratum',
  'transmit',
  'delay',
];

const serverMode = 4;
const stratumMax = 15;
/** By leap indicator; 3 is who is not synchronised. */
const leaps: readonly NtpLeap[] = ['none', 'insert', 'delete'];

/** As far as either clock may tell less than a round trip: both resolve a millisecond at least. */
const resolutionMs = 1;

/**
 * Judges a datagram by RFC 5905. A kiss-o'-death, too, must come from the peer and echo the nonce:
 * else anybody could keep a board from its time. Nothing in the bytes makes it throw.
 */
export function judgeReply(possible: PossibleReply): ReplyVerdict {
  const packet = decodeNtpPacket(possible.bytes);
  if (packet === undefined) return { kind: 'ignored', failed: 'length' };
  const isAnswer = packet.mode === serverMode && (packet.version === 3 || packet.version === 4);
  if (!possible.isFromPeer) return { kind: 'ignored', failed: 'source' };
  if (!isAnswer) return { kind: 'ignored', failed: 'mode' };
  if (packet.originate !== possible.nonce) return { kind: 'ignored', failed: 'originate' };
  const kiss = packet.stratum === 0 ? kissCodeOf(packet.referenceId) : undefined;
  if (kiss !== undefined) return { kind: 'kiss', kiss };
  return readingOf(packet, possible);
}

function readingOf(packet: NtpPacket, possible: PossibleReply): ReplyVerdict {
  const { sentAtMs, receivedAtMs, pivotMs } = possible;
  const leap = leaps[packet.leap];
  if (leap === undefined) return { kind: 'ignored', failed: 'leap' };
  if (packet.stratum === 0 || packet.stratum > stratumMax) {
    return { kind: 'ignored', failed: 'stratum' };
  }
  if (packet.transmit === 0n) return { kind: 'ignored', failed: 'transmit' };
  const heldMs = spanMs(packet.receive, packet.transmit);
  const isPossible = heldMs >= 0 && heldMs <= receivedAtMs - sentAtMs + resolutionMs;
  if (packet.receive === 0n || !isPossible) return { kind: 'ignored', failed: 'delay' };
  return {
    kind: 'reading',
    reading: {
      // The middle of the server's two times belongs to the middle of ours: so much for four
      // timestamps, whatever the server did in between.
      serverTimeMs: fromNtpTimestamp(packet.transmit, pivotMs) - heldMs / 2,
      sentAtMs,
      receivedAtMs,
      validated: ntpChecks,
      stratum: packet.stratum,
      leap,
      rootDistanceMs: packet.rootDelayMs / 2 + packet.rootDispersionMs,
    },
  };
}

/** From one timestamp to the other, within 68 years either way, whatever their eras. */
function spanMs(from: NtpTimestamp, to: NtpTimestamp): number {
  return (Number(BigInt.asIntN(64, to - from)) * 1000) / 2 ** 32;
}

/** Stratum 0 without a code is how servers say that they are not synchronised. */
function kissCodeOf(referenceId: Uint8Array): string | undefined {
  const code = String.fromCharCode(...referenceId).replace(/\0+$/, '');
  return /^[\x21-\x7e]+$/.test(code) ? code : undefined;
}

/**
 * The header of NTP, 48 bytes (RFC 5905, section 7.3). Fields are what the wire says; whether they
 * make sense is for the reader to judge.
 */
export interface NtpPacket {
  /** 0 none, 1 the last minute of the month has 61 s, 2 it has 59 s, 3 not synchronised. */
  readonly leap: 0 | 1 | 2 | 3;
  /** 0 to 7; 4 today. */
  readonly version: number;
  /** 0 to 7; 3 asks, 4 answers. */
  readonly mode: number;
  /** 0 to 255; 0 says that `referenceId` is a kiss code, 16 that the server knows no time. */
  readonly stratum: number;
  /** Logarithms to base 2 of seconds, -128 to 127. */
  readonly poll: number;
  readonly precision: number;
  /** 0 up to 65,536 s, in steps of 2^-16 s. */
  readonly rootDelayMs: number;
  readonly rootDispersionMs: number;
  /** Four bytes. */
  readonly referenceId: Uint8Array;
  readonly reference: NtpTimestamp;
  readonly originate: NtpTimestamp;
  readonly receive: NtpTimestamp;
  readonly transmit: NtpTimestamp;
}

/**
 * Seconds since 1900 modulo 2^32 in the upper 32 bits, fractions of a second in the lower; which
 * era (of 136 years) it belongs to is not told. 0n: unknown.
 */
export type NtpTimestamp = bigint;

/** The length of the header. */
export const ntpPacketBytes = 48;

const eraSeconds = 2 ** 32;
const eraMs = eraSeconds * 1000;
/** From the first second of 1900 to that of 1970. */
const unixEpochSeconds = 2_208_988_800;
const usPerSecond = 1_000_000;
const fractionBits = 32n;
const fractionMask = 0xffff_ffffn;

/**
 * The header as bytes. Integers lose the bits for which a field has no room; a root delay or
 * dispersion outside its range becomes the end of it.
 */
export function encodeNtpPacket(packet: NtpPacket): Uint8Array {
  const bytes = new Uint8Array(ntpPacketBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, (packet.leap << 6) | ((packet.version & 7) << 3) | (packet.mode & 7));
  view.setUint8(1, packet.stratum);
  view.setInt8(2, packet.poll);
  view.setInt8(3, packet.precision);
  view.setUint32(4, toShort(packet.rootDelayMs));
  view.setUint32(8, toShort(packet.rootDispersionMs));
  bytes.set(packet.referenceId.subarray(0, 4), 12);
  view.setBigUint64(16, packet.reference);
  view.setBigUint64(24, packet.originate);
  view.setBigUint64(32, packet.receive);
  view.setBigUint64(40, packet.transmit);
  return bytes;
}

/**
 * What the bytes say; `undefined` when they are too few for a header. Whatever follows the header
 * (extension fields, a MAC) is not looked at.
 */
export function decodeNtpPacket(bytes: Uint8Array): NtpPacket | undefined {
  if (bytes.length < ntpPacketBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, ntpPacketBytes);
  const first = view.getUint8(0);
  return {
    leap: (first >> 6) as NtpPacket['leap'],
    version: (first >> 3) & 7,
    mode: first & 7,
    stratum: view.getUint8(1),
    poll: view.getInt8(2),
    precision: view.getInt8(3),
    rootDelayMs: fromShort(view.getUint32(4)),
    rootDispersionMs: fromShort(view.getUint32(8)),
    // A `slice` of a Buffer would share its memory.
    referenceId: Uint8Array.from(bytes.subarray(12, 16)),
    reference: view.getBigUint64(16),
    originate: view.getBigUint64(24),
    receive: view.getBigUint64(32),
    transmit: view.getBigUint64(40),
  };
}

/**
 * The instant as NTP tells it; `unixUs` are whole microseconds since 1970, also negative. The first
 * instant of an era, which would be the 0n that says "unknown", is told 2^-32 s late.
 */
export function toNtpTimestamp(unixUs: number): NtpTimestamp {
  const unixSeconds = Math.floor(unixUs / usPerSecond);
  const us = unixUs - unixSeconds * usPerSecond;
  const seconds = BigInt(unixSeconds + unixEpochSeconds) & fractionMask;
  const fraction = BigInt(Math.round((us * eraSeconds) / usPerSecond));
  const timestamp = (seconds << fractionBits) + fraction;
  return timestamp === 0n ? 1n : timestamp;
}

/**
 * Milliseconds since 1970, whole microseconds as nearly as a double holds them (exact up to 2109,
 * within a microsecond up to 2248). Of all eras it
 * takes the one that comes nearest to the pivot: `pivotMs` - 2^31 s up to, not including, + 2^31 s
 * (68 years either way). With the date of a build as the pivot a server whose clock stands at 1970
 * is seen to be wrong, not taken for one of the next era.
 */
export function fromNtpTimestamp(timestamp: NtpTimestamp, pivotMs: number): number {
  const seconds = Number(timestamp >> fractionBits) - unixEpochSeconds;
  const us = Math.round((Number(timestamp & fractionMask) * usPerSecond) / eraSeconds);
  const firstEraMs = seconds * 1000 + us / 1000;
  const era = Math.ceil((pivotMs - eraMs / 2 - firstEraMs) / eraMs);
  return (seconds + era * eraSeconds) * 1000 + us / 1000;
}

/** The short format of NTP: 16 bits of seconds, 16 bits of fraction. */
function toShort(ms: number): number {
  return Math.min(Math.max(Math.round((ms * 65_536) / 1000), 0), 0xffff_ffff);
}

function fromShort(value: number): number {
  return (value * 1000) / 65_536;
}

import type { SpoofFlaw } from './time-server-behaviour.ts';

/** What a server puts into a reply. */
export interface TimeReply {
  /** The leap indicator, 0 to 3. */
  readonly leap: number;
  readonly version: number;
  readonly stratum: number;
  /** Four bytes. */
  readonly referenceId: Uint8Array;
  /** What the server believes the time is, µs since the epoch. */
  readonly nowUs: number;
}

/** The length of a packet without extensions (RFC 5905, section 7.3). */
const packetBytes = 48;

/** Where fields of a packet begin. */
const at = { poll: 2, rootDelay: 4, rootDispersion: 8, referenceId: 12 } as const;
const timestampAt = { reference: 16, originate: 24, receive: 32, transmit: 40 } as const;

const modes = { client: 3, server: 4, broadcast: 5 } as const;

/** 2^-20 s, in two's complement: the server's clock resolves a microsecond. */
const precision = 0xec;

/** In 2^-16 s: it says to be within 1.95 ms of true time, half the delay and the dispersion. */
const root = { delay: 128, dispersion: 64 } as const;

/** The server has last set its clock so long ago. */
const referenceAgeUs = 16_000_000;

const unixEpochSeconds = 2_208_988_800;
const usPerSecond = 1_000_000;

/** The version of a request that a server answers; undefined where it is none. */
export function requestVersion(request: Uint8Array): number | undefined {
  const [first = 0] = request;
  const version = (first >> 3) & 7;
  const isRequest = request.length >= packetBytes && (first & 7) === modes.client;
  return isRequest && version >= 1 && version <= 4 ? version : undefined;
}

/**
 * The bytes of a reply. Written by hand: the server shares no code with the client that reads it,
 * whose mistakes would else meet their like here. A year of them must be cheap, too.
 */
export function writeReply(request: Uint8Array, reply: TimeReply): Buffer {
  const { leap, version, stratum, referenceId, nowUs } = reply;
  const bytes = Buffer.allocUnsafe(packetBytes);
  bytes[0] = (leap << 6) | (version << 3) | modes.server;
  bytes[1] = stratum;
  bytes[2] = request[at.poll] ?? 0;
  bytes[3] = precision;
  bytes.writeUInt32BE(root.delay, at.rootDelay);
  bytes.writeUInt32BE(root.dispersion, at.rootDispersion);
  for (let place = 0; place < 4; place += 1) {
    bytes[at.referenceId + place] = referenceId[place] ?? 0;
  }
  for (let place = 0; place < 8; place += 1) {
    bytes[timestampAt.originate + place] = request[timestampAt.transmit + place] ?? 0;
  }
  writeTimestamp(bytes, timestampAt.reference, nowUs - referenceAgeUs);
  writeTimestamp(bytes, timestampAt.receive, nowUs);
  writeTimestamp(bytes, timestampAt.transmit, nowUs);
  return bytes;
}

/** Gives a reply one flaw. `guess` is what it echoes where its sender has not seen the request. */
export function spoil(reply: Buffer, flaw: SpoofFlaw, guess: Uint8Array): void {
  switch (flaw) {
    case 'source':
      // Is not in the packet.
      return;
    case 'originate':
      reply.set(guess, timestampAt.originate);
      return;
    case 'mode':
      reply[0] = (reply.readUInt8(0) & ~7) | modes.broadcast;
      return;
    case 'leap':
      reply[0] = reply.readUInt8(0) | 0xc0;
      return;
    case 'stratum':
      reply[1] = 16;
      return;
    case 'transmit':
      reply.fill(0, timestampAt.transmit, timestampAt.transmit + 8);
      return;
    case 'delay':
      // It left a second before the request came.
      reply.writeUInt32BE(
        (reply.readUInt32BE(timestampAt.transmit) + 1) >>> 0,
        timestampAt.receive,
      );
      return;
    case 'kiss':
      reply[0] = reply.readUInt8(0) | 0xc0;
      reply[1] = 0;
      reply.write('DENY', at.referenceId);
      reply.set(guess, timestampAt.originate);
  }
}

/** Seconds since 1900, of whatever era, and a fraction in 2^-32 s. */
function writeTimestamp(bytes: Buffer, place: number, unixUs: number): void {
  const seconds = Math.floor(unixUs / usPerSecond);
  const fraction = ((unixUs - seconds * usPerSecond) / usPerSecond) * 2 ** 32;
  bytes.writeUInt32BE((seconds + unixEpochSeconds) >>> 0, place);
  bytes.writeUInt32BE(Math.round(fraction), place + 4);
}

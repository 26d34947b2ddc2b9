import type { NtpForgery } from '#hal/conformance/index';
import {
  decodeNtpPacket,
  encodeNtpPacket,
  type NtpPacket,
  toNtpTimestamp,
} from '#hal/drivers/ntp-packet';

/** How a server answers. */
export interface ReplyOptions {
  /** The time of the server, when the request comes and when the reply leaves. */
  readonly timeMs: number;
  readonly leavesAtMs?: number;
  /** In which single way the reply is false. A `source` is forged by whoever delivers it. */
  readonly forgery?: NtpForgery | undefined;
  /** Fields of the reply that are to be otherwise. */
  readonly fields?: Partial<NtpPacket>;
}

/** Forged replies tell a time that is off by so much. */
const forgedByMs = 86_400_000;

/** What a server of stratum 2 answers to a request. */
export function replyTo(request: Uint8Array, options: ReplyOptions): Uint8Array {
  const { transmit: nonce, version } = expectPacket(request);
  const shiftMs = options.forgery === undefined ? 0 : forgedByMs;
  const timeUs = Math.round((options.timeMs + shiftMs) * 1000);
  const leavesAtUs = Math.round(((options.leavesAtMs ?? options.timeMs) + shiftMs) * 1000);
  const honest: NtpPacket = {
    leap: 0,
    version,
    mode: 4,
    stratum: 2,
    poll: 6,
    precision: -24,
    rootDelayMs: 31.25,
    rootDispersionMs: 15.625,
    referenceId: Uint8Array.of(192, 0, 2, 1),
    reference: toNtpTimestamp(timeUs - 16_000_000),
    originate: nonce,
    receive: toNtpTimestamp(timeUs),
    transmit: toNtpTimestamp(leavesAtUs),
  };
  return encodeNtpPacket({ ...honest, ...falsified(honest, options.forgery), ...options.fields });
}

/** The kiss-o'-death with that code. */
export function kissTo(
  request: Uint8Array,
  code: string,
  fields: Partial<NtpPacket> = {},
): Uint8Array {
  const referenceId = Uint8Array.from(Buffer.from(code, 'latin1'));
  return replyTo(request, { timeMs: 0, fields: { leap: 3, stratum: 0, referenceId, ...fields } });
}

/** What the bytes say; they must be a packet. */
export function expectPacket(bytes: Uint8Array): NtpPacket {
  const packet = decodeNtpPacket(bytes);
  if (packet === undefined) throw new Error(`no packet: ${bytes.length} bytes`);
  return packet;
}

function falsified(honest: NtpPacket, forgery: NtpForgery | undefined): Partial<NtpPacket> {
  switch (forgery) {
    case 'mode':
      return { mode: 5 };
    case 'originate':
      return { originate: honest.originate ^ 1n };
    case 'leap':
      return { leap: 3 };
    case 'stratum':
      return { stratum: 16 };
    case 'transmit':
      return { transmit: 0n };
    case 'delay':
      return { receive: honest.transmit + (1n << 32n) };
    case 'kiss': {
      const referenceId = Uint8Array.from(Buffer.from('DENY'));
      return { leap: 3, stratum: 0, referenceId, originate: honest.originate ^ 1n };
    }
    case 'source':
    default:
      return {};
  }
}

import { UsageError } from '../kernel/invariant.ts';
import { checkedPpm } from '../parts/ppm.ts';

/** How a time server behaves, and the way to it. */
export interface TimeServerBehaviour {
  /** Its clock is ahead of true time by so much; negative where it is behind. */
  readonly offsetMs: number;
  /** Its clock gains so much on true time from now on. */
  readonly driftPpm: number;
  /** The way there and back, without jitter. */
  readonly delayUs: number;
  /** How uneven that is: 0 half each way, 1 all of it on the way there, -1 on the way back. */
  readonly asymmetry: number;
  /** Each way takes longer by chance, by up to so much. 0 draws no chance. */
  readonly jitterUs: number;
  /** The chance of each packet to get lost, 0 to 1. */
  readonly loss: number;
  /** The chance of a reply to come twice, 0 to 1. */
  readonly duplicate: number;
  /** The chance of a reply to be late: it comes with the next one of this server, ahead of it. */
  readonly reorder: number;
  /** Where not, nobody listens, and the client is told so. */
  readonly reachable: boolean;
  /** Takes requests and never answers. */
  readonly silent: boolean;
  /** Its name: `fails` is answered at once that nobody has it, `silent` never. */
  readonly dns: 'works' | 'fails' | 'silent';
  /** 1 to 15; 16 knows no time. */
  readonly stratum: number;
  /** The leap second it announces, or that it knows no time. */
  readonly leap: 'none' | 'insert' | 'delete' | 'unsynchronised';
  /** The code of the kiss-o'-death that it answers all with: RATE, DENY, RSTR … */
  readonly kiss: string | undefined;
  /** Somebody else answers too, ahead of the server. */
  readonly spoof: Spoof | undefined;
  /** Answers with bytes that are no NTP. */
  readonly garbled: boolean;
}

/** A forged reply. */
export interface Spoof {
  /** It tells a time that is off by so much. */
  readonly offsetMs: number;
  readonly flaw: SpoofFlaw;
}

/**
 * What gives a forged reply away: it echoes no request (whoever sent it has not seen that), comes
 * from another address, is no server's, tells of no time or of an impossible one; or it is a
 * kiss-o'-death that echoes no request.
 */
export type SpoofFlaw = (typeof spoofFlaws)[number];

/** All of them. */
export const spoofFlaws = [
  'originate',
  'source',
  'mode',
  'stratum',
  'leap',
  'transmit',
  'delay',
  'kiss',
] as const;

/** A server as it should be, some way off. */
export const honest: TimeServerBehaviour = {
  offsetMs: 0,
  driftPpm: 0,
  delayUs: 20_000,
  asymmetry: 0,
  jitterUs: 400,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  reachable: true,
  silent: false,
  dns: 'works',
  stratum: 2,
  leap: 'none',
  kiss: undefined,
  spoof: undefined,
  garbled: false,
};

/** Throws a `UsageError` where a server cannot be like that. */
export function checkedBehaviour(change: Partial<TimeServerBehaviour>): void {
  const { offsetMs, driftPpm, asymmetry, stratum, kiss, spoof } = change;
  for (const unit of ['delayUs', 'jitterUs'] as const) {
    const spanUs = change[unit] ?? 0;
    if (!Number.isSafeInteger(spanUs) || spanUs < 0) refuse(unit, spanUs, 'whole µs from 0 on');
  }
  for (const chance of ['loss', 'duplicate', 'reorder'] as const) {
    const value = change[chance] ?? 0;
    if (!(value >= 0 && value <= 1)) refuse(chance, value, 'a chance from 0 to 1');
  }
  for (const value of [offsetMs, spoof?.offsetMs]) {
    if (value !== undefined && !Number.isFinite(value)) refuse('offsetMs', value, 'ms');
  }
  if (driftPpm !== undefined) checkedPpm(driftPpm);
  if (asymmetry !== undefined && !(Math.abs(asymmetry) <= 1)) {
    refuse('asymmetry', asymmetry, 'a number from -1 to 1');
  }
  if (stratum !== undefined && !(Number.isInteger(stratum) && stratum >= 0 && stratum <= 255)) {
    refuse('stratum', stratum, 'an integer from 0 to 255');
  }
  if (kiss !== undefined && !isKissCode(kiss)) refuse('kiss', kiss, 'a code such as RATE or DENY');
}

/** Whether servers send such codes (RFC 5905, section 7.4). */
export function isKissCode(text: string): boolean {
  return /^[A-Z0-9]{1,4}$/.test(text);
}

function refuse(field: string, value: unknown, wanted: string): never {
  throw new UsageError(`${field} of a time server cannot be ${String(value)}: give ${wanted}`);
}

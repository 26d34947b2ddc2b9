import { isHalError, kissOf, type HalError } from '#hal/errors';
import type { Ntp, NtpLeap, NtpSample } from '#hal/ntp';
import { isEndOfLife } from '../operating-error.ts';
import { agree, type Agreement, type OffsetInterval } from './marzullo.ts';
import { offsetText } from './sync-texts.ts';
import type { ServerVerdict, SyncFailure } from './timekeeper.ts';

/** What came back from one server. */
export type Reply =
  | { readonly kind: 'sample'; readonly server: string; readonly sample: NtpSample }
  | { readonly kind: 'kiss'; readonly server: string; readonly kiss: string }
  | { readonly kind: 'error'; readonly server: string; readonly error: HalError }
  /** It was not asked. */
  | { readonly kind: 'waiting'; readonly server: string; readonly text: string };

/** Asks one server once. What is no operating error is thrown on. */
export async function askServer(
  ntp: Pick<Ntp, 'query'>,
  server: string,
  signal: AbortSignal,
): Promise<Reply> {
  try {
    return { kind: 'sample', server, sample: await ntp.query(server, { signal }) };
  } catch (error) {
    if (!isHalError(error) || isEndOfLife(error)) throw error;
    const kiss = kissOf(error);
    return kiss === undefined ? { kind: 'error', server, error } : { kind: 'kiss', server, kiss };
  }
}

/** The clocks at the end of a round. */
export interface RoundClocks {
  readonly monotonicMs: number;
  readonly wallMs: number;
  /** Of the monotonic clock, as known, and how far that may be off. */
  readonly ratePpm: number;
  readonly skewPpm: number;
  /** Servers that claim an earlier time are not believed. */
  readonly floorMs: number;
}

/** What a round comes to. */
export type RoundVerdict =
  | {
      readonly ok: true;
      readonly offsetMs: number;
      readonly boundMs: number;
      readonly servers: readonly ServerVerdict[];
      readonly leap: NtpLeap;
    }
  | {
      readonly ok: false;
      readonly reason: Exclude<SyncFailure, 'disabled' | 'panic' | 'before-build'>;
      readonly servers: readonly ServerVerdict[];
      readonly text: string;
      /** No server was reached: no network, no name server. */
      readonly isUnreached: boolean;
    };

/** Judges the replies. `isForced`: those that do not answer are taken for not configured. */
export function judgeRound(
  replies: readonly Reply[],
  clocks: RoundClocks,
  { isForced }: { readonly isForced: boolean },
): RoundVerdict {
  const intervals: OffsetInterval[] = [];
  const verdicts: ServerVerdict[] = [];
  for (const reply of replies) {
    const interval = reply.kind === 'sample' ? intervalOf(reply.sample, clocks) : undefined;
    if (interval === undefined) {
      verdicts.push(unusable(reply));
      continue;
    }
    intervals.push({ server: reply.server, ...interval });
    verdicts.push({ server: reply.server, verdict: 'agrees', ...interval });
  }
  const agreement = agree(intervals, isForced ? intervals.length : replies.length);
  if (!agreement.isAgreed) {
    return {
      ok: false,
      servers: verdicts.map((one) => (one.verdict === 'agrees' ? doubtful(one) : one)),
      isUnreached: replies.every((reply) => isUnreached(reply)),
      ...failureOf(verdicts, intervals, agreement),
    };
  }
  const liars = new Set(agreement.falsetickers);
  const { offsetMs, boundMs } = agreement;
  return {
    ok: true,
    offsetMs,
    boundMs,
    servers: verdicts.map((one) =>
      liars.has(one.server) && one.offsetMs !== undefined
        ? { ...one, verdict: 'falseticker', text: liarText(one.offsetMs - offsetMs) }
        : one,
    ),
    leap: announcedLeap(replies, new Set(agreement.agreeing)),
  };
}

/** What a driver may round away: a millisecond where it reads no more than a date. */
const resolutionMs = { coarse: 1, fine: 0.01 } as const;

/** What half a round trip may be off by, for a crystal is. */
const crystalShare = 0.000_5;

/**
 * True time now, by this server, less the wall clock. The truth lies within half a round trip of
 * what was said, give or take what the server grants to be off by, and what the crystal did since.
 */
function intervalOf(
  { serverTimeMs, sentAtMs, receivedAtMs, rootDistanceMs }: NtpSample,
  { monotonicMs, wallMs, ratePpm, skewPpm, floorMs }: RoundClocks,
): { readonly offsetMs: number; readonly boundMs: number } | undefined {
  if (!(serverTimeMs >= floorMs)) return undefined;
  const halfTripMs = Math.max(0, receivedAtMs - sentAtMs) / 2;
  const ageMs = monotonicMs - (sentAtMs + receivedAtMs) / 2;
  const driver = rootDistanceMs === undefined ? resolutionMs.coarse : resolutionMs.fine;
  return {
    offsetMs: serverTimeMs + ageMs + (ageMs * ratePpm) / 1e6 - wallMs,
    boundMs:
      halfTripMs * (1 + crystalShare) + (rootDistanceMs ?? 0) + driver + (ageMs * skewPpm) / 1e6,
  };
}

function unusable(reply: Reply): ServerVerdict {
  const { server } = reply;
  if (reply.kind === 'waiting') return { server, verdict: 'waiting', text: reply.text };
  const text =
    reply.kind === 'sample'
      ? 'it claims a time before this firmware was built'
      : reply.kind === 'kiss'
        ? `it refuses (kiss-o'-death ${reply.kiss})`
        : reply.error.message;
  return { server, verdict: 'failed', text };
}

function liarText(asideMs: number): string {
  return `it is off by ${offsetText(asideMs)} from the others`;
}

/** It answered, but nobody can tell whether it is right. */
function doubtful(one: ServerVerdict): ServerVerdict {
  return { ...one, verdict: 'failed', text: 'too few others agree with it' };
}

/** A round that asked nobody but those that must wait has reached those. */
function isUnreached(reply: Reply): boolean {
  return reply.kind === 'error' && reply.error.code === 'unreachable';
}

function failureOf(
  verdicts: readonly ServerVerdict[],
  intervals: readonly OffsetInterval[],
  { needed, largest }: Extract<Agreement, { readonly isAgreed: false }>,
): { readonly reason: 'no-servers' | 'no-answer' | 'too-few' | 'disagreement'; text: string } {
  const count = verdicts.length;
  if (count === 0) return { reason: 'no-servers', text: 'no time server is known' };
  if (intervals.length === 0) {
    const why = verdicts.map(({ server, text = '' }) => `${server}: ${text}`).join('; ');
    return { reason: 'no-answer', text: `no time server gave a time (${why})` };
  }
  if (largest === intervals.length) {
    const text = `only ${largest} of ${count} time servers gave a time, ${needed} must agree`;
    return { reason: 'too-few', text };
  }
  const said = intervals.map(({ server, offsetMs }) => `${server} ${offsetText(offsetMs)}`);
  return { reason: 'disagreement', text: `the time servers disagree (${said.join(', ')})` };
}

/** What most of those announce that are believed and say anything of it. */
function announcedLeap(replies: readonly Reply[], agreeing: ReadonlySet<string>): NtpLeap {
  const said = replies.flatMap((reply) =>
    reply.kind === 'sample' && agreeing.has(reply.server) ? (reply.sample.leap ?? []) : [],
  );
  const isAnnounced = (leap: NtpLeap): boolean =>
    said.filter((one) => one === leap).length * 2 > said.length;
  return isAnnounced('insert') ? 'insert' : isAnnounced('delete') ? 'delete' : 'none';
}

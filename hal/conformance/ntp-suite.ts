import type { HalErrorCode } from '../errors.ts';
import type { Ntp, NtpCheck, NtpSample } from '../ntp.ts';
import { abortedOutcomeOf, answerOf, expectRejection, nobodysName, outcomeOf } from './remote.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

/** What a rig can do around time synchronisation. */
export interface NtpActs {
  /** Lets so much time pass, and calls under way go on. */
  pass(ms: number): Promise<void>;
  /** The monotonic clock of the same board. */
  nowMs(): number;
  /** A time server that answers, and the time it would answer now. */
  timeServer(): Promise<{ readonly name: string; readonly timeMs: () => number }>;
  /** A time server that never answers. */
  silentServer(): Promise<string>;
  /** A time server that answers with a kiss-o'-death. */
  refusingServer(): Promise<string>;
  /** A time server that answers with bytes that are no NTP. */
  garblingServer(): Promise<string>;
}

const check = checksOf<Ntp, NtpActs>();

const codes: readonly HalErrorCode[] = ['unreachable', 'timed-out', 'refused', 'io'];
const known: ReadonlySet<NtpCheck> = new Set([
  'source',
  'originate',
  'mode',
  'stratum',
  'leap',
  'transmit',
]);

interface Asked {
  readonly port: Ntp;
  readonly act: Pick<NtpActs, 'pass' | 'timeServer'>;
}

/** Asks the server that answers. */
async function sampleOf({ port, act }: Asked): Promise<{ name: string; sample: NtpSample }> {
  const { name } = await act.timeServer();
  const { signal } = new AbortController();
  const outcome = await outcomeOf(act.pass, () => port.query(name, { signal }));
  return { name, sample: answerOf(outcome) };
}

const answers = [
  check('answers for the server that was asked', ['pass', 'timeServer'], async (rig) => {
    const { name, sample } = await sampleOf(rig);
    expectSame('server', sample.server, name);
  }),
  check(
    'stamps request and reply by the monotonic clock, in that order',
    ['pass', 'timeServer', 'nowMs'],
    async (rig) => {
      const beforeMs = rig.act.nowMs();
      const { sentAtMs, receivedAtMs } = (await sampleOf(rig)).sample;
      const afterMs = rig.act.nowMs();
      const isOrdered = beforeMs <= sentAtMs && sentAtMs <= receivedAtMs && receivedAtMs <= afterMs;
      const order = [beforeMs, sentAtMs, receivedAtMs, afterMs];
      expectThat(isOrdered, 'times', { expected: 'in ascending order', seen: order });
    },
  ),
  check(
    'answers the time of the server in the middle of the round trip',
    ['pass', 'timeServer', 'nowMs'],
    async ({ port, act }) => {
      const server = await act.timeServer();
      const aheadMs = server.timeMs() - act.nowMs();
      const { signal } = new AbortController();
      const call = () => port.query(server.name, { signal });
      const sample = answerOf(await outcomeOf(act.pass, call));
      const roundTripMs = sample.receivedAtMs - sample.sentAtMs;
      const middleMs = sample.sentAtMs + roundTripMs / 2 + aheadMs;
      // No reply can be off by more than half its way; both clocks resolve a millisecond at least.
      const isNear = Math.abs(sample.serverTimeMs - middleMs) <= roundTripMs / 2 + 1;
      const expected = `${middleMs}, ${roundTripMs / 2} either way`;
      expectThat(isNear, 'time', { expected, seen: sample.serverTimeMs });
    },
  ),
  check(
    'says which checks it made, and a stratum that exists',
    ['pass', 'timeServer'],
    async (rig) => {
      const { validated, stratum } = (await sampleOf(rig)).sample;
      const isKnown = validated.every((each) => known.has(each));
      expectThat(isKnown, 'checks', { expected: [...known], seen: validated });
      expectSame('checks told once', validated.length, new Set(validated).size);
      const isThere = stratum === undefined || (Number.isInteger(stratum) && stratum >= 1);
      const isRight = isThere && (stratum ?? 1) <= 15;
      expectThat(isRight, 'stratum', { expected: '1 to 15, or none', seen: stratum });
    },
  ),
];

const refusals = [
  check('cannot reach a name that nobody has', ['pass'], async ({ port, act }) => {
    const { signal } = new AbortController();
    const outcome = await outcomeOf(act.pass, () => port.query(nobodysName, { signal }));
    expectRejection(outcome, ['unreachable']);
  }),
  check('never answers a call that was aborted before it began', ['pass'], async (rig) => {
    const { port, act } = rig;
    const name = (await act.timeServer?.())?.name ?? nobodysName;
    const signal = AbortSignal.abort();
    expectRejection(await outcomeOf(act.pass, () => port.query(name, { signal })), codes);
  }),
  check('gives up when it is aborted', ['pass', 'silentServer'], async ({ port, act }) => {
    const name = await act.silentServer();
    const outcome = await abortedOutcomeOf(act.pass, (signal) => port.query(name, { signal }));
    expectRejection(outcome, ['timed-out']);
  }),
  check('says that a server refused', ['pass', 'refusingServer'], async ({ port, act }) => {
    const name = await act.refusingServer();
    const { signal } = new AbortController();
    const outcome = await outcomeOf(act.pass, () => port.query(name, { signal }));
    expectRejection(outcome, ['refused']);
  }),
  check('says that a reply made no sense', ['pass', 'garblingServer'], async ({ port, act }) => {
    const name = await act.garblingServer();
    const { signal } = new AbortController();
    const outcome = await outcomeOf(act.pass, () => port.query(name, { signal }));
    expectRejection(outcome, ['io']);
  }),
];

/** The contract of `hal/ntp.ts`. A board that reaches no server keeps it too. */
export const ntpSuite: ConformanceSuite<Ntp, NtpActs> = {
  port: 'ntp',
  checks: [...answers, ...refusals],
};

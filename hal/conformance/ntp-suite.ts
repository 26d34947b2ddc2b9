import type { HalErrorCode } from '../errors.ts';
import type { Ntp, NtpCheck } from '../ntp.ts';
import type { NtpActs } from './ntp-acts.ts';
import { forgedReplyChecks } from './ntp-forgeries.ts';
import { expectItsTime, sampleOf } from './ntp-samples.ts';
import { abortedOutcomeOf, expectRejection, nobodysName, outcomeOf } from './remote.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

const check = checksOf<Ntp, NtpActs>();

const codes: readonly HalErrorCode[] = ['unreachable', 'timed-out', 'refused', 'io'];
const known: ReadonlySet<NtpCheck> = new Set([
  'source',
  'originate',
  'mode',
  'stratum',
  'leap',
  'transmit',
  'delay',
]);

/** Era 0 ends at 06:28:16 (RFC 5905, figure 4): NTP counts on from 0. */
const eras = [
  '2036-02-07T06:28:15.000Z',
  '2036-02-07T06:28:16.500Z',
  '2036-02-07T06:28:17.000Z',
  '2050-01-01T00:00:00.000Z',
] as const;

const suggestions = [
  check('suggests servers that can be asked, each once', [], ({ port }) => {
    const isList = port.servers.every((server) => /^\S+$/.test(server));
    expectThat(isList, 'servers', { expected: 'names without blanks', seen: port.servers });
    expectSame('servers suggested once', port.servers.length, new Set(port.servers).size);
  }),
];

const answers = [
  check('answers for the server that was asked', ['pass', 'timeServer'], async (rig) => {
    const { name } = await rig.act.timeServer();
    expectSame('server', (await sampleOf(rig, name)).server, name);
  }),
  check(
    'stamps request and reply by the monotonic clock, in that order',
    ['pass', 'timeServer', 'nowMs'],
    async (rig) => {
      const { name } = await rig.act.timeServer();
      const beforeMs = rig.act.nowMs();
      const { sentAtMs, receivedAtMs } = await sampleOf(rig, name);
      const afterMs = rig.act.nowMs();
      const isOrdered = beforeMs <= sentAtMs && sentAtMs <= receivedAtMs && receivedAtMs <= afterMs;
      const order = [beforeMs, sentAtMs, receivedAtMs, afterMs];
      expectThat(isOrdered, 'times', { expected: 'in ascending order', seen: order });
    },
  ),
  check(
    'answers the time of the server in the middle of the round trip',
    ['pass', 'timeServer', 'nowMs'],
    async (rig) => expectItsTime(rig, await rig.act.timeServer()),
  ),
  ...eras.map((text) =>
    check(`tells a time near ${text} as that`, ['pass', 'datedServer', 'nowMs'], async (rig) =>
      expectItsTime(rig, await rig.act.datedServer(Date.parse(text))),
    ),
  ),
  check(
    'says which checks it made, and a stratum that exists',
    ['pass', 'timeServer'],
    async (rig) => {
      const { name } = await rig.act.timeServer();
      const { validated, stratum } = await sampleOf(rig, name);
      const isKnown = validated.every((each) => known.has(each));
      expectThat(isKnown, 'checks', { expected: [...known], seen: validated });
      expectSame('checks told once', validated.length, new Set(validated).size);
      const isThere = stratum === undefined || (Number.isInteger(stratum) && stratum >= 1);
      const isRight = isThere && (stratum ?? 1) <= 15;
      expectThat(isRight, 'stratum', { expected: '1 to 15, or none', seen: stratum });
    },
  ),
  check(
    'says how far the server itself may be off, or nothing of it',
    ['pass', 'timeServer'],
    async (rig) => {
      const { name } = await rig.act.timeServer();
      const { rootDistanceMs: seen } = await sampleOf(rig, name);
      const isRight = seen === undefined || (Number.isFinite(seen) && seen >= 0);
      expectThat(isRight, 'root distance', { expected: '0 or more, or none', seen });
    },
  ),
  ...(['none', 'insert', 'delete'] as const).map((leap) =>
    check(
      `hears of the leap second «${leap}», or says nothing of leap seconds`,
      ['pass', 'leapingServer'],
      async (rig) => {
        const seen = (await sampleOf(rig, await rig.act.leapingServer(leap))).leap;
        expectThat(seen === undefined || seen === leap, 'leap', { expected: leap, seen });
      },
    ),
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
];

/** The contract of `hal/ntp.ts`. A board that reaches no server keeps it too. */
export const ntpSuite: ConformanceSuite<Ntp, NtpActs> = {
  port: 'ntp',
  checks: [...suggestions, ...answers, ...refusals, ...forgedReplyChecks],
};

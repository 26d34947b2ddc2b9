import { HalError, type HalErrorCode, kissOf } from '../errors.ts';
import type { Ntp, NtpCheck } from '../ntp.ts';
import type { NtpActs, NtpForgery } from './ntp-acts.ts';
import { type Asked, expectItsTime, sampleOf } from './ntp-samples.ts';
import { expectRejection, impatientOutcomeOf } from './remote.ts';
import { checksOf, expectSame } from './suite.ts';

const check = checksOf<Ntp, NtpActs>();

const codes: readonly HalErrorCode[] = ['timed-out', 'io'];

/** Ways in which a reply is false, the check that notices, and how a title puts it. */
const forgeries: readonly (readonly [NtpForgery, NtpCheck, string])[] = [
  ['source', 'source', 'comes from somebody else'],
  ['originate', 'originate', 'echoes another request'],
  ['mode', 'mode', 'is no answer of a server'],
  ['stratum', 'stratum', 'has a stratum that does not exist'],
  ['leap', 'leap', 'comes from a server that is not synchronised'],
  ['transmit', 'transmit', 'tells no time'],
  ['delay', 'delay', 'was held longer than the exchange took'],
  ['kiss', 'originate', 'refuses another request'],
];

/** What a driver says it checks holds; where it does not say so, that is `unsupported`. */
export const forgedReplyChecks = [
  ...forgeries.flatMap(([forgery, needed, what]) => [
    check(`believes no reply that ${what}`, ['pass', 'timeServer', 'forgedServer'], async (rig) => {
      await expectCheck(rig, needed);
      const name = await rig.act.forgedServer(forgery);
      const query = (signal: AbortSignal) => rig.port.query(name, { signal });
      expectRejection(await impatientOutcomeOf(rig.act.pass, query), codes);
    }),
    check(
      `hears the true reply after one that ${what}`,
      ['pass', 'timeServer', 'contestedServer', 'nowMs'],
      async (rig) => {
        await expectCheck(rig, needed);
        await expectItsTime(rig, await rig.act.contestedServer(forgery));
      },
    ),
  ]),
  check(
    'says that a server refused, and why',
    ['pass', 'timeServer', 'refusingServer'],
    async (rig) => {
      await expectCheck(rig, 'stratum');
      const name = await rig.act.refusingServer();
      const query = (signal: AbortSignal) => rig.port.query(name, { signal });
      const outcome = await impatientOutcomeOf(rig.act.pass, query);
      expectRejection(outcome, ['refused']);
      expectSame('kiss', outcome.kind === 'rejected' ? kissOf(outcome.error) : '', 'RATE');
    },
  ),
  check('says that a reply made no sense', ['pass', 'garblingServer'], async ({ port, act }) => {
    const name = await act.garblingServer();
    const query = (signal: AbortSignal) => port.query(name, { signal });
    expectRejection(await impatientOutcomeOf(act.pass, query), ['io']);
  }),
];

/** Goes on where the driver says of a good reply that it made that check. */
async function expectCheck(
  rig: Asked & { readonly act: Pick<NtpActs, 'timeServer'> },
  needed: NtpCheck,
): Promise<void> {
  const { name } = await rig.act.timeServer();
  const { validated } = await sampleOf(rig, name);
  if (validated.includes(needed)) return;
  throw new HalError('unsupported', 'ntp', `this driver does not check the ${needed}`);
}

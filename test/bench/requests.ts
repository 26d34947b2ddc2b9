import { WebRig } from '../firmware/web/web-rig.ts';
import { encoded, loginPath } from '../firmware/web/qts/qts-client.ts';
import { passwordOf } from '../firmware/two-step/two-step-rig.ts';
import { type Figure, timeByTurns } from './measure.ts';

/** A request in virtual time, beside one that a bare listener of the same board answers. */
export async function measureRequests(): Promise<readonly Figure[]> {
  const rig = await WebRig.start();
  rig.addUser('maria');
  await rig.services.board.network.listen(81, (_, response) => response.end('<bare/>'));
  const query = { user: 'maria', pwd: encoded(passwordOf('maria')) };
  const { body } = await rig.ask({ path: loginPath, query });
  const [, sid = ''] = /<authSid><!\[CDATA\[(.*?)\]\]>/.exec(body) ?? [];
  const times = await timeByTurns(
    {
      sid: () => rig.ask({ path: loginPath, query: { sid }, port: 8080 }),
      bare: () => rig.ask({ path: '/', port: 81 }),
      // The bucket of the address fills up again.
      rest: () => rig.pass(1),
    },
    { rounds: 9, callsPerRound: 100 },
  );
  const { sid: sidMs = 0, bare = 0 } = times;
  return [
    {
      what: 'a request in virtual time: whose session is it',
      seen: `${sidMs.toFixed(3)} ms`,
      beside: `${bare.toFixed(3)} ms with a bare listener`,
      wanted: 'under 1 ms',
      isMet: sidMs < 1,
    },
  ];
}

import * as v from 'valibot';
import type { TimeServer } from '../../peers/time-server.ts';
import type { TimeServerBehaviour } from '../../peers/time-server-behaviour.ts';
import type { StepContext } from '../context.ts';
import { closed, text } from '../schema.ts';
import { defineStep } from '../step.ts';
import { behaviourOf, isFault, timeServerFields } from '../time-server-fields.ts';

/**
 * Sets how a time server behaves, or all of them; what is not said stays. Where it is to do wrong
 * and no client ever meets that, the run is invalid.
 */
export const ntp = defineStep({
  key: 'ntp',
  schema: v.pipe(
    closed({ server: v.exactOptional(text), add: v.exactOptional(text), ...timeServerFields }),
    v.check(
      ({ server, add }) => (server === undefined) !== (add === undefined),
      'say which server',
    ),
    v.check(
      ({ add, ...rest }) => add !== undefined || Object.keys(rest).length > 1,
      'nothing is changed',
    ),
  ),
  usage: 'ntp ntp1.example offset +1d',
  fromWords: ([server = '', field = '', ...words]) => {
    if (server === 'add') return { add: field };
    return { server, [field]: scalarOf(words.join(' ')) };
  },
  run(context, { server: which, add, ...fields }) {
    const change = behaviourOf(fields);
    const servers = add === undefined ? serversOf(context, which ?? '') : [added(context, add)];
    if (servers === undefined) {
      const names = context.bench.timeServers.all.map(({ name }) => name).join(', ');
      return { expected: `a time server of this world: ${names}, or all`, seen: which ?? '' };
    }
    for (const server of servers) order(context, server, change);
    return undefined;
  },
});

function serversOf({ bench }: StepContext, which: string): readonly TimeServer[] | undefined {
  if (which === 'all') return bench.timeServers.all;
  const server = bench.timeServers.find(which);
  return server && [server];
}

function added({ bench }: StepContext, name: string): TimeServer {
  return bench.timeServers.find(name) ?? bench.timeServers.add(name);
}

/** What is wrong with it happens once a client meets that. */
function order(
  { faults, step }: StepContext,
  server: TimeServer,
  change: Partial<TimeServerBehaviour>,
): void {
  const fields = Object.keys(change) as (keyof TimeServerBehaviour)[];
  if (fields.length === 0) return;
  const unmet = server.set(change);
  for (const field of fields.filter((each) => isFault(each, change))) {
    const name = `ntp: ${field.replace(/(Ms|Ppm|Us)$/, '')} of ${server.name}`;
    faults.order({ name, position: step?.position }, () => () => unmet().includes(field));
  }
}

function scalarOf(word: string): unknown {
  if (word === 'true' || word === 'on' || word === '') return true;
  if (word === 'false' || word === 'off') return false;
  return /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word;
}

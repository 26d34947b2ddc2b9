import { HalError } from '#hal/errors';
import type { Bench } from '../bench.ts';
import { hostTurn } from '../kernel/host-turn.ts';
import type { HostGateway } from '../parts/http-port.ts';
import { halErrorOf } from './stimuli.ts';

/** What the host decided when the board asked for something outside of its world. */
export interface HostDecision {
  readonly source: string;
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Stands for the host's sockets while a run that had them is done again: it decides as they did,
 * in the same order, and opens none. What came back through them comes as stimuli.
 */
export function standInFor(bench: Bench, decisions: readonly HostDecision[]): void {
  const { board } = bench;
  const ways = (source: string): (() => boolean) | undefined => {
    const asked = decisions.filter((each) => each.source === source && each.kind === 'way');
    if (asked.length === 0) return undefined;
    return () => asked.shift()?.fields['isOutside'] === true;
  };
  const mail = ways('mail');
  if (mail !== undefined) board.mail.setGateway({ takes: mail, handIn: () => undefined });
  const ntp = ways('ntp');
  if (ntp !== undefined) {
    board.ntp.setGateway({
      get isOpen() {
        return ntp();
      },
      query: () => undefined,
    });
  }
  const opened = decisions.filter(({ source, kind }) => source === 'http' && kind === 'opened');
  if (opened.length > 0) board.network.http.setGateway(opener(opened.map(({ fields }) => fields)));
}

/** The host is done once all else of the instant is. */
function opener(outcomes: readonly HostDecision['fields'][]): HostGateway {
  const left = [...outcomes];
  return async (port) => {
    await hostTurn();
    const outcome = left.shift();
    if (outcome === undefined) throw new HalError('io', 'network', `port ${port} was never opened`);
    if (outcome['code'] !== undefined) throw halErrorOf('network', outcome);
    return {
      address: String(outcome['address']),
      port: Number(outcome['at']),
      isStandIn: true,
      hangUp: () => undefined,
      close: () => Promise.resolve(),
    };
  };
}

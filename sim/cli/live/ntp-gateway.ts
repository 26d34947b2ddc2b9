import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { firmwareBuildMs } from '#firmware/version';
import { ntpPort, parseTimeServer } from '#hal/drivers/time-server-address';
import { HalError, isHalError } from '#hal/errors';
import { createNtp, type NtpDriver } from '#hal/linux/ntp';
import type { Pacer } from '../../kernel/pacer.ts';
import type { NtpGateway, NtpOutcome } from '../../parts/ntp.ts';
import type { TimeServers } from '../../peers/time-servers.ts';
import { loopback } from './ntp-listener.ts';

/** What the gateway lies between. */
export interface NtpGatewayOptions {
  readonly driver: NtpDriver;
  readonly pacer: Pacer;
  readonly timeServers: TimeServers;
  /** At which port of this machine a server of the world listens. */
  portOf(server: string): Promise<number>;
}

type Query = Parameters<NtpGateway['query']>[0];
type Asked = Parameters<NtpGateway['query']>[1];

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Asks time servers over UDP of this host, with a driver as a real board has it: those of the world
 * by their names, and any on this machine by a loopback address. Nothing leaves the machine.
 */
export class LiveNtpGateway implements NtpGateway {
  readonly #options: NtpGatewayOptions;

  constructor(options: NtpGatewayOptions) {
    this.#options = options;
  }

  /** Where true time runs ahead of the host's, no socket can keep up with it. */
  get isOpen(): boolean {
    return this.#options.pacer.speed !== 'max';
  }

  query(query: Query, asked: Asked): void {
    // Where the world has ended meanwhile, nobody is left to hear of it.
    this.#carry(query, asked).catch(() => undefined);
  }

  async #carry(query: Query, { signal, done }: Asked): Promise<void> {
    const outcome = await this.#ask(query, signal);
    await this.#options.pacer.act(() => done(outcome));
  }

  /** Rejects only where something is broken. */
  async #ask({ server, life }: Query, signal: AbortSignal): Promise<NtpOutcome> {
    const { driver, pacer } = this.#options;
    try {
      const address = await this.#addressOf(server, signal);
      const ntp = createNtp({
        driver,
        // The board's clock at this very instant, also where the world has not got there yet.
        clock: { now: () => life.crystal.countAt(pacer.presentUs) / 1000 },
        random: { bytes: (count) => randomBytes(count) },
        pivotMs: firmwareBuildMs,
        servers: [],
      });
      return { ...(await ntp.query(address, { signal })), server };
    } catch (error) {
      if (isHalError(error)) return error;
      throw error;
    }
  }

  async #addressOf(server: string, signal: AbortSignal): Promise<string> {
    const { timeServers } = this.#options;
    const { host, port } = parseTimeServer(server);
    const peer = timeServers.find(host);
    if (peer === undefined) {
      if (loopbackNames.test(host)) return server;
      const names = timeServers.all.map(({ name }) => name).join(', ');
      throw unreachable(`no time server «${host}»: there are ${names} and 127.0.0.1`);
    }
    peer.meet('lookup');
    const { dns, reachable } = peer.behaviour;
    if (dns === 'fails') throw unreachable(`the name ${host} cannot be looked up`);
    if (dns === 'silent' && !signal.aborted) await once(signal, 'abort');
    if (signal.aborted) throw new HalError('timed-out', 'ntp', `${host} was not looked up in time`);
    if (port !== ntpPort) throw unreachable(`${host} refuses to answer at port ${port}`);
    // Nobody listens who could note that somebody asked.
    if (!reachable) peer.meet('request');
    const listening = await this.#options.portOf(peer.name);
    if (listening === 0) throw unreachable(`${host} refuses to answer at port ${port}`);
    return `${loopback}:${listening}`;
  }
}

function unreachable(text: string): HalError {
  return new HalError('unreachable', 'ntp', text);
}

import type { DatagramHandlers, Datagrams, DatagramSocket } from '#hal/datagram';
import { createSntp } from '#hal/drivers/sntp';
import { ntpPort } from '#hal/drivers/time-server-address';
import { HalError, isHalError, kissOf } from '#hal/errors';
import type { Ntp, NtpSample } from '#hal/ntp';
import { firmwareBuildMs } from '#firmware/version';
import { TimePath } from '../peers/time-path.ts';
import type { TimeServer } from '../peers/time-server.ts';
import type { TimeServers } from '../peers/time-servers.ts';
import type { TraceValue } from '../kernel/trace.ts';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';

/** What came of a query. */
export type NtpOutcome = NtpSample | HalError;

/** Asks time servers over the host's network, in real time. */
export interface NtpGateway {
  /** Whether queries are its business now; else they stay within the world. */
  readonly isOpen: boolean;
  /**
   * Begins a query of a board's life. Calls `done` once, as an act of the world; `signal` ends it
   * at once, with an error that says how far it got.
   */
  query(
    query: { readonly server: string; readonly life: Life },
    options: { readonly signal: AbortSignal; readonly done: NtpDone },
  ): void;
}

/** Hears what came of a query. */
export type NtpDone = (outcome: NtpOutcome) => void;

interface OpenCall {
  /** Lets go of the host; nobody is told. */
  drop?: () => void;
}

/** Packets on the way to the board that are late, by server. */
export type NtpState = readonly (readonly [server: string, late: Uint8Array])[];

/**
 * The board's way to time servers: by our own client of NTP and packets that take true time, within
 * the world; or by a gateway. What the client draws by chance is drawn from a stream of its own.
 */
export class NtpPart {
  readonly #site: BoardSite;
  readonly #isLinked: () => boolean;
  readonly #paths = new Map<string, TimePath>();
  readonly #calls = new Set<OpenCall>();
  /** What is to be told to queries that are under way outside, oldest first. */
  readonly #outside: NtpDone[] = [];
  #servers: TimeServers | undefined;
  #gateway: NtpGateway | undefined;

  constructor(site: BoardSite, isLinked: () => boolean) {
    this.#site = site;
    this.#isLinked = isLinked;
  }

  /** From now on there are these servers in the board's world. */
  reach(servers: TimeServers): void {
    this.#servers = servers;
  }

  /** Queries from now on go over the host's network while the gateway is open. */
  setGateway(gateway: NtpGateway | undefined): void {
    this.#gateway = gateway;
  }

  /** Whether a query is under way. */
  get isBusy(): boolean {
    return this.#calls.size > 0;
  }

  /**
   * What a gateway was told outside: the answer to the query that stands at `place` among those
   * that are under way there. A gateway says it through its `done`.
   */
  answer(place: number, outcome: NtpOutcome): void {
    this.#outside[place]?.(outcome);
  }

  /** The firmware's face for one life; what is under way ends with it, unheard. */
  connect(life: Life): Ntp {
    life.onEnd(() => {
      this.#outside.splice(0);
      for (const call of this.#calls) call.drop?.();
      this.#calls.clear();
    });
    const servers = this.#servers?.suggested ?? [];
    const client = createSntp({
      datagrams: this.#datagrams(life),
      clock: life.clock,
      random: this.#site.random('ntp-client'),
      pivotMs: firmwareBuildMs,
      servers,
    });
    return {
      servers,
      query: (server, options) => this.#query({ life, server, client }, options),
    };
  }

  /** What is late, as plain data. */
  save(): NtpState {
    return [...this.#paths].flatMap(([name, path]) => {
      const late = path.save();
      return late === undefined ? [] : [[name, late] as const];
    });
  }

  /** Puts it as it was; after `reach`. */
  restore(state: NtpState): void {
    for (const [name, late] of state) {
      const server = this.#servers?.find(name);
      if (server !== undefined) this.#pathTo(server).restore(late);
    }
  }

  async #query(
    asked: { readonly life: Life; readonly server: string; readonly client: Ntp },
    { signal }: { readonly signal: AbortSignal },
  ): Promise<NtpSample> {
    const { life, server, client } = asked;
    if (!life.isAlive) throw new HalError('closed', 'ntp', 'the board is off');
    this.#site.output('ntp', 'query', { server });
    const call: OpenCall = {};
    this.#calls.add(call);
    try {
      const gateway = this.#isLinked() ? this.#gateway : undefined;
      const isOutside = gateway?.isOpen === true;
      // Whoever does all this again has to know which way it went.
      if (gateway !== undefined) this.#site.stimulus('ntp', 'way', { isOutside, by: 'host' });
      if (!isOutside) return await client.query(server, { signal });
      return await this.#queryOutside(gateway, { life, server, call }, signal);
    } catch (error) {
      // The world sees what the firmware does; who has given up has not failed.
      if (this.#calls.has(call) && isHalError(error) && !signal.aborted) {
        this.#site.output('ntp', 'failed', { server, code: error.code });
      }
      throw error;
    } finally {
      this.#calls.delete(call);
    }
  }

  #queryOutside(
    gateway: NtpGateway,
    asked: { readonly life: Life; readonly server: string; readonly call: OpenCall },
    signal: AbortSignal,
  ): Promise<NtpSample> {
    const { life, server, call } = asked;
    return new Promise((resolve, reject) => {
      const host = new AbortController();
      const abort = (): void => host.abort();
      call.drop = abort;
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      const done: NtpDone = (outcome) => {
        const isFailed = isHalError(outcome);
        // What comes to a board without a link nobody hears, nor does one that is off or hangs.
        const place = this.#outside.indexOf(done);
        if (place < 0 || !life.isListening || (!isFailed && !this.#isLinked())) return;
        this.#outside.splice(place, 1);
        this.#site.stimulus('ntp', 'answered', { place, ...recordOf(outcome) });
        signal.removeEventListener('abort', abort);
        if (isFailed) return reject(outcome);
        if (signal.aborted) return reject(new HalError('timed-out', 'ntp', 'given up'));
        const { stratum = null } = outcome;
        this.#site.output('ntp', 'reply', { server, stratum });
        return resolve(outcome);
      };
      this.#outside.push(done);
      gateway.query({ server, life }, { signal: host.signal, done });
    });
  }

  /** Names are looked up in no time; then packets go their way. */
  #datagrams(life: Life): Datagrams {
    return {
      open: async ({ host, port }, handlers) => {
        if (!this.#isLinked()) throw unreachable('no network adapter has a link');
        const server = this.#servers?.find(host);
        if (server === undefined) throw unreachable(`no time server «${host}» in this world`);
        server.meet('lookup');
        const { dns } = server.behaviour;
        if (dns === 'fails') throw unreachable(`the name ${host} cannot be looked up`);
        if (dns === 'silent') await new Promise<never>(() => undefined);
        return this.#socket(life, { server, port }, handlers);
      },
    };
  }

  #socket(
    life: Life,
    { server, port }: { readonly server: TimeServer; readonly port: number },
    handlers: DatagramHandlers,
  ): DatagramSocket {
    let isOpen = true;
    // What comes to a board without a link, to a dead one or to a closed socket, nobody hears.
    const hears = (): boolean => isOpen && life.isListening && this.#isLinked();
    const refused = (): void => {
      const text = `${server.name} refuses to answer at port ${port}`;
      if (hears()) handlers.onError(unreachable(text));
    };
    return {
      send: (bytes) => {
        if (!isOpen || !life.isAlive || !this.#isLinked()) return life.clock.now();
        if (port !== ntpPort) {
          life.world.after(server.behaviour.delayUs, `${life.boardName}: ntp`, refused);
          return life.clock.now();
        }
        this.#pathTo(server).send(bytes, {
          refused,
          hear: (reply, { isFromServer: isFromPeer }) => {
            if (!hears()) return;
            this.#traceReply(server.name, reply, isFromPeer);
            handlers.onMessage({ bytes: reply, isFromPeer, receivedAtMs: life.clock.now() });
          },
        });
        return life.clock.now();
      },
      close: () => {
        isOpen = false;
      },
    };
  }

  #traceReply(server: string, reply: Uint8Array, isFromPeer: boolean): void {
    const [, stratum = null] = reply;
    const origin = isFromPeer ? undefined : { from: 'elsewhere' };
    this.#site.output('ntp', 'reply', { server, stratum, ...origin });
  }

  #pathTo(server: TimeServer): TimePath {
    let path = this.#paths.get(server.name);
    if (path === undefined) {
      const { world } = this.#site;
      const chance = this.#site.random(`ntp/${server.name}`);
      path = new TimePath({ world, server, chance, owner: `${this.#site.boardName}: ntp` });
      this.#paths.set(server.name, path);
    }
    return path;
  }
}

/** As a trace holds it. */
function recordOf(outcome: NtpOutcome): { readonly [field: string]: TraceValue } {
  if (!isHalError(outcome)) return { ...outcome };
  const { code, message } = outcome;
  const kiss = kissOf(outcome);
  return { code, text: message, ...(kiss !== undefined && { kiss }) };
}

function unreachable(text: string): HalError {
  return new HalError('unreachable', 'ntp', text);
}

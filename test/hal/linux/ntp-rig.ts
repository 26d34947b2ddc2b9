import { randomBytes } from 'node:crypto';
import type { NtpActs, Subject } from '#hal/conformance/index';
import { HalError } from '#hal/errors';
import { createNtp, type NtpDriver } from '#hal/linux/ntp';
import type { Ntp } from '#hal/ntp';
import { kissTo, replyTo } from '../drivers/ntp-replies.ts';
import { UdpTimeServer, type UdpScript } from './udp-time-server.ts';

/** Before anything that the servers of a rig tell. */
export const pivotMs = Date.UTC(2026, 0, 1);
/** What this process calls the time, by a clock that no one sets meanwhile. */
export const hostMs = (): number => performance.timeOrigin + performance.now();

const leapIndicators = { none: 0, insert: 1, delete: 2 } as const;

/** A driver on real sockets, and what a test may do with them. */
export class NtpRig {
  readonly port: Ntp;
  /** Closes the driver. */
  readonly close: () => void;
  readonly #servers: UdpTimeServer[] = [];
  /** Whether all that will come of the query under way is here. */
  #isServed = false;
  #hurry: () => void = () => undefined;

  constructor(driver: NtpDriver, at: Partial<Parameters<typeof createNtp>[0]> = {}) {
    const ntp = createNtp({
      driver,
      clock: { now: () => performance.now() },
      random: { bytes: (count) => Uint8Array.from(randomBytes(count)) },
      pivotMs,
      servers: [],
      ...at,
    });
    this.close = () => ntp.close();
    this.port = {
      servers: ntp.servers,
      query: (server, options) => {
        this.#isServed = false;
        return ntp.query(server, options).finally(() => this.#hurry());
      },
    };
  }

  readonly #act: NtpActs = {
    pass: async (ms) => {
      if (!this.#isServed) await this.#atMost(ms);
      // What is in the sockets is read.
      for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    },
    nowMs: () => performance.now(),
    timeServer: () => this.#answering(0),
    datedServer: (timeMs) => this.#answering(timeMs - hostMs()),
    leapingServer: (leap) =>
      this.#named((request) => [
        { bytes: replyTo(request, { timeMs: hostMs(), fields: { leap: leapIndicators[leap] } }) },
      ]),
    silentServer: () => this.#named(() => []),
    refusingServer: () => this.#named((request) => [{ bytes: kissTo(request, 'RATE') }]),
    garblingServer: () => this.#named(() => [{ bytes: Uint8Array.of(1, 2, 3) }]),
    forgedServer: (forgery) =>
      this.#named((request) => [
        {
          bytes: replyTo(request, { timeMs: hostMs(), forgery }),
          isForeign: forgery === 'source',
        },
      ]),
    contestedServer: async (forgery) => ({
      name: await this.#named((request) => [
        {
          bytes: replyTo(request, { timeMs: hostMs(), forgery }),
          isForeign: forgery === 'source',
        },
        { bytes: replyTo(request, { timeMs: hostMs() }) },
      ]),
      timeMs: hostMs,
    }),
  };

  get subject(): Subject<Ntp, NtpActs> {
    return { port: this.port, act: this.#act };
  }

  /** The time that a query answers, or the text of what it is rejected with. */
  async outcomeOf(server: string, abort = new AbortController()): Promise<string | number> {
    return this.port.query(server, { signal: abort.signal }).then(
      ({ serverTimeMs }) => serverTimeMs,
      (error: unknown) => (error instanceof HalError ? error.message : String(error)),
    );
  }

  /** A server on this machine, which ends with the rig. */
  async serve(script: UdpScript, family: 'udp4' | 'udp6' = 'udp4'): Promise<UdpTimeServer> {
    const server = await UdpTimeServer.start(script, family);
    this.#servers.push(server);
    server.onServed = () => {
      this.#isServed = true;
      this.#hurry();
    };
    return server;
  }

  end(): void {
    for (const server of this.#servers) server.close();
  }

  async #named(script: UdpScript): Promise<string> {
    return (await this.serve(script)).name;
  }

  async #answering(aheadMs: number): Promise<{ name: string; timeMs: () => number }> {
    const timeMs = (): number => hostMs() + aheadMs;
    const name = await this.#named((request) => [
      { bytes: replyTo(request, { timeMs: timeMs() }) },
    ]);
    return { name, timeMs };
  }

  /** Real time, less of it where something comes of the query. */
  async #atMost(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

import type { Clock } from '#hal/clock';
import type { NtpActs, NtpForgery } from '#hal/conformance/index';
import type { DatagramHandlers, DatagramMessage, Datagrams } from '#hal/datagram';
import { createSntp } from '#hal/drivers/sntp';
import { HalError } from '#hal/errors';
import type { Ntp } from '#hal/ntp';
import { createRandom } from '#sim/kernel/random';
import { kissTo, replyTo } from '../drivers/ntp-replies.ts';

/** What a driver knows of its own clock, and the servers of theirs. */
interface Clocks {
  clock(): Clock;
  trueMs(): number;
}

/** What comes of a request, in this order, a moment apart. */
type Script = (
  request: Uint8Array,
  trueMs: number,
) => readonly { readonly bytes: Uint8Array; readonly isForeign?: boolean }[];

/** Does something to a datagram before the driver sees it. */
export type Repair = (message: DatagramMessage, request: Uint8Array) => DatagramMessage;

const oneWayMs = 10;
const pivotMs = Date.UTC(2026, 10, 1);
const leapIndicators = { none: 0, insert: 1, delete: 2 } as const;

/** Time servers, packet by packet, and a driver that keeps its contract. */
export class RemoteSides {
  readonly #clocks: Clocks;
  readonly #servers = new Map<string, Script>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  readonly ntp: Ntp = this.ntpWith((message) => message);

  /** The good driver on a line that does something to what comes. */
  ntpWith(repair: Repair): Ntp {
    return createSntp({
      datagrams: this.#datagrams(repair),
      clock: { now: () => this.#clocks.clock().now() },
      random: createRandom('remote-sides'),
      pivotMs,
      servers: ['time.example'],
    });
  }

  /** What a rig needs beyond its clock. */
  readonly acts: Omit<NtpActs, 'pass' | 'nowMs'> = {
    timeServer: async () => this.#answering(),
    datedServer: async (timeMs) => this.#answering(timeMs - this.#clocks.trueMs()),
    leapingServer: async (leap) =>
      this.#add((request, timeMs) => [
        { bytes: replyTo(request, { timeMs, fields: { leap: leapIndicators[leap] } }) },
      ]),
    silentServer: async () => this.#add(() => []),
    refusingServer: async () => this.#add((request) => [{ bytes: kissTo(request, 'RATE') }]),
    garblingServer: async () => this.#add(() => [{ bytes: Uint8Array.of(1, 2, 3) }]),
    forgedServer: async (forgery) =>
      this.#add((request, timeMs) => [forged(request, { timeMs, forgery })]),
    contestedServer: async (forgery) => ({
      name: this.#add((request, timeMs) => [
        forged(request, { timeMs, forgery }),
        { bytes: replyTo(request, { timeMs }) },
      ]),
      timeMs: () => this.#clocks.trueMs(),
    }),
  };

  #answering(aheadMs = 0): { name: string; timeMs: () => number } {
    const name = this.#add((request, trueMs) => [
      { bytes: replyTo(request, { timeMs: trueMs + aheadMs }) },
    ]);
    return { name, timeMs: () => this.#clocks.trueMs() + aheadMs };
  }

  #add(script: Script): string {
    const name = `server-${this.#servers.size + 1}.example`;
    this.#servers.set(name, script);
    return name;
  }

  #datagrams(repair: Repair): Datagrams {
    return {
      open: async ({ host }, handlers) => {
        const script = this.#servers.get(host);
        if (script === undefined) throw new HalError('unreachable', 'ntp', `no server «${host}»`);
        return this.#socketTo(script, handlers, repair);
      },
    };
  }

  #socketTo(script: Script, { onMessage }: DatagramHandlers, repair: Repair) {
    let isOpen = true;
    const later = (run: () => void, ways = 1): void => {
      this.#clocks.clock().setTimeout(run, ways * oneWayMs);
    };
    return {
      send: (request: Uint8Array): number => {
        later(() =>
          script(request, this.#clocks.trueMs()).forEach(({ bytes, isForeign = false }, place) =>
            // The true reply is as long on its way as the request; what is forged comes sooner.
            later(
              () => {
                const receivedAtMs = this.#clocks.clock().now();
                const message = { bytes, isFromPeer: !isForeign, receivedAtMs };
                if (isOpen) onMessage(repair(message, request));
              },
              1 - 0.5 ** (place + 1),
            ),
          ),
        );
        return this.#clocks.clock().now();
      },
      close: () => (isOpen = false),
    };
  }
}

function forged(
  request: Uint8Array,
  options: { readonly timeMs: number; readonly forgery: NtpForgery },
): { bytes: Uint8Array; isForeign: boolean } {
  return { bytes: replyTo(request, options), isForeign: options.forgery === 'source' };
}

import type { Clock } from '../clock.ts';
import type { DatagramMessage, Datagrams, DatagramSocket } from '../datagram.ts';
import { HalError, KissOfDeath } from '../errors.ts';
import type { Ntp, NtpSample } from '../ntp.ts';
import type { RandomSource } from '../random.ts';
import { encodeNtpPacket, type NtpTimestamp } from './ntp-packet.ts';
import { judgeReply } from './ntp-reply.ts';
import { parseTimeServer, type TimeServerAddress } from './time-server-address.ts';

/** What the driver stands on. */
export interface SntpOptions {
  readonly datagrams: Datagrams;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomSource;
  /** A date in whose era the board lives; the build date does. See `fromNtpTimestamp`. */
  readonly pivotMs: number;
  /** What the board suggests. */
  readonly servers: readonly string[];
  /** For servers that are named without one; 123 unless told otherwise. */
  readonly port?: number;
}

const clientMode = 3;
const version = 4;

/**
 * A client that checks all that a client can check without keys (`validated` lists it), over any
 * UDP. What does not pass is ignored and the query waits on, so that a forged reply which comes
 * first does not win; aborted after such replies only, the query fails with `io`.
 * A request tells nothing but a random number: no time of the board, nothing to recognise it by.
 */
export function createSntp(options: SntpOptions): Ntp {
  return {
    servers: options.servers,
    query: async (server, { signal }) => {
      const peer = parseTimeServer(server, options.port);
      const exchange = new Exchange(options, server);
      const abort = (): void => exchange.abort();
      signal.addEventListener('abort', abort, { once: true });
      try {
        if (signal.aborted) exchange.abort();
        else exchange.begin(peer);
        return await exchange.sample;
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
  };
}

/** One request and what comes of it. */
class Exchange {
  readonly sample: Promise<NtpSample>;
  readonly #options: SntpOptions;
  readonly #server: string;
  readonly #nonce: NtpTimestamp;
  /** Checks that ignored datagrams did not pass. */
  readonly #failed = new Set<string>();
  #settle: { resolve(sample: NtpSample): void; reject(error: unknown): void } | undefined;
  #socket: DatagramSocket | undefined;
  #sentAtMs = 0;

  constructor(options: SntpOptions, server: string) {
    this.#options = options;
    this.#server = server;
    this.#nonce = drawNonce(options.random);
    this.sample = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  begin(peer: TimeServerAddress): void {
    const handlers = {
      onMessage: (message: DatagramMessage) => this.#receive(message),
      onError: (error: HalError) => this.#end()?.reject(error),
    };
    this.#options.datagrams.open(peer, handlers).then(
      (socket) => this.#ask(socket),
      (error: unknown) => this.#end()?.reject(error),
    );
  }

  abort(): void {
    const failed = [...this.#failed];
    this.#end()?.reject(
      failed.length === 0
        ? new HalError('timed-out', 'ntp', `no reply from «${this.#server}»`)
        : new HalError('io', 'ntp', `no valid reply from «${this.#server}»: ${failed.join(', ')}`),
    );
  }

  #ask(socket: DatagramSocket): void {
    // Given up while the name was looked up.
    if (this.#settle === undefined) return socket.close();
    this.#socket = socket;
    this.#sentAtMs = socket.send(requestOf(this.#nonce));
  }

  #receive({ bytes, isFromPeer, receivedAtMs }: DatagramMessage): void {
    if (this.#settle === undefined) return;
    const { pivotMs } = this.#options;
    const sent = { nonce: this.#nonce, sentAtMs: this.#sentAtMs };
    const verdict = judgeReply({ bytes, isFromPeer, receivedAtMs, pivotMs, ...sent });
    switch (verdict.kind) {
      case 'ignored':
        this.#failed.add(verdict.failed);
        return;
      case 'kiss':
        return this.#end()?.reject(
          new KissOfDeath(verdict.kiss, `«${this.#server}» answers ${verdict.kiss}`),
        );
      case 'reading':
        return this.#end()?.resolve({ server: this.#server, ...verdict.reading });
    }
  }

  /** Closes the socket; answers how to settle, the first time only. */
  #end(): { resolve(sample: NtpSample): void; reject(error: unknown): void } | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#socket?.close();
    return settle;
  }
}

/** Nothing in it tells of this board, not even its time. */
function requestOf(nonce: NtpTimestamp): Uint8Array {
  return encodeNtpPacket({
    leap: 0,
    version,
    mode: clientMode,
    stratum: 0,
    poll: 0,
    precision: 0,
    rootDelayMs: 0,
    rootDispersionMs: 0,
    referenceId: new Uint8Array(4),
    reference: 0n,
    originate: 0n,
    receive: 0n,
    transmit: nonce,
  });
}

/** Never 0: that is what a server echoes which echoes nothing. */
function drawNonce(random: RandomSource): NtpTimestamp {
  const bytes = random.bytes(8);
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0) || 1n;
}

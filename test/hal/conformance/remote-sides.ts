import type { Clock } from '#hal/clock';
import { HalError, type HalErrorCode } from '#hal/errors';
import type { Ntp } from '#hal/ntp';

/** Time servers by name; each way of a query takes ten milliseconds. */
export const timeServer = 'time.example';
export const silentTimeServer = 'silent.example';
export const refusingTimeServer = 'kiss.example';
export const garblingTimeServer = 'garble.example';

const oneWayMs = 10;

/** What a driver knows of its own clock, and the servers of theirs. */
interface Clocks {
  clock(): Clock;
  trueMs(): number;
}

/** Servers for what a simulated board does not reach, and drivers that keep their contracts. */
export class RemoteSides {
  readonly #clocks: Clocks;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  readonly ntp: Ntp = {
    query: (server, { signal }) =>
      this.#call(signal, ({ resolve, fail, later }) => {
        const sentAtMs = this.#clocks.clock().now();
        later(() => {
          const serverTimeMs = this.#clocks.trueMs();
          if (server === silentTimeServer) return;
          later(() => {
            if (server === refusingTimeServer) return fail('refused', 'kiss-o’-death RATE');
            if (server === garblingTimeServer) return fail('io', 'a reply of 3 bytes');
            if (server !== timeServer) return fail('unreachable', `no server «${server}»`);
            const receivedAtMs = this.#clocks.clock().now();
            const validated = ['source', 'mode', 'stratum'] as const;
            resolve({ server, serverTimeMs, sentAtMs, receivedAtMs, validated, stratum: 2 });
          });
        });
      }),
  };

  #call<T>(signal: AbortSignal, begin: (call: Call<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (code: HalErrorCode, detail: string): void =>
        reject(new HalError(code, 'ntp', detail));
      const abort = (): void => fail('timed-out', 'given up');
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      const later = (run: () => void): void => {
        this.#clocks.clock().setTimeout(run, oneWayMs);
      };
      return begin({ resolve, fail, later });
    });
  }
}

interface Call<T> {
  readonly resolve: (answer: T) => void;
  readonly fail: (code: HalErrorCode, detail: string) => void;
  /** One way later. */
  readonly later: (run: () => void) => void;
}

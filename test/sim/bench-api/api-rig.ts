import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Bench } from '#sim/bench';
import type { Access } from '#sim/bench-api/access';
import { createBenchApi } from '#sim/bench-api/app';
import { Desk } from '#sim/bench-api/desk';
import { LiveBench } from '#sim/cli/live/live-bench';
import { defaultStartUs } from '#sim/kernel/world';
import { FakeHostClock } from '../kernel/fake-host-clock.ts';

// The firmware loads it as it boots: reading it takes real time, which no test has moved.
await import('node-cron');

/** A request to the API. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API of a bench that is paused, asked without a socket. */
export class ApiRig implements AsyncDisposable {
  readonly live: LiveBench;
  /** The host's time, which stands still until a test moves it. */
  readonly clock: FakeHostClock;
  readonly app: FastifyInstance;
  readonly bugs: readonly unknown[];
  readonly #desk: Desk;

  private constructor(
    parts: Pick<ApiRig, 'live' | 'clock' | 'app' | 'bugs'> & { readonly desk: Desk },
  ) {
    this.live = parts.live;
    this.clock = parts.clock;
    this.app = parts.app;
    this.bugs = parts.bugs;
    this.#desk = parts.desk;
  }

  /** Its board is ready, at its login prompt, unless it is to be off. */
  static async start(
    options: { readonly seed?: number; readonly access?: Access; readonly isOff?: boolean } = {},
  ): Promise<ApiRig> {
    const { access = { host: '127.0.0.1', token: undefined }, isOff = false, seed = 1 } = options;
    const clock = new FakeHostClock();
    const live = new LiveBench({ seed, startUs: defaultStartUs, speed: 1, hostClock: clock });
    const desk = new Desk(live);
    const bugs: unknown[] = [];
    const app = await createBenchApi({ desk, access, onBug: (error) => void bugs.push(error) });
    const rig = new ApiRig({ live, clock, app, bugs, desk });
    if (!isOff) {
      await rig.steps({ power: 'on' });
      await rig.steps([{ 'wait-state': { appliance: 'ready' } }, { 'wait-serial': 'login:' }]);
    }
    return rig;
  }

  get bench(): Bench {
    return this.live.bench;
  }

  /** Asks as a script on this machine does. */
  async ask(path: string, request: ApiRequest = {}): Promise<LightMyRequestResponse> {
    const { method = 'GET', body, headers } = request;
    return this.app.inject({
      method,
      url: path === '/' ? path : `/api/v1${path}`,
      headers: {
        host: '127.0.0.1:7080',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
  }

  /** The answer as JSON. */
  async json<T = Record<string, unknown>>(path: string, request?: ApiRequest): Promise<T> {
    return (await this.ask(path, request)).json<T>();
  }

  /** Does steps. */
  async steps(body: unknown, query = ''): Promise<StepsAnswer> {
    return this.json<StepsAnswer>(`/steps${query}`, { method: 'POST', body });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#desk.close();
    await this.app.close();
    await this.live.end();
  }
}

/** What is answered to steps. */
export interface StepsAnswer {
  readonly t: number;
  readonly outcome: string;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly captures: Readonly<Record<string, string>>;
  readonly pendingFaults: readonly string[];
}

import * as v from 'valibot';
import type { Bench } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import type { TimeServer } from '../peers/time-server.ts';
import type { SpoofFlaw } from '../peers/time-server-behaviour.ts';
import { closed } from '../scenario/schema.ts';
import { behaviourOf, timeServerFields } from '../scenario/time-server-fields.ts';
import type { Duration } from './duration.ts';

/** How a time server is to be, as in the step `ntp` of a scenario; what is not said stays. */
export interface TimeServerWish {
  /** How far its clock is ahead of true time: `+1d`, `-90s`. */
  readonly offset?: string;
  /** `20ppm` */
  readonly drift?: string;
  /** The way there and back. */
  readonly delay?: Duration;
  /** -1 (all of that on the way back) to 1 (there). */
  readonly asymmetry?: number;
  readonly jitter?: Duration;
  /** Chances from 0 to 1. */
  readonly loss?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
  readonly reachable?: boolean;
  readonly silent?: boolean;
  readonly dns?: 'works' | 'fails' | 'silent';
  /** 1 to 16. */
  readonly stratum?: number;
  readonly leap?: 'none' | 'insert' | 'delete' | 'unsynchronised';
  /** `RATE`, `DENY`, `RSTR` …, or `none`. */
  readonly kiss?: string;
  /** A forged reply with a time that is off by so much, or `none`. */
  readonly spoof?: string | { readonly offset: string; readonly flaw?: SpoofFlaw };
  readonly garbled?: boolean;
}

const schema = closed(timeServerFields);

/**
 * The time servers of the world: `ntp1.example`, `ntp2.example`, `ntp3.example`, and what is added.
 */
export class TestNtp {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** The server of that name. */
  server(name: string): TimeServer {
    return this.#bench.timeServers.get(name);
  }

  /** The server, or `all`, behaves so from now on. */
  set(which: string, wish: TimeServerWish): void {
    const found = v.safeParse(schema, wish);
    if (!found.success) {
      const [issue] = found.issues;
      throw new UsageError(`${v.getDotPath(issue) ?? 'a time server'}: ${issue.message}`);
    }
    const servers = which === 'all' ? this.#bench.timeServers.all : [this.server(which)];
    for (const server of servers) server.set(behaviourOf(found.output));
  }

  /** There is another server from now on, honest but for what is wished. */
  add(name: string, wish: TimeServerWish = {}): TimeServer {
    const server = this.#bench.timeServers.add(name);
    if (Object.keys(wish).length > 0) this.set(name, wish);
    return server;
  }
}

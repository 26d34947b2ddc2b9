import { UsageError } from '../kernel/invariant.ts';
import type { World } from '../kernel/world.ts';
import type { TimeServerBehaviour } from './time-server-behaviour.ts';
import { TimeServer, type TimeServerState } from './time-server.ts';

/** All servers at one instant. */
export type TimeServersState = readonly TimeServerState[];

/** Those that a world has from the start, and how far off they are. */
const defaults: readonly (readonly [name: string, delayUs: number])[] = [
  ['ntp1.example', 18_000],
  ['ntp2.example', 26_000],
  ['ntp3.example', 34_000],
];

/** The time servers of a world: three honest ones, and whoever is added. */
export class TimeServers {
  /** What DHCP tells boards to ask. */
  readonly suggested: readonly string[] = defaults.map(([name]) => name);
  readonly #world: World;
  readonly #servers = new Map<string, TimeServer>();

  constructor(world: World) {
    this.#world = world;
    for (const [name, delayUs] of defaults) this.#put(name, { delayUs });
  }

  get all(): readonly TimeServer[] {
    return [...this.#servers.values()];
  }

  /** The server of that name; a `UsageError` where there is none. */
  get(name: string): TimeServer {
    const server = this.find(name);
    if (server !== undefined) return server;
    const names = this.all.map((each) => each.name).join(', ');
    throw new UsageError(`there is no time server «${name}»; there are: ${names}`);
  }

  /** The same, or undefined. */
  find(name: string): TimeServer | undefined {
    return this.#servers.get(name.toLowerCase());
  }

  /** There is another server from now on, honest but for what is said; no board is told of it. */
  add(name: string, behaviour: Partial<TimeServerBehaviour> = {}): TimeServer {
    if (this.find(name) !== undefined) {
      throw new UsageError(`there is a time server «${name}» already: get answers it`);
    }
    this.#world.trace.stimulus('ntp', 'add', { server: name.toLowerCase() });
    const server = this.#put(name);
    if (Object.keys(behaviour).length > 0) server.set(behaviour);
    return server;
  }

  /** All of them as plain data. */
  save(): TimeServersState {
    return this.all.map((server) => server.save());
  }

  /** Puts all as they were. */
  restore(state: TimeServersState): void {
    for (const saved of state) (this.find(saved.name) ?? this.#put(saved.name)).restore(saved);
  }

  #put(name: string, behaviour?: Partial<TimeServerBehaviour>): TimeServer {
    const server = new TimeServer(this.#world, name, behaviour);
    this.#servers.set(server.name, server);
    return server;
  }
}

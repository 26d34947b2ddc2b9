import type { Random } from '../kernel/random.ts';
import type { World } from '../kernel/world.ts';
import type { TimeServer } from './time-server.ts';

/** Who sends a request, and hears what comes of it. */
export interface TimeClient {
  hear(reply: Uint8Array, options: { readonly isFromServer: boolean }): void;
  /** Nobody listens at the server. */
  refused(): void;
}

/** The two ends of a way, and its chance. */
export interface TimePathOptions {
  readonly world: World;
  readonly server: TimeServer;
  /** Drawn from only where the server's behaviour leaves something to chance. */
  readonly chance: Random;
  /** Who has the events of the world, for its guard. */
  readonly owner: string;
  /** The client is none of the world's. */
  readonly isOutside?: boolean;
}

/**
 * The way of packets between a client and a time server. An exchange is two events of the world:
 * the request gets there, the reply comes back (with all else that comes with it).
 */
export class TimePath {
  readonly #options: TimePathOptions;
  /** A reply that is late: it comes with the next. */
  #late: Uint8Array | undefined;

  constructor(options: TimePathOptions) {
    this.#options = options;
  }

  /** A request leaves the client now. */
  send(request: Uint8Array, client: TimeClient): void {
    const { server, chance } = this.#options;
    const { loss } = server.behaviour;
    server.meet('request');
    if (loss > 0 && chance.chance(loss)) {
      this.#lose('request');
      return;
    }
    this.#after(this.#wayUs(1), () => this.#arrive(request, client));
  }

  /** The reply that is late. */
  save(): Uint8Array | undefined {
    return this.#late;
  }

  /** As it was. */
  restore(late: Uint8Array | undefined): void {
    this.#late = late;
  }

  #arrive(request: Uint8Array, client: TimeClient): void {
    const { server } = this.#options;
    if (!server.behaviour.reachable) {
      this.#after(this.#wayUs(-1), () => client.refused());
      return;
    }
    server.meet('arrival');
    const strangers = this.#forge(request);
    const own = this.#reply(request);
    if (strangers.length === 0 && own.length === 0) return;
    this.#after(this.#wayUs(-1), () => {
      for (const { reply, isFromServer } of strangers) client.hear(reply, { isFromServer });
      for (const reply of own) client.hear(reply, { isFromServer: true });
    });
  }

  /** What somebody else answers. */
  #forge(request: Uint8Array): readonly { reply: Uint8Array; isFromServer: boolean }[] {
    const { server, chance } = this.#options;
    const { spoof } = server.behaviour;
    if (spoof === undefined) return [];
    const reply = server.forge(request, spoof, chance.bytes(8));
    return [{ reply, isFromServer: spoof.flaw !== 'source' }];
  }

  /** What the server's own packets are that the client gets in this exchange. */
  #reply(request: Uint8Array): readonly Uint8Array[] {
    const { server, chance } = this.#options;
    const { silent, loss, reorder, duplicate } = server.behaviour;
    const reply = silent ? undefined : server.answer(request);
    if (reply === undefined) return [];
    if (loss > 0 && chance.chance(loss)) {
      this.#lose('reply');
      return [];
    }
    server.meet('reply');
    const before = this.#late === undefined ? [] : [this.#late];
    this.#late = undefined;
    if (reorder > 0 && chance.chance(reorder)) {
      this.#late = reply;
      return before;
    }
    const isTwofold = duplicate > 0 && chance.chance(duplicate);
    return isTwofold ? [...before, reply, reply] : [...before, reply];
  }

  #after(delayUs: number, run: () => void): void {
    const { world, owner, isOutside = false } = this.#options;
    (isOutside ? world.outside : world).after(delayUs, owner, run);
  }

  #lose(packet: 'request' | 'reply'): void {
    const { world, server, isOutside = false } = this.#options;
    const fields = { server: server.name, packet, ...(isOutside && { outside: true }) };
    world.trace.output('ntp', 'lost', fields);
  }

  /** There for 1, back for -1. */
  #wayUs(direction: 1 | -1): number {
    const { server, chance } = this.#options;
    const { delayUs, asymmetry, jitterUs } = server.behaviour;
    const wayUs = Math.round((delayUs / 2) * (1 + direction * asymmetry));
    return jitterUs > 0 ? wayUs + chance.integer(0, jitterUs) : wayUs;
  }
}

import { UsageError } from '../../kernel/invariant.ts';
import type { SerialKind } from '../../serial-servers/kind.ts';
import type { LineHost } from '../../serial-servers/shared-line.ts';
import { SerialServers } from '../../serial-servers/serial-servers.ts';

/** How programs may attach to the serial console. */
export interface SerialWishes {
  readonly kinds: readonly SerialKind[];
  /** Whether somebody has asked for them: what cannot be had is then an error. */
  readonly isAsked: boolean;
}

/** What `nasboard` opens where nothing was asked for. */
export const serialOtherwise: SerialWishes = {
  kinds: [{ kind: 'pty', link: undefined }],
  isAsked: false,
};

/** The serial console in real time: programs of this machine attach to it. */
export class LiveSerial {
  readonly #wishes: SerialWishes;
  readonly #servers: SerialServers;
  readonly #problems: string[] = [];

  /** Nobody can attach before `open`. */
  constructor(host: LineHost, wishes: SerialWishes, onBug: (error: unknown) => void) {
    this.#wishes = wishes;
    this.#servers = new SerialServers({ host, onBug });
  }

  /** Rejects with a `UsageError` where something was asked for that cannot be had. */
  async open(): Promise<void> {
    for (const kind of this.#wishes.kinds) {
      try {
        await this.#servers.open(kind);
      } catch (error) {
        if (!(error instanceof UsageError) || this.#wishes.isAsked) throw error;
        this.#problems.push(`none: ${error.message}`);
      }
    }
  }

  /** Where to attach, for people. */
  get where(): readonly string[] {
    return [...this.#servers.places, ...this.#problems];
  }

  /** The same, and who is attached. */
  get lines(): readonly string[] {
    const places = this.where.length === 0 ? ['nobody can attach: see --serial'] : this.where;
    const { clients } = this.#servers;
    return [...places, ...(clients.length === 0 ? ['nobody is attached'] : clients)];
  }

  close(): Promise<void> {
    return this.#servers.close();
  }
}

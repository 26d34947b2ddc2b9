import type { NtpDriver } from '#hal/linux/ntp';
import type { Bench } from '../../bench.ts';
import type { Pacer } from '../../kernel/pacer.ts';
import type { TimeServer } from '../../peers/time-server.ts';
import { LiveNtpGateway } from './ntp-gateway.ts';
import { loopback, NtpListener } from './ntp-listener.ts';

/** What time servers are about, of a bench. */
export type NtpBench = Pick<Bench, 'world' | 'board' | 'timeServers'>;

/** Time servers in real time: NTP both ways, over UDP of this machine. */
export class LiveNtp {
  readonly #bench: NtpBench;
  readonly #pacer: Pacer;
  readonly #driver: NtpDriver | undefined;
  readonly #listeners = new Map<string, Promise<NtpListener>>();
  #ports: readonly (readonly [name: string, port: number])[] = [];
  #problem: string | undefined;

  /**
   * The board's queries stay within the world until `open`; without a driver also then, and others
   * ask the servers all the same.
   */
  constructor(bench: NtpBench, pacer: Pacer, driver?: NtpDriver) {
    this.#bench = bench;
    this.#pacer = pacer;
    this.#driver = driver;
  }

  /** The servers listen. Where this machine does not let them, queries stay within the world. */
  async open(): Promise<void> {
    const { board, timeServers } = this.#bench;
    try {
      this.#ports = await Promise.all(
        timeServers.all.map(async (server) => [server.name, await this.#portOf(server)] as const),
      );
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      return;
    }
    const driver = this.#driver;
    if (driver === undefined) return;
    board.ntp.setGateway(
      new LiveNtpGateway({
        driver,
        pacer: this.#pacer,
        timeServers,
        portOf: (name) => this.#portOf(timeServers.get(name)),
      }),
    );
  }

  /** Where the servers can be asked, for people. */
  get where(): string {
    const names = this.#bench.timeServers.suggested;
    if (this.#problem !== undefined) {
      return `${names.join(', ')} (for the board only: ${this.#problem})`;
    }
    return this.#ports.map(([name, port]) => `${name} (UDP ${loopback}:${port})`).join('  ');
  }

  /** Nobody listens any more. */
  close(): void {
    this.#bench.board.ntp.setGateway(undefined);
    for (const opening of this.#listeners.values()) {
      // One that could not be opened has nothing to close.
      opening.then((listener) => listener.close()).catch(() => undefined);
    }
    this.#listeners.clear();
  }

  async #portOf(server: TimeServer): Promise<number> {
    let opening = this.#listeners.get(server.name);
    if (opening === undefined) {
      opening = this.#listen(server);
      this.#listeners.set(server.name, opening);
    }
    return (await opening).port;
  }

  async #listen(server: TimeServer): Promise<NtpListener> {
    const act = (stimulus: () => void): Promise<void> => this.#pacer.act(stimulus);
    const listener = new NtpListener(this.#bench.world, server, act);
    await listener.open();
    return listener;
  }
}

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
  readonly #pacer: Pacer;
  readonly #driver: NtpDriver | undefined;
  readonly #listeners = new Map<string, Promise<NtpListener>>();
  #bench: NtpBench;
  #isOpen = false;
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
    try {
      this.#ports = await Promise.all(
        this.#bench.timeServers.all.map(
          async (server) => [server.name, await this.#portOf(server)] as const,
        ),
      );
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      return;
    }
    this.#isOpen = true;
    this.#setGateway();
  }

  /** From now on it is about this bench. */
  follow(bench: NtpBench): void {
    if (bench === this.#bench) return;
    this.#bench.board.ntp.setGateway(undefined);
    this.#bench = bench;
    for (const [name, opening] of this.#listeners) {
      const server = bench.timeServers.find(name);
      if (server === undefined) this.#listeners.delete(name);
      opening
        .then((listener) =>
          server === undefined ? listener.close() : listener.stand(bench.world, server),
        )
        // One that could not be opened stands for nobody.
        .catch(() => undefined);
    }
    if (this.#isOpen) this.#setGateway();
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
    this.#isOpen = false;
    this.#bench.board.ntp.setGateway(undefined);
    for (const opening of this.#listeners.values()) {
      // One that could not be opened has nothing to close.
      opening.then((listener) => listener.close()).catch(() => undefined);
    }
    this.#listeners.clear();
  }

  #setGateway(): void {
    const { board, timeServers } = this.#bench;
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

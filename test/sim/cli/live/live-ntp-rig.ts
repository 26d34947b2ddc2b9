import type { Ntp } from '#hal/ntp';
import type { NtpDriver } from '#hal/linux/ntp';
import { SimBoard } from '#sim/board';
import { LiveNtp } from '#sim/cli/live/live-ntp';
import { Pacer } from '#sim/kernel/pacer';
import { World } from '#sim/kernel/world';
import { TimeServers } from '#sim/peers/time-servers';

/** A board in real time whose firmware does nothing but hand out its NTP port. */
export class LiveNtpRig {
  readonly world: World;
  readonly board: SimBoard;
  readonly timeServers: TimeServers;
  readonly pacer: Pacer;
  readonly live: LiveNtp;
  #port: Ntp | undefined;
  #nowMs: () => number = () => 0;

  constructor(options: {
    readonly driver?: NtpDriver;
    readonly speed?: number;
    readonly startUs?: number;
  }) {
    const { driver, speed = 10, startUs } = options;
    this.world = new World(startUs === undefined ? {} : { startUs });
    this.board = new SimBoard(this.world, { crystalPpm: 40 });
    this.timeServers = new TimeServers(this.world);
    this.board.ntp.reach(this.timeServers);
    this.board.install((board) => {
      this.#port = board.ntp;
      this.#nowMs = () => board.clock.now();
      return { stop: () => undefined };
    });
    this.pacer = new Pacer(this.world, { speed });
    this.live = new LiveNtp(this, this.pacer, driver);
  }

  /** Powers the board on; the time servers listen. */
  async start(): Promise<void> {
    await this.live.open();
    await this.pacer.act(() => this.board.powerOn());
    this.pacer.resume();
  }

  get port(): Ntp {
    if (this.#port === undefined) throw new Error('the board is off');
    return this.#port;
  }

  /** The board's monotonic clock. */
  nowMs(): number {
    return this.#nowMs();
  }

  /** The UDP port of this machine at which a server listens. */
  portOf(name: string): number {
    const [, port = ''] =
      new RegExp(`${name} \\(UDP 127\\.0\\.0\\.1:(\\d+)\\)`).exec(this.live.where) ?? [];
    return Number(port);
  }

  async pass(ms: number): Promise<void> {
    await this.pacer.drive((runner) =>
      runner.runWhile(() => true, this.world.nowUs + Math.ceil(ms * 1000)),
    );
  }

  async end(): Promise<void> {
    await this.pacer.stop();
    this.live.close();
    this.board.cutPower();
  }
}

import type { Network } from '#hal/network';
import { SimBoard } from '#sim/board';
import { LiveWeb, type LiveWebOptions } from '#sim/cli/live/live-web';
import { Pacer } from '#sim/kernel/pacer';
import { World } from '#sim/kernel/world';

/** A board in real time whose firmware does nothing but hand out its network port. */
export class LiveWebRig {
  readonly world = new World();
  readonly board = new SimBoard(this.world);
  readonly pacer = new Pacer(this.world, { speed: 10 });
  readonly web: LiveWeb;
  /** What people were told, line by line. */
  readonly notices: string[] = [];
  #port: Network | undefined;

  constructor(options: LiveWebOptions = {}) {
    this.board.install((board) => {
      this.#port = board.network;
      return { stop: () => undefined };
    });
    this.web = new LiveWeb(this.board.network.http, this.pacer, options);
    this.web.onNotice((line) => void this.notices.push(line));
  }

  /** Powers the board on; its ports are opened on this machine. */
  async start(): Promise<void> {
    await this.web.open();
    await this.act(() => this.board.powerOn());
    this.pacer.resume();
  }

  get port(): Network {
    if (this.#port === undefined) throw new Error('the board is off');
    return this.#port;
  }

  async act<T>(stimulus: () => T): Promise<Awaited<T>> {
    return await this.pacer.act(stimulus);
  }

  async pass(ms: number): Promise<void> {
    await this.pacer.drive((runner) =>
      runner.runWhile(() => true, this.world.nowUs + Math.ceil(ms * 1000)),
    );
  }

  async end(): Promise<void> {
    await this.pacer.stop();
    this.web.close();
    this.board.cutPower();
  }
}

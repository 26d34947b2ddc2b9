import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimBoard } from '#sim/board';
import { Pacer } from '#sim/kernel/pacer';
import { World } from '#sim/kernel/world';
import { parseSerialKind } from '#sim/serial-servers/kind';
import { SerialServers } from '#sim/serial-servers/serial-servers';
import type { LineHost } from '#sim/serial-servers/shared-line';

/** What the board does with what it gets. */
export type Answering = 'echo' | 'nothing';

/** Longer than anything here takes: what has not come by then will not come. */
const limitMs = 20_000;

/** A board in real time with a small firmware, and servers to attach to its serial line. */
export class SerialRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'nasboard-serial-'));
  readonly servers: SerialServers;
  readonly pacer: Pacer;
  /** What a line is attached to. */
  readonly host: LineHost;
  readonly #bugs: unknown[] = [];
  readonly #answering: Answering;
  readonly #world = new World({});
  #board = new SimBoard(this.#world, {});
  #attach: ((bench: { board: SimBoard }) => () => void) | undefined;
  #detach: () => void = () => undefined;
  #got = Buffer.alloc(0);

  constructor(answering: Answering = 'echo') {
    this.#answering = answering;
    this.pacer = new Pacer(this.#world);
    this.host = {
      withBench: (attach) => {
        this.#attach = attach;
        this.#detach = attach({ board: this.board });
        return () => this.#detach();
      },
      pacer: this.pacer,
    };
    this.servers = new SerialServers({
      host: this.host,
      onBug: (error) => void this.#bugs.push(error),
    });
    this.#install(this.board);
  }

  get board(): SimBoard {
    return this.#board;
  }

  /** All that the board has got so far. */
  get got(): Buffer {
    return this.#got;
  }

  /** Opens servers, as `--serial` names them, and switches the board on. */
  async start(...kinds: readonly string[]): Promise<void> {
    for (const text of kinds) {
      const kind = parseSerialKind(text);
      if (kind !== undefined) await this.servers.open(kind);
    }
    await this.pacer.act(() => this.board.powerOn());
    this.pacer.resume();
  }

  /** The port at which the servers of one protocol listen. */
  portOf(kind: string): number {
    const place = this.servers.places.find((line) => line.startsWith(kind)) ?? '';
    return Number(/:(\d+)/.exec(place)?.[1]);
  }

  /** The board sends something. */
  async say(bytes: Uint8Array | string): Promise<void> {
    await this.pacer.act(() => this.#say(Buffer.from(bytes)));
  }

  /** Resolves when it is so; looked at whenever the board or a client has done something. */
  async until(isSo: () => boolean, what: string): Promise<void> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
    }, limitMs);
    while (!isSo()) {
      if (isLate) throw new Error(`not within ${limitMs} ms: ${what}; got ${this.#got.toString()}`);
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    clearTimeout(timer);
  }

  /** Until the board has got this. */
  async untilGot(bytes: Uint8Array | string): Promise<void> {
    await this.until(
      () => this.#got.includes(Buffer.from(bytes)),
      `the board gets ${Buffer.from(bytes).toString()}`,
    );
  }

  async untilClients(count: number): Promise<void> {
    await this.until(() => this.servers.clients.length === count, `${count} clients`);
  }

  /** Another board takes the place of this one, as after time travel. */
  async replaceBoard(): Promise<void> {
    await this.pacer.act(() => {
      this.#detach();
      this.#board.cutPower();
      this.#board = new SimBoard(this.#world, {});
      this.#install(this.#board);
      this.#detach = this.#attach?.({ board: this.#board }) ?? this.#detach;
      this.#board.powerOn();
    });
  }

  /** What the trace says of the serial line's stimuli. */
  get stimuli(): readonly string[] {
    return this.#world.trace.records
      .filter(({ source, stimulus }) => source === 'uart' && stimulus === true)
      .map(
        ({ kind, t: _t, source: _source, stimulus: _stimulus, ...fields }) =>
          `${kind} ${JSON.stringify(fields)}`,
      );
  }

  /** Throws where serving a client has failed. */
  async end(): Promise<void> {
    await this.servers.close();
    await this.pacer.stop();
    this.board.cutPower();
    rmSync(this.folder, { recursive: true });
    if (this.#bugs.length > 0) throw new AggregateError(this.#bugs, 'serving a client failed');
  }

  #say: (bytes: Buffer) => void = () => undefined;

  #install(simulated: SimBoard): void {
    simulated.install(({ console: stream }) => {
      this.#say = (bytes) => void stream.write(bytes);
      stream.on('data', (bytes: Buffer) => {
        this.#got = Buffer.concat([this.#got, bytes]);
        if (this.#answering === 'echo') stream.write(bytes);
      });
      return { stop: () => undefined };
    });
  }
}

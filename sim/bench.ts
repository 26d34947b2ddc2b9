import {
  startFirmware,
  type Firmware,
  type FirmwareOptions,
  type FirmwareRecord,
} from '#firmware/index';
import { SimBoard, type BoardOptions } from './board.ts';
import type { BoardState } from './board-state.ts';
import { factoryImage } from './factory.ts';
import { UsageError } from './kernel/invariant.ts';
import type { RandomState } from './kernel/random.ts';
import type { Trace, TraceHeader, TraceRecord } from './kernel/trace.ts';
import type { HttpResponse } from './parts/http-port.ts';
import { wireRequestOf, type HttpRequest } from './peers/http-client.ts';
import { MailServer, type MailServerState } from './peers/mail-server.ts';
import type { TimeServerBehaviour } from './peers/time-server-behaviour.ts';
import { TimeServers, type TimeServersState } from './peers/time-servers.ts';
import { traceHeader } from './trace-header.ts';
import { World } from './kernel/world.ts';
import { slewClock, type Slew } from './wall-clock-slew.ts';
import { clockFields } from './wall-clock-record.ts';

/** A world with one board and the appliance's firmware on it. */
export interface BenchOptions {
  /** Decides all chance, and the label. 1 unless told otherwise. */
  readonly seed?: number;
  /** 1 unless told otherwise; where a board is kept between runs, each has chance of its own. */
  readonly startCount?: number;
  /** True time at the start, µs since the Unix epoch. */
  readonly startUs?: number;
  readonly board?: BoardOptions;
  /** As the appliance is shipped, but with password hashes at test cost unless told otherwise. */
  readonly firmware?: FirmwareOptions;
  /** How all time servers behave from the start; right and honest unless told otherwise. */
  readonly timeServers?: Partial<TimeServerBehaviour>;
  /** Starts with an erased flash instead of the factory's. */
  readonly isBlank?: boolean;
  readonly traceRecordsMax?: number;
}

/** A whole bench at one instant; as often as wanted, a bench can go on from it. */
export interface BenchSnapshot {
  readonly seed: number;
  readonly atUs: number;
  /** How many events had happened at that instant. */
  readonly instantEvents: number;
  readonly options: BenchOptions;
  readonly random: RandomState;
  readonly board: BoardState;
  readonly firmware: FirmwareRecord;
  readonly mailServer: MailServerState;
  readonly timeServers: TimeServersState;
}

/** The trace of a bench up to an instant. */
export interface TracePast {
  readonly startUs: number;
  readonly records: readonly TraceRecord[];
}

/** The bench: what scenarios, the prompt and the test kit act on. */
export class Bench {
  readonly world: World;
  readonly board: SimBoard;
  /** `mail.example`, the one mail server that the board can reach. */
  readonly mailServer: MailServer;
  /** `ntp1.example` to `ntp3.example`, right and honest at first, and whoever is added. */
  readonly timeServers: TimeServers;
  readonly #options: BenchOptions;
  readonly #isRestored: boolean;
  #past: TracePast | undefined;
  #firmware: Firmware | undefined;
  /** Taken by the first start of the firmware; later ones boot. */
  #resume: FirmwareRecord | undefined;

  constructor(world: World, board: SimBoard, options: BenchOptions, resume?: FirmwareRecord) {
    this.world = world;
    this.board = board;
    this.#options = options;
    this.#resume = resume;
    this.#isRestored = resume !== undefined;
    this.mailServer = new MailServer(world);
    this.timeServers = new TimeServers(world);
    board.mail.reach(this.mailServer);
    board.ntp.reach(this.timeServers);
    if (options.timeServers !== undefined && resume === undefined) {
      for (const server of this.timeServers.all) server.set(options.timeServers);
    }
    board.install((port) => {
      const firmware = startFirmware(port, {
        passwordCost: 'test',
        onBug: (error) => world.reportBug(error),
        ...options.firmware,
        ...(this.#resume !== undefined && { resume: this.#resume }),
      });
      this.#resume = undefined;
      this.#watch(firmware);
      return firmware;
    });
    board.onPower((event) => {
      if (event === 'on' || event === 'start') return;
      this.#firmware = undefined;
      world.trace.output('firmware', 'state', { chart: 'appliance', state: 'off' });
    });
  }

  get trace(): Trace {
    return this.world.trace;
  }

  /** The firmware of the present life; absent while the board is off or restarts. */
  get firmware(): Firmware | undefined {
    return this.#firmware;
  }

  /**
   * Present state of every chart, by chart name; `appliance` is `off` while there is no firmware.
   */
  states(): Readonly<Record<string, string>> {
    return this.#firmware?.states() ?? { appliance: 'off' };
  }

  /** Present state of one chart, `two-step.NAME` among them; undefined where there is none. */
  stateOf(chart: string): string | undefined {
    if (this.#firmware === undefined) return this.states()[chart];
    return this.#firmware.stateOf(chart);
  }

  /**
   * Makes an HTTP request at this instant, from outside. It is answered once the world runs on and
   * time has passed that the answer takes: mostly none. Rejects with `ConnectionFailed` where
   * nobody answers.
   */
  async http(request: HttpRequest): Promise<HttpResponse> {
    return this.board.network.http.request(wireRequestOf(request));
  }

  /**
   * The wall clock moves by so much, as if another program on the appliance had set it. Answers
   * whether there is a firmware whose clock could.
   */
  disturbWallClock(byMs: number): boolean {
    return this.#moveWallClock({ byMs });
  }

  /**
   * The same bit by bit, in a span of true time. Answers how to tell whether there was a firmware
   * to feel it, to the end of it.
   */
  slewWallClock(slew: Slew): () => boolean {
    this.trace.stimulus('clock', 'slew', { ...slew });
    return slewClock(this.world, slew, (byMs) => this.#moveWallClock({ byMs, by: 'slew' }));
  }

  #moveWallClock(jump: { readonly byMs: number; readonly by?: 'slew' }): boolean {
    this.trace.stimulus('clock', 'jump', { ...jump });
    const { byMs } = jump;
    if (this.#firmware?.wallClockMs() === undefined) return false;
    this.#firmware.disturbWallClock(byMs);
    return true;
  }

  /** What stands above every record of this trace. */
  get traceHeader(): TraceHeader {
    const { startUs = this.world.startUs } = this.#past ?? {};
    const isRestored = this.#isRestored && this.#past === undefined;
    return traceHeader(this.board, this.#options, { startUs, isRestored });
  }

  /** The trace so far, as JSON Lines; `about` goes into its first line. */
  traceText(about: Partial<TraceHeader> = {}): string {
    return this.trace.toJsonLines({ ...this.traceHeader, ...about });
  }

  /** What has come before this bench went on: its trace goes on from there. */
  continueTrace(past: TracePast): void {
    this.#past = past;
    this.trace.continueFrom(past.records);
  }

  /**
   * The bench at this instant, for `restoreBench`. Only while the appliance is ready and nothing is
   * under way: nobody logged in, no press, no beep, no event that was ordered for later, no failed
   * login that counts, no mailed code that is good. A wait after wrong codes begins anew.
   */
  snapshot(): BenchSnapshot {
    const rest = this.#rest();
    if (rest === undefined) {
      throw new UsageError(
        'a snapshot needs a ready appliance at rest: end sessions, let presses, beeps, ' +
          'mailed codes and counted failures of logins pass',
      );
    }
    const { world } = this;
    return {
      seed: world.random.seed,
      atUs: world.nowUs,
      instantEvents: world.instantEvents,
      options: this.#options,
      random: world.random.save(),
      ...rest,
      mailServer: this.mailServer.save(),
      timeServers: this.timeServers.save(),
    };
  }

  /** Whether a snapshot can be taken now. */
  get isAtRest(): boolean {
    return this.#rest() !== undefined;
  }

  /** Switches the board off and frees what it holds. */
  stop(): void {
    this.board.powerOff();
  }

  #rest(): Pick<BenchSnapshot, 'board' | 'firmware'> | undefined {
    const firmware = this.#firmware?.record();
    if (firmware === undefined) return undefined;
    const board = this.board.save();
    if (board === undefined || board.pendingEvents !== this.world.ownPendingEvents)
      return undefined;
    return { board, firmware };
  }

  #watch(firmware: Firmware): void {
    this.#firmware = firmware;
    const seen = new Map<string, string>();
    const note = (chart: string, state: string): void => {
      if (seen.get(chart) === state) return;
      seen.set(chart, state);
      this.trace.output('firmware', 'state', { chart, state });
    };
    for (const [chart, state] of Object.entries(firmware.states())) note(chart, state);
    firmware.onState(note);
    this.#noteMotion(firmware);
    firmware.onMotion(() => this.#noteMotion(firmware));
  }

  /** How the wall clock moves from now on: between two such records anybody can work it out. */
  #noteMotion(firmware: Firmware): void {
    const fields = clockFields(firmware, this.board);
    if (fields !== undefined) this.trace.output('firmware', 'wall-clock', fields);
  }
}

/** A bench with its board switched off. */
export function createBench(options: BenchOptions = {}): Bench {
  const { seed, startCount, startUs, traceRecordsMax, board, isBlank = false } = options;
  const world = new World({
    ...(seed !== undefined && { seed }),
    ...(startCount !== undefined && { startCount }),
    ...(startUs !== undefined && { startUs }),
    ...(traceRecordsMax !== undefined && { traceRecordsMax }),
  });
  const flash = isBlank ? board?.flash : { image: factoryImage(), ...board?.flash };
  const simBoard = new SimBoard(world, { ...board, ...(flash !== undefined && { flash }) });
  return new Bench(world, simBoard, options);
}

/** A bench that goes on from a snapshot, as the one it was taken from would have. */
export function restoreBench(snapshot: BenchSnapshot): Bench {
  const { seed, atUs, instantEvents, options } = snapshot;
  const { startCount, traceRecordsMax } = options;
  const world = new World({
    seed,
    ...(startCount !== undefined && { startCount }),
    startUs: atUs,
    instantEvents,
    ...(traceRecordsMax !== undefined && { traceRecordsMax }),
  });
  const bench = new Bench(world, new SimBoard(world, options.board), options, snapshot.firmware);
  world.random.restore(snapshot.random);
  bench.mailServer.restore(snapshot.mailServer);
  bench.timeServers.restore(snapshot.timeServers);
  bench.board.resume(snapshot.board);
  // A firmware that goes on draws what one that boots does: here that has been drawn before.
  world.random.restore(snapshot.random);
  return bench;
}

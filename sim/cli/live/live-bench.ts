import type { NtpDriver } from '#hal/linux/ntp';
import { createBench, type Bench, type BenchOptions } from '../../bench.ts';
import { hostClock, type HostClock } from '../../kernel/host-clock.ts';
import { UsageError } from '../../kernel/invariant.ts';
import { Pacer, type Speed } from '../../kernel/pacer.ts';
import type { StateDirectory } from '../../state-dir.ts';
import { LiveMail } from './live-mail.ts';
import { LiveNtp } from './live-ntp.ts';
import { LiveWeb, type LiveWebOptions } from './live-web.ts';
import { restoreParts, saveBoard, savedBoardOptions } from './saved-board.ts';

/** What the live bench is made of. */
export interface LiveBenchOptions {
  /** That of the saved board where there is one, else 1, unless told otherwise. */
  readonly seed?: number;
  readonly startUs: number;
  readonly speed: Speed;
  /** How the board differs from the standard one. */
  readonly base?: Omit<BenchOptions, 'seed' | 'startUs'>;
  /** Keeps the board between runs. */
  readonly state?: StateDirectory;
  readonly hostClock?: HostClock;
  /** Where the NAS's web server is opened on this machine. */
  readonly web?: LiveWebOptions;
  /** With what the board asks time servers over this host's UDP; without, within the world. */
  readonly ntpDriver?: NtpDriver;
}

/** A long run must not fill the memory: the last so many records are kept. */
const traceRecordsMax = 200_000;

/** After a change to flash or disks it is saved within so long, so that a crash loses little. */
const saveWithinMs = 2_000;

/** A board in real time, kept in a state directory where there is one. */
export class LiveBench {
  readonly bench: Bench;
  readonly pacer: Pacer;
  readonly mail: LiveMail;
  readonly ntp: LiveNtp;
  readonly web: LiveWeb;
  /** Whether the board comes from the state directory. */
  readonly isRestored: boolean;
  readonly #state: StateDirectory | undefined;
  readonly #host: HostClock;
  #savedOperations = 0;
  #savedVolume: unknown;
  #saveTimer: unknown;

  /** The board is off and time stands still until `start`. */
  constructor(options: LiveBenchOptions) {
    const { startUs, state, base = {} } = options;
    const wanted = base.board ?? {};
    const saved = state?.read();
    refuseOtherSeed(saved?.facts.seed, options.seed);
    this.bench = createBench({
      ...base,
      seed: saved?.facts.seed ?? options.seed ?? 1,
      startCount: (saved?.facts.startCount ?? 0) + 1,
      startUs,
      traceRecordsMax,
      board: saved === undefined ? wanted : savedBoardOptions(saved, wanted, startUs),
      // People wait for a hash as long as on the real appliance.
      firmware: { ...base.firmware, passwordCost: 'owasp' },
    });
    if (saved !== undefined) restoreParts(this.bench.board, saved, wanted);
    this.isRestored = saved !== undefined;
    this.#state = state;
    this.#host = options.hostClock ?? hostClock;
    this.pacer = new Pacer(this.bench.world, { speed: options.speed, hostClock: this.#host });
    this.mail = new LiveMail(this.bench, this.pacer);
    this.ntp = new LiveNtp(this.bench, this.pacer, options.ntpDriver);
    this.web = new LiveWeb(this.bench.board.network.http, this.pacer, options.web);
    this.#noteSaved();
  }

  /** What others on this machine can connect to opens. */
  async open(): Promise<void> {
    await this.web.open();
    await this.mail.open();
    await this.ntp.open();
  }

  /** Switches the board on, unless told otherwise; from here on time passes. */
  async start(power: 'on' | 'off' = 'on'): Promise<void> {
    if (this.#state !== undefined) this.bench.trace.onRecord(() => this.#saveSoon());
    if (power === 'on') await this.pacer.act(() => this.bench.board.powerOn());
    this.pacer.resume();
  }

  /** Stops time, pulls the board's plug and saves what is left. */
  async end(): Promise<void> {
    this.#host.clearTimeout(this.#saveTimer);
    await this.pacer.stop();
    this.mail.close();
    this.ntp.close();
    this.web.close();
    this.bench.board.cutPower();
    this.#state?.write(saveBoard(this.bench.board));
  }

  #saveSoon(): void {
    const { flash, dataVolume } = this.bench.board;
    const isSaved =
      flash.operations === this.#savedOperations && dataVolume.image() === this.#savedVolume;
    if (isSaved || this.#saveTimer !== undefined) return;
    this.#saveTimer = this.#host.setTimeout(() => {
      this.#saveTimer = undefined;
      // Where the world or the directory failed meanwhile, `pacer.ended` or `end` says so.
      this.pacer.act(() => this.#save()).catch(() => undefined);
    }, saveWithinMs);
  }

  #save(): void {
    this.#state?.write(saveBoard(this.bench.board));
    this.#noteSaved();
  }

  #noteSaved(): void {
    this.#savedOperations = this.bench.board.flash.operations;
    this.#savedVolume = this.bench.board.dataVolume.image();
  }
}

function refuseOtherSeed(saved: number | undefined, asked: number | undefined): void {
  if (saved === undefined || asked === undefined || saved === asked) return;
  throw new UsageError(
    `the state directory keeps a board with seed ${saved}, not ${asked}: ` +
      'leave --seed out, or use another directory for another board',
  );
}

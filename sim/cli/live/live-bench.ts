import type { NtpDriver } from '#hal/linux/ntp';
import { beginBench, type Beginning } from '../../beginning.ts';
import type { Bench, BenchOptions } from '../../bench.ts';
import { hostClock, type HostClock } from '../../kernel/host-clock.ts';
import { UsageError } from '../../kernel/invariant.ts';
import { Pacer, type Speed } from '../../kernel/pacer.ts';
import { Phone } from '../../peers/phone.ts';
import { History } from '../../replay/history.ts';
import { decodeWorld, encodeWorld } from '../../replay/save-file.ts';
import type { Travel } from '../../scenario/context.ts';
import type { SavedBoard, StateDirectory } from '../../state-dir.ts';
import { LiveMail } from './live-mail.ts';
import { LiveNtp } from './live-ntp.ts';
import { LiveWeb, type LiveWebOptions } from './live-web.ts';
import { saveBoard, savedBeginning, savedBoardOptions } from './saved-board.ts';

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
  /** A saved world that is gone on from, in the place of a new board; see `loadWorld`. */
  readonly world?: History;
  /** With what the board asks time servers over this host's UDP; without, within the world. */
  readonly ntpDriver?: NtpDriver;
}

/** A long run must not fill the memory: the last so many records are kept. */
const traceRecordsMax = 200_000;

/** After a change to flash or disks it is saved within so long, so that a crash loses little. */
const saveWithinMs = 2_000;

interface Attachment {
  readonly attach: (bench: Bench) => () => void;
  detach: () => void;
}

/** A board in real time, kept in a state directory where there is one. */
export class LiveBench {
  readonly pacer: Pacer;
  readonly mail: LiveMail;
  readonly ntp: LiveNtp;
  readonly web: LiveWeb;
  /** The one phone of the bench: the prompt's and the API's. */
  readonly phone: Phone;
  /** Whether the board comes from the state directory. */
  readonly isRestored: boolean;
  readonly #state: StateDirectory | undefined;
  readonly #host: HostClock;
  readonly #attachments = new Set<Attachment>();
  #bench: Bench;
  #history: History;
  #savedOperations = 0;
  #savedVolume: unknown;
  #saveTimer: unknown;

  /** The board is off and time stands still until `start`. */
  constructor(options: LiveBenchOptions) {
    const { state } = options;
    const saved = state?.read();
    this.#history = options.world ?? begin(options, saved);
    this.#bench = this.#history.bench;
    this.isRestored = saved !== undefined || options.world !== undefined;
    this.#state = state;
    this.#host = options.hostClock ?? hostClock;
    this.pacer = new Pacer(this.bench.world, { speed: options.speed, hostClock: this.#host });
    const nowUs = (): number => this.#bench.world.nowUs;
    this.phone = new Phone({
      get nowUs() {
        return nowUs();
      },
    });
    this.mail = new LiveMail(this.bench, this.pacer);
    this.ntp = new LiveNtp(this.bench, this.pacer, options.ntpDriver);
    this.web = new LiveWeb(this.bench.board.network.http, this.pacer, options.web);
    this.#noteSaved();
    this.withBench((bench) => this.#follow(bench));
  }

  /** The bench now. Who keeps it, or a part of it, hears by `withBench` of one in its place. */
  get bench(): Bench {
    return this.#bench;
  }

  /** The way back from the present instant. */
  get history(): History {
    return this.#history;
  }

  /**
   * Goes back to an instant (µs of true time) or to a mark; time goes on from there. A `UsageError`
   * says why there is no way.
   */
  async goBack(to: number | string): Promise<void> {
    await this.pacer.drive(async () => this.replaceBench(await this.#history.back(to)));
  }

  /** The way back for steps, within a work of `pacer.drive`. */
  get travel(): Travel {
    return {
      mark: (name) => void this.#history.mark(name),
      back: async (name) => {
        const bench = await this.#history.back(name);
        this.replaceBench(bench);
        return bench;
      },
    };
  }

  /** The whole world of this instant, for `load` or for another run. */
  async save(): Promise<Uint8Array> {
    return encodeWorld(await this.pacer.act(() => this.#history.save()));
  }

  /** A saved world takes the place of this one. A `UsageError` says why it cannot be used. */
  async load(bytes: Uint8Array): Promise<void> {
    await this.pacer.drive(async () => {
      const history = await History.load(decodeWorld(bytes));
      this.#history.close();
      this.#history = history;
      this.replaceBench(history.bench);
    });
  }

  /** What others on this machine can connect to opens. */
  async open(): Promise<void> {
    await this.web.open();
    await this.mail.open();
    await this.ntp.open();
  }

  /**
   * Calls `attach` with the bench, and again with each that takes its place; what it answers undoes
   * that. The answer of this ends it.
   */
  withBench(attach: (bench: Bench) => () => void): () => void {
    const attachment: Attachment = { attach, detach: attach(this.bench) };
    this.#attachments.add(attachment);
    return () => {
      if (this.#attachments.delete(attachment)) attachment.detach();
    };
  }

  /**
   * Another bench takes the place of this one, which ends: true time goes on from where that one
   * stands. Only within a work of `pacer.drive`.
   */
  replaceBench(bench: Bench): void {
    this.pacer.replaceWorld(bench.world);
    const attachments = [...this.#attachments];
    for (const attachment of attachments.toReversed()) attachment.detach();
    this.#bench.stop();
    this.#bench = bench;
    for (const attachment of attachments) attachment.detach = attachment.attach(bench);
    this.#savedOperations = Number.NaN;
    this.#saveSoon();
  }

  /** Switches the board on, unless told otherwise; from here on time passes. */
  async start(power: 'on' | 'off' = 'on'): Promise<void> {
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

  /** Gateways lead to this bench, and its changes are saved. */
  #follow(bench: Bench): () => void {
    this.mail.follow(bench);
    this.ntp.follow(bench);
    this.web.follow(bench.board.network.http);
    return bench.trace.onRecord(() => this.#saveSoon());
  }

  #saveSoon(): void {
    if (this.#state === undefined) return;
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

/** A board from the state directory, or a new one, before its power-on. */
function begin(
  { startUs, base = {}, seed }: LiveBenchOptions,
  saved: SavedBoard | undefined,
): History {
  const wanted = base.board ?? {};
  refuseOtherSeed(saved?.facts.seed, seed);
  const beginning: Beginning = {
    options: {
      ...base,
      seed: saved?.facts.seed ?? seed ?? 1,
      startCount: (saved?.facts.startCount ?? 0) + 1,
      startUs,
      traceRecordsMax,
      board: saved === undefined ? wanted : savedBoardOptions(saved, wanted, startUs),
      // People wait for a hash as long as on the real appliance.
      firmware: { ...base.firmware, passwordCost: 'owasp' },
    },
    ...(saved !== undefined && savedBeginning(saved, wanted)),
  };
  return new History(beginBench(beginning), { beginning });
}

function refuseOtherSeed(saved: number | undefined, asked: number | undefined): void {
  if (saved === undefined || asked === undefined || saved === asked) return;
  throw new UsageError(
    `the state directory keeps a board with seed ${saved}, not ${asked}: ` +
      'leave --seed out, or use another directory for another board',
  );
}

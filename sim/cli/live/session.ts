import type { NtpDriver } from '#hal/linux/ntp';
import type { HostClock } from '../../kernel/host-clock.ts';
import { UsageError } from '../../kernel/invariant.ts';
import type { Speed } from '../../kernel/pacer.ts';
import { BenchApiServer, type BenchApiWishes } from '../../bench-api/server.ts';
import { benchOptionsOf } from '../../scenario/board-options.ts';
import { History } from '../../replay/history.ts';
import { decodeWorld } from '../../replay/save-file.ts';
import { StateDirectory } from '../../state-dir.ts';
import { BenchPrompt } from '../bench-prompt.ts';
import { exitCode } from '../exit-codes.ts';
import { PromptCommands } from '../prompt-commands.ts';
import { Terminal, type TerminalInput, type TerminalOutput } from '../terminal.ts';
import { bannerLines } from './banner.ts';
import { readBoardFile } from './board-file.ts';
import { bugReport } from './bug-report.ts';
import { ConsoleLine } from './console-line.ts';
import { LiveBench } from './live-bench.ts';
import { LiveSerial, type SerialWishes } from './live-serial.ts';
import type { LiveWebOptions } from './live-web.ts';
import { readWorldFile } from './time-words.ts';

/** What `nasboard start` was asked for. */
export interface SessionOptions {
  readonly seed?: number;
  readonly speed: Speed;
  /** True time at the start; that of the board file, else the host's present time. */
  readonly startUs?: number;
  readonly boardPath?: string;
  readonly statePath?: string;
  /** A saved world to go on from. */
  readonly worldPath?: string;
  /** Whether the console gets this terminal. */
  readonly hasConsole: boolean;
  /** How programs may attach to the console; not at all unless told. */
  readonly serial?: SerialWishes;
  /** Where the NAS's web server is opened on this machine. */
  readonly web?: LiveWebOptions;
  /** With what the board asks time servers over this host's UDP; without, within the world. */
  readonly ntpDriver?: NtpDriver;
  /** Where the bench API is; nowhere unless told. */
  readonly api?: BenchApiWishes;
}

/** The host, as far as a session touches it. */
export interface SessionHost {
  /** Absent where nothing can ever be read (the null device, a closed one). */
  readonly input: TerminalInput | undefined;
  readonly output: TerminalOutput;
  readonly errors: NodeJS.WritableStream;
  readonly clock: HostClock;
  /** The host's present time, ms since the epoch. */
  nowMs(): number;
  /** Hears that the session is to end (a signal); the answer stops hearing. */
  onTerminate(listener: () => void): () => void;
}

type Ending = { readonly kind: 'quit' } | { readonly kind: 'bug'; readonly error: unknown };

/** A board in real time on this terminal, until somebody ends it. Answers the exit code. */
export async function runSession(options: SessionOptions, host: SessionHost): Promise<number> {
  const { statePath, boardPath } = options;
  const header = boardPath === undefined ? {} : readBoardFile(boardPath);
  const world = await loadedWorld(options);
  const state = statePath === undefined ? undefined : new StateDirectory(statePath);
  try {
    const seed = options.seed ?? header.seed;
    const live = new LiveBench({
      ...(seed !== undefined && { seed }),
      startUs: options.startUs ?? header.start ?? Math.round(host.nowMs() * 1000),
      speed: options.speed,
      base: benchOptionsOf(header, 0),
      hostClock: host.clock,
      ...(options.web !== undefined && { web: options.web }),
      ...(options.ntpDriver !== undefined && { ntpDriver: options.ntpDriver }),
      ...(state !== undefined && { state }),
      ...(world !== undefined && { world }),
    });
    return await new Session(live, options, host).run(
      world === undefined ? (header.power ?? 'on') : 'off',
    );
  } finally {
    state?.close();
  }
}

/** A saved world is a board, a time and a past of its own. */
async function loadedWorld(options: SessionOptions): Promise<History | undefined> {
  const { worldPath, statePath, boardPath, seed, startUs } = options;
  if (worldPath === undefined) return undefined;
  const others = { '--state': statePath, '--board': boardPath, '--seed': seed, '--start': startUs };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (other !== undefined) throw new UsageError(`--load brings its own board: leave ${other} out`);
  return History.load(decodeWorld(readWorldFile(worldPath)));
}

class Session {
  readonly #live: LiveBench;
  readonly #serial: LiveSerial;
  readonly #api: BenchApiServer | undefined;
  readonly #options: SessionOptions;
  readonly #host: SessionHost;
  readonly #ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => undefined;
  readonly #closers: (() => void)[] = [];
  /** The first ending counts: what fails after it fails because of it. */
  readonly #onBug = (error: unknown): void => this.#end({ kind: 'bug', error });

  constructor(live: LiveBench, options: SessionOptions, host: SessionHost) {
    this.#live = live;
    const wishes = options.serial ?? { kinds: [], isAsked: false };
    this.#serial = new LiveSerial(live, wishes, (error) => this.#onBug(error));
    const { api } = options;
    this.#api = api && new BenchApiServer(live, { ...api, onBug: this.#onBug });
    this.#options = options;
    this.#host = host;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    live.pacer.ended.catch(this.#onBug);
  }

  async run(power: 'on' | 'off'): Promise<number> {
    const { input, output, errors } = this.#host;
    this.#closers.push(this.#host.onTerminate(() => this.#quit()));
    // Nobody reads any more (`nasboard | head`): that ends a session as a closed window does.
    output.on('error', () => this.#quit());
    const isInteractive = input?.isTTY === true && output.isTTY === true;
    // Where the output is no terminal, it is the console's alone.
    const bannerTo = output.isTTY === true ? output : errors;
    try {
      await this.#live.open();
      await this.#serial.open();
      await this.#api?.open();
      bannerTo.write(`${this.#banner(isInteractive).join('\n')}\n`);
      if (isInteractive) this.#attach(input);
      else this.#pipe();
      this.#live.start(power).catch(this.#onBug);
      const ending = await this.#ended;
      if (ending.kind === 'quit') return exitCode.passed;
      this.#close();
      errors.write(bugReport(this.#live.bench, ending.error));
      return exitCode.broken;
    } finally {
      this.#close();
      await this.#api?.close();
      await this.#serial.close();
      await this.#live.end();
    }
  }

  /** Console and prompt share the terminal. */
  #attach(input: TerminalInput): void {
    const { output } = this.#host;
    const terminal = new Terminal(this.#options.hasConsole ? 'console' : 'prompt', {
      input,
      output,
      onTyped: (bytes) => this.#type(bytes),
      onMode: (mode) => {
        if (mode === 'prompt') prompt.show();
      },
      onEnd: () => this.#quit(),
    });
    const prompt = this.#openPrompt(terminal.promptInput, {
      isTerminal: true,
      isShown: () => terminal.mode === 'prompt',
      toConsole: () => terminal.switchTo('console'),
    });
    const line = new ConsoleLine();
    this.#closers.push(
      this.#live.withBench(({ board }) => {
        const stopReading = board.uart.onData((bytes, _timeUs, text) => {
          line.shown(text);
          terminal.showConsole(bytes);
        });
        // A board that starts knows nothing of the prompt its former life has left on the screen.
        const stopHearing = board.onPower((event) => {
          if (event === 'start' && line.text !== '') terminal.showConsole(Buffer.from('\r\n'));
          if (event === 'start') line.shown('\n');
        });
        return () => {
          stopReading();
          stopHearing();
        };
      }),
    );
    this.#live.web.onNotice((notice) => {
      if (terminal.mode === 'prompt') prompt.line(`  ${notice}`);
      else output.write(line.above(`  ${notice}`));
    });
    this.#closers.push(() => terminal.detach());
    terminal.attach();
    prompt.show();
  }

  /** Without a terminal: the console on standard output and input, or lines for the prompt. */
  #pipe(): void {
    const { input, output, errors } = this.#host;
    this.#live.web.onNotice((notice) => void errors.write(`  ${notice}\n`));
    if (!this.#options.hasConsole) {
      if (input !== undefined) {
        this.#openPrompt(input, { isTerminal: false, isShown: () => true });
      }
      return;
    }
    this.#closers.push(
      this.#live.withBench(({ board }) => board.uart.onData((bytes) => void output.write(bytes))),
    );
    if (input === undefined) return;
    const onData = (bytes: Uint8Array): void => this.#type(bytes);
    const onEnd = (): void => this.#quit();
    input.on('data', onData);
    for (const event of ['end', 'close', 'error']) input.on(event, onEnd);
    this.#closers.push(() => {
      input.off('data', onData);
      input.pause();
    });
  }

  #openPrompt(
    input: NonNullable<SessionHost['input']>,
    how: { isTerminal: boolean; isShown: () => boolean; toConsole?: () => void },
  ): BenchPrompt {
    const { isTerminal, isShown, toConsole } = how;
    const prompt = new BenchPrompt({
      input,
      output: this.#host.output,
      isTerminal,
      isShown,
      onEnd: () => this.#quit(),
      onBug: this.#onBug,
    });
    const commands = new PromptCommands(this.#live, {
      output: prompt,
      quit: () => this.#quit(),
      serial: () => this.#serial.lines,
      ...(toConsole !== undefined && { toConsole }),
    });
    this.#closers.push(() => commands.close());
    this.#closers.push(() => prompt.close());
    prompt.start(commands);
    return prompt;
  }

  #type(bytes: Uint8Array): void {
    this.#live.pacer.act(() => this.#live.bench.board.uart.write(bytes)).catch(this.#onBug);
  }

  #quit(): void {
    this.#end({ kind: 'quit' });
  }

  #close(): void {
    for (const close of this.#closers.splice(0).toReversed()) close();
  }

  #banner(isInteractive: boolean): readonly string[] {
    const { hasConsole, statePath } = this.#options;
    const attached = hasConsole ? 'this terminal' : 'not shown';
    const keys = isInteractive ? ' (Ctrl-] leads to the bench prompt and back; quit ends)' : '';
    const where = isInteractive || !hasConsole ? attached : 'standard input and output';
    const serial = this.#serial.where;
    const api = this.#api?.where;
    return bannerLines(this.#live, { statePath, console: `${where}${keys}`, serial, api });
  }
}

/** Reads a true time; a `UsageError` says how to write it. */
export function parseStart(text: string): number {
  const isGood = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const timeMs = isGood ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new UsageError(`start "${text}" is no time with its zone: write 2026-11-24T10:00:00Z`);
  }
  return timeMs * 1000;
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Button, ButtonEdge } from '../button.ts';
import { HalError, type HalErrorCode } from '../errors.ts';
import type { ButtonOptions } from './button-device.ts';
import { buttonConsumer } from './button-gpio.ts';
import { ButtonLine } from './button-line.ts';
import type { Closable } from './closable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import type { LineBias, LinePlace } from './gpio-uapi.ts';

/** A GPIO line through the programs of libgpiod, for machines that `koffi` has nothing for. */
export interface GpiomonButtonConfig extends LinePlace {
  readonly driver: 'gpiomon';
  readonly activeLow: boolean;
  readonly bias: LineBias;
  /** By the kernel; only programs of version 2 can ask for it. */
  readonly debounceMs?: number;
  /** Where `gpiomon` is; `gpioget` and `gpiofind` are expected beside it. */
  readonly program?: string;
}

/**
 * A button watched by a child process, `gpiomon` of libgpiod 1.x or 2.x. Level and edges come from
 * two programs: what happens in the moment between them is made up by the next edge. Edges come
 * with their times, but a few milliseconds after the fact, and nobody can ask meanwhile: a hold
 * that ends just short of a limit may be taken for one that reaches it. Not so the other drivers.
 */
export async function createGpiomonButton(
  config: GpiomonButtonConfig,
  options: ButtonOptions,
): Promise<Button & Closable> {
  const program = config.program ?? 'gpiomon';
  const commands = commandsFor(config, await majorVersion(program));
  const isPressed = await readLevel(commands);
  return new WatchedButton(commands, isPressed, options);
}

const returnEveryMs = 1_000;

/** Kernels before 5.7 stamp by the wall clock for programs of version 1: that is seen and left. */
const stampAgeMaxMs = 10_000;
const stampSlackMs = 1;

interface Command {
  readonly program: string;
  readonly options: readonly string[];
}

interface Commands {
  readonly watch: Command;
  readonly level: Command;
}

class WatchedButton implements Button, Closable {
  readonly #commands: Commands;
  readonly #options: ButtonOptions;
  readonly #line: ButtonLine;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;
  #toldCode: HalErrorCode | undefined;

  constructor(commands: Commands, isPressed: boolean, options: ButtonOptions) {
    this.#commands = commands;
    this.#options = options;
    this.#line = new ButtonLine(isPressed);
    this.#watch();
  }

  isPressed(): boolean {
    return this.#line.isPressed();
  }

  onEdge(listener: (edge: ButtonEdge) => void): () => void {
    return this.#line.onEdge(listener);
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#line.close();
    this.#child?.kill();
    this.#child = undefined;
  }

  #watch(): void {
    const { program, options } = this.#commands.watch;
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const says: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => says.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (this.#child === child) this.#hear(line);
    });
    let failure: unknown;
    child.on('error', (error) => (failure = error));
    // After it its streams have been read to the end.
    child.on('close', () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      const isRun = failure === undefined;
      this.#lose(isRun ? failureFrom(program, says.join('; ')) : notRun(program, failure));
    });
  }

  #hear(line: string): void {
    const edge = readEdge(line);
    if (edge === undefined) return;
    this.#toldCode = undefined;
    const { clock } = this.#options;
    const stampedMs = clock.fromMonotonicNs(edge.timestampNs);
    const nowMs = clock.now();
    const isTrue = stampedMs <= nowMs + stampSlackMs && stampedMs >= nowMs - stampAgeMaxMs;
    const atMs = isTrue ? stampedMs : nowMs;
    this.#line.take({ what: 'edge', pressed: edge.pressed, atMs });
  }

  #lose(error: unknown): void {
    const failure = halErrorFrom('reset-button', error, { what: 'watch the button' });
    if (failure.code !== this.#toldCode) this.#options.onFault?.(failure);
    this.#toldCode = failure.code;
    if (!this.#isOpen) return;
    this.#level(false);
    const everyMs = this.#options.returnEveryMs ?? returnEveryMs;
    if (this.#isOpen) this.#timer = setTimeout(() => void this.#lookForIt(), everyMs);
  }

  async #lookForIt(): Promise<void> {
    try {
      const isPressed = await readLevel(this.#commands);
      if (!this.#isOpen) return;
      this.#watch();
      this.#level(isPressed);
    } catch (error) {
      if (this.#isOpen) this.#lose(error);
    }
  }

  #level(pressed: boolean): void {
    this.#line.take({ what: 'level', pressed, atMs: this.#options.clock.now() });
  }
}

/** `1 12.345678901` or `1 12 345678901`: rising is 1 in both dialects, and nothing else is. */
function readEdge(
  line: string,
): { readonly pressed: boolean; readonly timestampNs: bigint } | undefined {
  const [, kind, seconds, fraction] = /^(\d) +(\d+)[. ] *(\d{1,9})$/.exec(line.trim()) ?? [];
  if (kind === undefined || seconds === undefined || fraction === undefined) return undefined;
  const nanoseconds = line.includes('.') ? fraction.padEnd(9, '0') : fraction;
  return {
    pressed: kind === '1',
    timestampNs: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds),
  };
}

async function majorVersion(program: string): Promise<number> {
  const text = await run({ program, options: ['--version'] });
  const version = Number(/v(\d+)\.\d/.exec(text)?.[1]);
  if (version === 1 || version === 2) return version;
  const detail = `${program} is of a version that is not known here: ${text.split('\n')[0]}`;
  throw new HalError('unsupported', 'reset-button', detail);
}

function commandsFor(config: GpiomonButtonConfig, version: number): Commands {
  const { chip, line, bias, activeLow, program = 'gpiomon', debounceMs = 0 } = config;
  const get = program.replace(/gpiomon$/, 'gpioget');
  const low = activeLow ? ['--active-low'] : [];
  if (version === 2) {
    const biased = bias === 'as-is' ? [] : [`--bias=${bias}`];
    const named = typeof line === 'string' ? ['--by-name', '--strict'] : [];
    const debounced = debounceMs > 0 ? [`--debounce-period=${debounceMs * 1000}us`] : [];
    const who = [`--chip=${chip}`, `--consumer=${buttonConsumer}`, ...named, ...low, ...biased];
    return {
      watch: {
        program,
        options: [...who, ...debounced, '--edges=both', '--format=%e %S', String(line)],
      },
      level: { program: get, options: [...who, '--numeric', String(line)] },
    };
  }
  if (typeof line === 'string' || debounceMs > 0) {
    const what = typeof line === 'string' ? 'name lines (give the offset)' : 'debounce';
    const detail = `${program} is of libgpiod 1.x, which cannot ${what}; libgpiod 2.x can`;
    throw new HalError('unsupported', 'reset-button', detail);
  }
  const biased = bias === 'as-is' ? [] : [`--bias=${bias === 'disabled' ? 'disable' : bias}`];
  const place = [chip, String(line)];
  return {
    watch: {
      program,
      options: ['--line-buffered', ...low, ...biased, '--format=%e %s %n', ...place],
    },
    level: { program: get, options: [...low, ...biased, ...place] },
  };
}

async function readLevel({ level }: Commands): Promise<boolean> {
  return (await run(level)).trim() === '1';
}

const execute = promisify(execFile);
/** Such a program answers at once or hangs. */
const answerMaxMs = 10_000;

async function run({ program, options }: Command): Promise<string> {
  try {
    const { stdout } = await execute(program, [...options], { timeout: answerMaxMs });
    return stdout;
  } catch (cause) {
    if (/^E[A-Z]+$/.test(errnoOf(cause))) throw notRun(program, cause);
    const says = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw failureFrom(program, says, cause);
  }
}

/** A program that did not even begin. */
function notRun(program: string, cause: unknown): HalError {
  const errno = errnoOf(cause);
  if (errno === 'ENOENT') {
    const detail = `there is no program «${program}»; install the package gpiod, or use «gpio»`;
    return new HalError('unsupported', 'reset-button', detail, { cause });
  }
  if (errno !== 'EACCES')
    return halErrorFrom('reset-button', cause, { what: 'run', path: program });
  const detail = `cannot run ${program}: EACCES; make it executable (\`chmod +x\`) for this user`;
  return new HalError('permission', 'reset-button', detail, { cause });
}

const texts: readonly (readonly [RegExp, HalErrorCode, string])[] = [
  [/permission denied|not permitted/i, 'permission', 'join the group «gpio»'],
  [/resource busy/i, 'busy', '`gpioinfo` tells who holds the line'],
  [/no such|cannot find/i, 'not-present', '`gpiodetect` and `gpioinfo` list what there is'],
  [/invalid|out of range/i, 'bad-argument', 'look at line, bias and debounce time'],
];

function failureFrom(program: string, says: string, cause?: unknown): HalError {
  const [, code = 'io', advice] = texts.find(([pattern]) => pattern.test(says)) ?? [];
  const detail = `${program} ended: ${says || 'without a word'}`;
  const text = advice === undefined ? detail : `${detail}; ${advice}`;
  return new HalError(code, 'reset-button', text, { cause });
}

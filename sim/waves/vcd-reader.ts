import { show } from '../scenario/duration.ts';
import { parseTimescale } from './timescale.ts';
import { VcdWords } from './vcd-words.ts';

/** One signal of a file. */
export interface VcdSignal {
  /** As declared, without the range of bits: `reset`. */
  readonly name: string;
  /** With its scopes: `board.reset`. */
  readonly path: string;
  readonly width: number;
  /** `wire`, `reg`, `real` and so on. */
  readonly type: string;
  readonly id: string;
}

/** A change of a signal: `0`, `1`, `x`, `z`, bits, a number, or text. */
export interface VcdChange {
  readonly atUs: number;
  readonly value: string;
  /** Where the file says so. */
  readonly line: number;
}

/** What was wanted of a file. */
export interface VcdCapture {
  readonly signals: readonly VcdSignal[];
  /** Of the chosen signals, by their identifiers, in the order of time. */
  readonly changes: ReadonlyMap<string, readonly VcdChange[]>;
  /** First and last time of the file. */
  readonly startUs: number;
  readonly endUs: number;
}

/** A file that is none, and where that shows. */
export class VcdError extends Error {
  override readonly name = 'VcdError';
  readonly line: number;

  constructor(line: number, text: string) {
    super(`line ${line}: ${text}`);
    this.line = line;
  }
}

/** More than any capture of a button has, and soon reached by a hostile file. */
const signalsMax = 4_096;
const changesMax = 1_000_000;
const depthMax = 64;

/** So much of a file's own text stands in a message: enough to find the place. */
const shownMax = 32;

/**
 * Reads a VCD file (IEEE 1364, with the real numbers and texts that GTKWave adds). `choose` says of
 * which signals the changes are kept. Throws a `VcdError` for anything else, whatever it is.
 */
export function readVcd(
  text: string,
  choose: (signals: readonly VcdSignal[]) => readonly VcdSignal[],
): VcdCapture {
  const words = new VcdWords(text);
  const { signals, psPower } = readHeader(words);
  if (psPower === undefined) throw new VcdError(words.line, 'no $timescale before the changes');
  return new Body(words, signals, psPower).read(choose(signals));
}

interface Header {
  readonly signals: readonly VcdSignal[];
  readonly psPower: number | undefined;
}

function readHeader(words: VcdWords): Header {
  const signals: VcdSignal[] = [];
  const scopes: string[] = [];
  let psPower: number | undefined;
  for (;;) {
    const word = words.next();
    const { line } = words;
    if (word === undefined) throw new VcdError(line, 'ends before $enddefinitions');
    if (!word.startsWith('$')) {
      throw new VcdError(line, `${quoted(word)} is no section of a VCD header: is it a VCD file?`);
    }
    const section = words.section();
    if (section === undefined) throw new VcdError(line, `${quoted(word)} has no $end`);
    if (word === '$enddefinitions') return { signals, psPower };
    if (word === '$timescale') psPower = timescaleOf(section, line);
    else if (word === '$scope') scopes.push(section[1] ?? '');
    else if (word === '$upscope') scopes.pop();
    else if (word === '$var') signals.push(signalOf(section, scopes, line));
    if (scopes.length > depthMax) throw new VcdError(line, 'scopes are nested too deeply');
    if (signals.length > signalsMax) throw new VcdError(line, `more than ${signalsMax} signals`);
  }
}

function timescaleOf(section: readonly string[], line: number): number {
  const parsed = parseTimescale(section.join(''));
  if (!parsed.ok) throw new VcdError(line, parsed.text);
  return parsed.value.psPower;
}

function signalOf(
  [type, size, id, name]: readonly string[],
  scopes: readonly string[],
  line: number,
): VcdSignal {
  const width = Number(size);
  if (type === undefined || id === undefined || name === undefined || !(width >= 0)) {
    throw new VcdError(line, '$var needs a type, a number of bits, an identifier and a name');
  }
  const plain = name.replace(/\[[\d:]*\]$/, '');
  return { name: plain, path: [...scopes, plain].join('.'), width, type, id };
}

/** What comes after the header: times and changes. */
class Body {
  readonly #words: VcdWords;
  readonly #signals: readonly VcdSignal[];
  readonly #known: ReadonlySet<string>;
  readonly #usPerTick: number;
  readonly #changes = new Map<string, VcdChange[]>();
  #count = 0;
  #startUs: number | undefined;
  #nowUs = 0;

  constructor(words: VcdWords, signals: readonly VcdSignal[], psPower: number) {
    this.#words = words;
    this.#signals = signals;
    this.#known = new Set(signals.map(({ id }) => id));
    this.#usPerTick = 10 ** (psPower - 6);
  }

  read(chosen: readonly VcdSignal[]): VcdCapture {
    for (const { id } of chosen) this.#changes.set(id, []);
    for (let word = this.#words.next(); word !== undefined; word = this.#words.next()) {
      this.#take(word);
    }
    const startUs = this.#startUs ?? 0;
    return { signals: this.#signals, changes: this.#changes, startUs, endUs: this.#nowUs };
  }

  #take(word: string): void {
    const first = word.charAt(0);
    if (first === '#') this.#takeTime(word);
    else if (first === '$') this.#takeCommand(word);
    else if (/[01xzhluw-]/i.test(first)) this.#add(word.slice(1), level(first));
    else if (/[brs]/i.test(first)) this.#takeLong(word);
    else throw this.#error(`${quoted(word)} is neither a time nor a change`);
  }

  #takeTime(word: string): void {
    const tick = /^#\d{1,20}$/.test(word) ? Number(word.slice(1)) : Number.NaN;
    // Ticks beyond 2^53 are rounded, by far less than a microsecond where the time is usable.
    const atUs = tick * this.#usPerTick;
    if (Number.isNaN(tick)) throw this.#error(`${quoted(word)} is no time`);
    if (atUs > Number.MAX_SAFE_INTEGER) throw this.#error(`${quoted(word)} is too far off`);
    if (atUs < this.#nowUs) throw this.#error(`${quoted(word)}: time goes back`);
    this.#startUs ??= atUs;
    this.#nowUs = atUs;
  }

  /** `$dumpvars` and its like hold changes that are read as any other; a remark is passed over. */
  #takeCommand(word: string): void {
    if (/^\$(end|dumpvars|dumpall|dumpon|dumpoff)$/.test(word)) return;
    if (this.#words.section() === undefined) throw this.#error(`${quoted(word)} has no $end`);
  }

  #takeLong(word: string): void {
    const id = this.#words.next();
    if (id === undefined) throw this.#error(`${quoted(word)} has no identifier`);
    const value = word.slice(1);
    // One bit may be written as a vector of one.
    this.#add(id, /^[01xz]$/i.test(value) ? level(value) : value);
  }

  #add(id: string, value: string): void {
    const changes = this.#changes.get(id);
    if (changes === undefined) {
      if (!this.#known.has(id)) throw this.#error(`no $var has the identifier ${quoted(id)}`);
      return;
    }
    this.#count += 1;
    if (this.#count > changesMax) throw this.#error(`more than ${changesMax} changes`);
    changes.push({ atUs: this.#nowUs, value, line: this.#words.line });
  }

  #error(text: string): VcdError {
    return new VcdError(this.#words.line, text);
  }
}

/** Strengths apart: weak levels are levels, all else is unknown. */
function level(letter: string): string {
  const lower = letter.toLowerCase();
  if (lower === 'h') return '1';
  if (lower === 'l') return '0';
  return '01xz'.includes(lower) ? lower : 'x';
}

function quoted(word: string): string {
  return show(word.length > shownMax ? `${word.slice(0, shownMax)}…` : word);
}

import { boardSignals, type BoardSignal, type WaveSink, type WaveValue } from './signals.ts';
import { microsecond, type Timescale } from './timescale.ts';

/** What stands at the head of a file. */
export interface VcdHeader {
  /** True time, µs since the epoch, of its time 0. */
  readonly startUs: number;
  /** The program, with its version. */
  readonly version: string;
  /** What it is of, for people. */
  readonly comment: string;
}

const chunkBytes = 65_536;

/** Short values are written by hand; longer ones by the encoder. */
const shortMax = 64;

/**
 * Identifiers, one character each. Letters and digits are none of them, nor `#` and `$`: readers
 * that do not know real numbers and text take the identifier behind such a value for a new word.
 */
const identifiers = '!"%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

interface Written {
  readonly kind: string;
  readonly code: number;
}

/**
 * Writes signals as a VCD file (IEEE 1364), in pieces as they come. Text is GTKWave's extension:
 * `sready (`, with C's escapes for what is no printable ASCII.
 */
export class VcdWriter implements WaveSink {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #psPower: number;
  readonly #signals = new Map<BoardSignal, Written>();
  #buffer = Buffer.allocUnsafe(chunkBytes);
  #length = 0;
  #lastUs = -1;
  #lastTick = -1;
  #isBodyBegun = false;

  /** `write` may keep what it is given. */
  constructor(
    write: (bytes: Uint8Array) => void,
    header: VcdHeader,
    timescale: Timescale = microsecond,
  ) {
    this.#write = write;
    this.#psPower = timescale.psPower;
    const declared = boardSignals.map(({ name, kind }, place) => {
      const identifier = identifiers.charAt(place);
      this.#signals.set(name, { kind, code: identifier.charCodeAt(0) });
      return `$var ${typesOf[kind]} ${identifier} ${name} $end`;
    });
    this.#text(
      [
        `$date ${new Date(header.startUs / 1000).toISOString()} $end`,
        `$version ${plain(header.version)} $end`,
        `$comment ${plain(header.comment)} $end`,
        `$timescale ${timescale.text} $end`,
        '$scope module board $end',
        ...declared,
        '$upscope $end',
        '$enddefinitions $end',
        '#0',
        '$dumpvars',
        '',
      ].join('\n'),
    );
  }

  /** Values of time 0 that come before any other are the file's initial ones. */
  change(atUs: number, signal: BoardSignal, value: WaveValue): void {
    if (this.#length + shortMax > chunkBytes) this.flush();
    const { kind, code } = this.#signals.get(signal) as Written;
    if (this.#isBodyBegun) this.#time(atUs);
    const buffer = this.#buffer;
    if (kind === 'wire') {
      buffer[this.#length++] = value === undefined ? 0x78 : 0x30 + Number(value);
    } else if (kind === 'real') {
      this.#text(`r${value === undefined ? 'nan' : String(value)} `);
    } else {
      this.#text(`s${escaped(String(value ?? ''))} `);
    }
    this.#buffer[this.#length++] = code;
    this.#buffer[this.#length++] = newLine;
  }

  /** The initial values are complete. */
  begin(): void {
    this.#text('$end\n');
    this.#isBodyBegun = true;
    this.#lastUs = 0;
    this.#lastTick = 0;
  }

  /** A remark between two changes. */
  comment(text: string): void {
    this.#text(`$comment ${plain(text)} $end\n`);
  }

  /** The recording lasts until then. */
  end(atUs: number): void {
    this.#time(atUs);
    this.flush();
  }

  /** Hands over what has been kept back. */
  flush(): void {
    if (this.#length === 0) return;
    this.#write(this.#buffer.subarray(0, this.#length));
    this.#buffer = Buffer.allocUnsafe(chunkBytes);
    this.#length = 0;
  }

  #time(atUs: number): void {
    if (atUs <= this.#lastUs) return;
    this.#lastUs = atUs;
    const finer = 6 - this.#psPower;
    const tick = finer >= 0 ? atUs : Math.floor(atUs / 10 ** -finer);
    if (tick === this.#lastTick) return;
    this.#lastTick = tick;
    const buffer = this.#buffer;
    buffer[this.#length++] = 0x23;
    this.#digits(tick);
    if (tick > 0) for (let zero = 0; zero < finer; zero += 1) buffer[this.#length++] = 0x30;
    buffer[this.#length++] = newLine;
  }

  /** As `String` would: in a third of its time, and this is most of what a file costs. */
  #digits(value: number): void {
    const buffer = this.#buffer;
    let count = 1;
    for (let power = 10; power <= value; power *= 10) count += 1;
    let rest = value;
    for (let place = this.#length + count - 1; place >= this.#length; place -= 1) {
      const next = Math.floor(rest / 10);
      buffer[place] = 0x30 + (rest - next * 10);
      rest = next;
    }
    this.#length += count;
  }

  #text(text: string): void {
    if (this.#length + text.length + shortMax > chunkBytes) {
      this.flush();
      if (text.length + shortMax > chunkBytes) {
        this.#write(Buffer.from(text, 'latin1'));
        return;
      }
    }
    this.#length += this.#buffer.write(text, this.#length, 'latin1');
  }
}

const newLine = 0x0a;

const typesOf = { wire: 'wire 1', real: 'real 64', text: 'string 1' } as const;

/** Text as one word of ASCII, byte by byte of its UTF-8. */
function escaped(text: string): string {
  if (/^[!-[\]-~]*$/.test(text)) return text;
  const bytes = Buffer.from(text).toString('latin1');
  return bytes.replaceAll(/[^!-[\]-~]/g, (byte) => escapes[byte.charCodeAt(0)] ?? byte);
}

const escapes = Array.from(
  { length: 256 },
  (_, byte) => `\\x${byte.toString(16).padStart(2, '0')}`,
);

/** Text of a header: one line of ASCII that does not end its section. */
function plain(text: string): string {
  return text.replaceAll(/[^ -~]+/g, '?').replaceAll('$', '_');
}

import type { BoardSignal, WaveSink } from './signals.ts';

/** The console's rate; a bit takes 8.68 µs. */
const bitUs = 1_000_000 / 115_200;

/** Start bit, eight data bits, stop bit. */
const frameBits = 10;

/** A decoder knows a start bit by the idle line before it. */
const idleUs = Math.ceil(frameBits * bitUs);

/** A line that is held low for so long is no frame any more. */
const breakBits = 20;

/** What is sent as one piece. `framing-error`: with a stop bit that is none. */
export type SerialKind = 'data' | 'framing-error' | 'break';

interface Piece {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly kind: SerialKind;
}

/** At which bits of a frame the line changes, high before it: down, up, down … */
const edgesOfByte: (readonly number[])[] = [];

/**
 * A UART's line, bit for bit. A trace knows when bytes were handed over and not when their bits
 * went out: here they go out one after the other from then on, each piece behind the one before.
 */
export class SerialWave {
  readonly #sink: WaveSink;
  readonly #line: BoardSignal;
  readonly #label: BoardSignal;
  readonly #waiting: Piece[] = [];
  #piece: Piece | undefined;
  #frame = 0;
  #frameUs = 0;
  /** Of the frame: what is left of its edges, and its length. */
  #edges: readonly number[] = [];
  #edge = 0;
  #bits = frameBits;
  #nextUs = Number.POSITIVE_INFINITY;
  #readyUs = idleUs;

  /** An idle line. */
  constructor(sink: WaveSink, line: BoardSignal, label: BoardSignal) {
    this.#sink = sink;
    this.#line = line;
    this.#label = label;
  }

  /** When the line or its text changes next; infinite while it is idle. */
  get nextUs(): number {
    return this.#nextUs;
  }

  /** The line has just become idle. */
  rise(atUs: number): void {
    this.#readyUs = atUs + idleUs;
  }

  /** Hands a piece over; it goes out at once where the line has been idle. */
  send(atUs: number, piece: { readonly text: string } & Partial<Piece>): void {
    const { text, bytes = Buffer.from(text), kind = 'data' } = piece;
    if (bytes.length === 0) return;
    this.#waiting.push({ text, bytes, kind });
    if (this.#piece === undefined) this.#beginPiece(Math.max(atUs, this.#readyUs));
  }

  /** Does what is due at `nextUs`. */
  step(): void {
    const atUs = this.#nextUs;
    if (this.#edge === 0 && this.#frame === 0) {
      this.#sink.change(atUs, this.#label, this.#piece?.text ?? '');
    }
    if (this.#edge < this.#edges.length) {
      this.#sink.change(atUs, this.#line, this.#edge % 2 === 0 ? 0 : 1);
      this.#edge += 1;
      this.#plan();
      return;
    }
    const endUs = this.#frameUs + this.#bits * bitUs;
    if (this.#frame + 1 < (this.#piece?.bytes.length ?? 0)) {
      this.#beginFrame(this.#frame + 1, endUs);
      return;
    }
    this.#beginPiece(endUs);
    if (this.#piece === undefined) this.#sink.change(atUs, this.#label, '');
  }

  #beginPiece(atUs: number): void {
    this.#piece = this.#waiting.shift();
    if (this.#piece === undefined) this.#nextUs = Number.POSITIVE_INFINITY;
    else this.#beginFrame(0, atUs);
  }

  #beginFrame(frame: number, atUs: number): void {
    const { bytes, kind } = this.#piece as Piece;
    const byte = bytes[frame] ?? 0;
    this.#frame = frame;
    this.#frameUs = atUs;
    this.#edge = 0;
    this.#bits = frameBits;
    this.#edges = edgesOfByte[byte] ??= edgesOf(byte, 1);
    if (kind === 'framing-error') {
      this.#edges = edgesOf(byte, 0);
      this.#bits = frameBits + 1;
    } else if (kind === 'break') {
      this.#edges = [0, breakBits];
      this.#bits = breakBits + 1;
    }
    this.#plan();
  }

  #plan(): void {
    const bit = this.#edges[this.#edge] ?? this.#bits;
    this.#nextUs = Math.round(this.#frameUs + bit * bitUs);
  }
}

function edgesOf(byte: number, stop: 0 | 1): readonly number[] {
  const edges: number[] = [];
  let level = 1;
  for (let bit = 0; bit <= frameBits; bit += 1) {
    const next = bit === 0 ? 0 : bit < 9 ? (byte >> (bit - 1)) & 1 : bit === 9 ? stop : 1;
    if (next !== level) edges.push(bit);
    level = next;
  }
  return edges;
}

import type { SimBoard } from '../board.ts';
import type { Pacer } from '../kernel/pacer.ts';
import type { ModemLines } from './protocol.ts';

/** The live bench, as far as a serial line touches it. */
export interface LineHost {
  /** Calls `attach` with the bench, and again with each that takes its place. */
  withBench(attach: (bench: { readonly board: SimBoard }) => () => void): () => void;
  readonly pacer: Pick<Pacer, 'act'>;
}

/** Who shares the line. */
interface LineListener {
  /** The board has sent this. */
  output(bytes: Uint8Array): void;
  /** Something has happened to its supply, which is on or off now. */
  power(isOn: boolean): void;
}

/**
 * The board's serial line, shared as by several probes: all hear what the board sends, and what
 * they send arrives in the order of coming. It is the line of whichever bench is there.
 */
export class SharedLine {
  readonly #host: LineHost;
  readonly #listeners = new Set<LineListener>();
  readonly #leave: () => void;
  #board: SimBoard | undefined;
  #isPowered = false;

  constructor(host: LineHost) {
    this.#host = host;
    this.#leave = host.withBench(({ board }) => this.#attach(board));
  }

  get isPowered(): boolean {
    return this.#isPowered;
  }

  /** Hears all from now on; the answer stops it. */
  join(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when the board has taken it; rejects where the world has ended. */
  type(bytes: Uint8Array): Promise<void> {
    return this.#act((board) => board.uart.write(bytes));
  }

  sendBreak(): Promise<void> {
    return this.#act((board) => board.uart.sendBreak());
  }

  setModemLines(lines: ModemLines): Promise<void> {
    return this.#act((board) => board.uart.setModemLines(lines));
  }

  /** Hears the board no more. */
  close(): void {
    this.#leave();
    this.#listeners.clear();
  }

  #attach(board: SimBoard): () => void {
    this.#board = board;
    this.#tellPower(board.isPowered);
    const stops = [
      board.uart.onData((bytes) => this.#listeners.forEach((each) => each.output(bytes))),
      board.onPower(() => this.#tellPower(board.isPowered)),
    ];
    return () => stops.forEach((stop) => stop());
  }

  #tellPower(isOn: boolean): void {
    this.#isPowered = isOn;
    this.#listeners.forEach((each) => each.power(isOn));
  }

  #act(stimulus: (board: SimBoard) => void): Promise<void> {
    return this.#host.pacer.act(() => {
      if (this.#board !== undefined) stimulus(this.#board);
    });
  }
}

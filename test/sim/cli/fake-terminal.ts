import { PassThrough } from 'node:stream';

/** A terminal without a device: what is typed is written to `input`, what is shown is collected. */
export class FakeTerminal {
  readonly input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean): void => void this.rawModes.push(isRaw),
  });
  readonly output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 });
  /** Every change of the raw mode, in order. */
  readonly rawModes: boolean[] = [];
  #shown = '';

  constructor() {
    this.output.on('data', (bytes: Buffer) => {
      this.#shown += bytes.toString();
    });
  }

  /** All that was shown, control sequences and all. */
  get raw(): string {
    return this.#shown;
  }

  /** All that was shown, as a person reads it. */
  get shown(): string {
    const escape = String.fromCharCode(0x1b);
    return this.#shown.replaceAll(new RegExp(`${escape}\\[[0-9;]*[A-Za-z]`, 'g'), '');
  }

  /** Types keys. */
  type(text: string | Uint8Array): void {
    this.input.write(text);
  }
}

/** Colours and the like, which terminals do not show; also one that has only begun. */
const controlSequences = /\u001b(\[[0-9;?]*[A-Za-z]?)?/g;

/** What stands where something is left out. */
const leftOut = '(not recorded)';

/** How a line begins that shows something to keep for oneself; the rest of it is left out. */
const secretLine = /^(?<label> *(security key|recovery code \d+):)|otpauth:|[▀▄█]/i;

/** So much of the beginning of a line is looked at. */
const lineMax = 256;

/** What a recorder of what is shown goes by. */
export interface ShownState {
  readonly line: string;
  readonly isSecret: boolean;
}

/**
 * Leaves out of a record of a console what a person is shown once, and nobody else: the key of an
 * authenticator, as text, URI or QR code, and recovery codes. Text may come in any pieces.
 */
export class ShownRecorder {
  #line = '';
  #isSecret = false;

  /** What of the text may be recorded. */
  take(text: string): string {
    // Nearly every piece is harmless and whole; this is asked of each one.
    if (this.#line === '' && !/:|[▀▄█\u001b]/.test(text)) {
      this.#line = text.slice(text.lastIndexOf('\n') + 1).slice(0, lineMax);
      return text;
    }
    return text.replace(/[^\n]+|\n/g, (piece) => this.#takePiece(piece));
  }

  /** As plain data. */
  save(): ShownState {
    return { line: this.#line, isSecret: this.#isSecret };
  }

  /** As it was. */
  restore({ line, isSecret }: ShownState): void {
    this.#line = line;
    this.#isSecret = isSecret;
  }

  /** Nothing is on the screen. */
  reset(): void {
    this.#line = '';
    this.#isSecret = false;
  }

  #takePiece(piece: string): string {
    if (piece === '\n') {
      this.reset();
      return piece;
    }
    if (this.#isSecret) return '';
    const before = this.#line;
    this.#line = (before + piece).slice(0, lineMax);
    const found = secretLine.exec(this.#line.replace(controlSequences, ''));
    if (found === null) return piece;
    this.#isSecret = true;
    const label = found.groups?.['label'];
    return before === '' && label !== undefined ? `${label} ${leftOut}` : leftOut;
  }
}

/** The end of a console's output as it may be told; it may begin in the midst of a line. */
export function tellableEnd(output: string, end: string): string {
  const recorder = new ShownRecorder();
  if (output.endsWith(end)) recorder.take(output.slice(0, output.length - end.length));
  return recorder.take(end);
}

/** Colours and the like, which terminals do not show. */
const controlSequences = /\u001b\[[0-9;?]*[A-Za-z]/g;
const secretPrompt = /(password|passphrase|code|answer|secret|key|token|pin)\b[^:]*: *[*•]*$/i;

/** Whether the unfinished line a console shows asks for something that must not be recorded. */
export function isSecretPrompt(unfinishedLine: string): boolean {
  return secretPrompt.test(unfinishedLine.replace(controlSequences, ''));
}

/** What a recorder of what is typed goes by. */
export interface TypedState {
  readonly unfinishedLine: string;
  readonly hasTypedLine: boolean;
}

/**
 * Tells which of the bytes typed at a console may be recorded. Those typed at a prompt for a secret
 * may not; neither may what is typed ahead after the end of a line, before the console answered:
 * it may be the password that the next prompt will ask for.
 */
export class TypedRecorder {
  #unfinishedLine = '';
  #hasTypedLine = false;

  /** The console showed this. */
  shown(text: string): void {
    const start = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    const line = start === 0 ? this.#unfinishedLine + text : text.slice(start);
    this.#unfinishedLine = line.slice(-lineMax);
    this.#hasTypedLine = false;
  }

  /** How many of the first bytes typed now may be recorded. */
  openCount(bytes: Uint8Array): number {
    if (this.#hasTypedLine || isSecretPrompt(this.#unfinishedLine)) return 0;
    const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a);
    if (end < 0) return bytes.length;
    this.#hasTypedLine = true;
    const isPair = bytes[end] === 0x0d && bytes[end + 1] === 0x0a;
    return end + (isPair ? 2 : 1);
  }

  /** As plain data. */
  save(): TypedState {
    return { unfinishedLine: this.#unfinishedLine, hasTypedLine: this.#hasTypedLine };
  }

  /** As it was. */
  restore({ unfinishedLine, hasTypedLine }: TypedState): void {
    this.#unfinishedLine = unfinishedLine;
    this.#hasTypedLine = hasTypedLine;
  }

  /** Nothing is on the screen. */
  reset(): void {
    this.#unfinishedLine = '';
    this.#hasTypedLine = false;
  }
}

/** So much of a line is looked at; prompts are shorter. */
const lineMax = 256;

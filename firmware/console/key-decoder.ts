import { Utf8Decoder } from './utf8-decoder.ts';

/** A key with a meaning of its own. */
export type KeyName =
  | 'enter'
  | 'interrupt'
  | 'end-of-file'
  | 'backspace'
  | 'delete'
  | 'erase-line'
  | 'erase-word'
  | 'erase-to-end'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'up'
  | 'down'
  | 'tab';

/** What a person did at the keyboard; `invalid` is a piece of input that is not UTF-8. */
export type Key =
  | { readonly kind: 'named'; readonly name: KeyName }
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'invalid' };

const nul = 0x00;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const cancel = 0x18;
const substitute = 0x1a;
const escape = 0x1b;

const controlKeys: Readonly<Record<number, KeyName>> = {
  0x01: 'home',
  0x02: 'left',
  0x03: 'interrupt',
  0x04: 'end-of-file',
  0x05: 'end',
  0x06: 'right',
  0x08: 'backspace',
  0x09: 'tab',
  [lineFeed]: 'enter',
  0x0b: 'erase-to-end',
  [carriageReturn]: 'enter',
  0x0e: 'down',
  0x10: 'up',
  0x15: 'erase-line',
  0x17: 'erase-word',
  0x7f: 'backspace',
};

/** Sequences after ESC that are keys: those of VT100, xterm (both cursor modes) and the VT220. */
const escapeKeys: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[7~': 'home',
  '[4~': 'end',
  '[8~': 'end',
  '[3~': 'delete',
};

/** Longer than any sequence that is a key: what follows need not be remembered. */
const sequenceMax = 8;

const none: readonly Key[] = [];
const invalidKey: Key = { kind: 'invalid' };

/**
 * Bytes of a serial line to keys. Escape sequences of any kind (ECMA-48: CSI, SS3, strings such as
 * OSC and DCS) are swallowed whole unless they are a known key. A line end or Ctrl-C is never
 * swallowed, whatever went before, so noise cannot lock anyone out. CR, LF and CR LF are one line
 * end each; NUL (a break) is nothing at all.
 */
export class KeyDecoder {
  readonly #utf8 = new Utf8Decoder();
  #mode: 'text' | 'escape' | 'sequence' | 'single' | 'string' = 'text';
  #sequence = '';
  #isAfterReturn: boolean;

  /** `isAfterReturn`: the last byte before was a CR, so that an LF now belongs to it. */
  constructor(isAfterReturn = false) {
    this.#isAfterReturn = isAfterReturn;
  }

  get isAfterReturn(): boolean {
    return this.#isAfterReturn;
  }

  /** True where no sequence or character is half done. */
  get isAtRest(): boolean {
    return this.#mode === 'text' && this.#utf8.isAtRest;
  }

  /** The keys that this byte completes: none, one, or an `invalid` and the key after it. */
  decode(byte: number): readonly Key[] {
    if (byte === nul) return none;
    const isSecondHalf = byte === lineFeed && this.#isAfterReturn;
    this.#isAfterReturn = byte === carriageReturn;
    if (isSecondHalf) return none;
    if (byte < 0x20) return this.#control(byte);
    return this.#mode === 'text' ? this.#text(byte) : this.#escaped(byte);
  }

  #control(byte: number): readonly Key[] {
    const wasCutShort = !this.#utf8.isAtRest;
    this.#utf8.reset();
    const name = controlKeys[byte];
    if (byte === escape) this.#begin('escape', '');
    else if (this.#mode !== 'text') return this.#controlInSequence(byte, name);
    const keys: Key[] = wasCutShort ? [invalidKey] : [];
    if (name !== undefined) keys.push({ kind: 'named', name });
    return keys;
  }

  #controlInSequence(byte: number, name: KeyName | undefined): readonly Key[] {
    const isEnd = name === 'enter' || name === 'interrupt';
    const isAborted = isEnd || byte === cancel || byte === substitute || byte === 0x07;
    if (isAborted) this.#mode = 'text';
    return isEnd ? [{ kind: 'named', name }] : none;
  }

  #text(byte: number): readonly Key[] {
    if (byte === 0x7f && this.#utf8.isAtRest) return [{ kind: 'named', name: 'backspace' }];
    const step = this.#utf8.decode(byte);
    if (step.character !== undefined) return [{ kind: 'character', text: step.character }];
    if (step.isInvalid !== true) return none;
    return step.isUnused === true ? [invalidKey, ...this.#text(byte)] : [invalidKey];
  }

  #escaped(byte: number): readonly Key[] {
    switch (this.#mode) {
      case 'escape':
        return this.#afterEscape(byte);
      case 'sequence':
        this.#remember(byte);
        return byte >= 0x40 && byte <= 0x7e ? this.#finish() : none;
      case 'single':
        this.#remember(byte);
        return this.#finish();
      default:
        return none;
    }
  }

  #afterEscape(byte: number): readonly Key[] {
    const character = String.fromCharCode(byte);
    if (byte >= 0x80) {
      this.#mode = 'text';
      return this.#text(byte);
    }
    if (character === '[') this.#begin('sequence', character);
    else if (character === 'O') this.#begin('single', character);
    else if ('PX]^_'.includes(character)) this.#begin('string', '');
    else if (byte > 0x2f) this.#mode = 'text';
    return none;
  }

  #begin(mode: 'escape' | 'sequence' | 'single' | 'string', sequence: string): void {
    this.#mode = mode;
    this.#sequence = sequence;
  }

  #remember(byte: number): void {
    if (this.#sequence.length < sequenceMax) this.#sequence += String.fromCharCode(byte);
  }

  #finish(): readonly Key[] {
    this.#mode = 'text';
    const name = Object.hasOwn(escapeKeys, this.#sequence) ? escapeKeys[this.#sequence] : undefined;
    return name === undefined ? none : [{ kind: 'named', name }];
  }
}

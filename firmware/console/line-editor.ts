import { characterWidth, columnsOf } from './character-width.ts';
import { History } from './history.ts';
import { KeyDecoder, type Key, type KeyName } from './key-decoder.ts';

/** The longest line that is taken, in characters. */
export const lineLengthMax = 1024;

/** What the line being typed is for. */
export interface LineMode {
  /** Nothing typed is echoed, not even how much. */
  readonly isSecret: boolean;
  /** The arrow keys recall earlier lines, and this one is remembered. */
  readonly hasHistory: boolean;
}

/** A line that settled, one way or the other. */
export type LineEvent =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end-of-file' }
  | { readonly kind: 'refused'; readonly reason: 'too-long' | 'not-utf8' };

/** What became of the bytes handed in. */
export interface Taken {
  /** Index of the first byte that was not looked at. */
  readonly next: number;
  /** To be sent to the terminal, before the event is acted upon. */
  readonly echo: string;
  readonly event?: LineEvent;
}

const bell = '\x07';

/**
 * Bytes in, echo and settled lines out; nothing else. Feed it until all is taken: it stops after
 * each event so that the mode can be changed before the next byte is looked at, which is why a
 * secret is never echoed however the bytes are cut.
 *
 * Echo consists of printable characters, backspaces, spaces, BEL and CR LF: never an escape
 * sequence. Characters that steer a terminal or the direction of text are dropped.
 */
export class LineEditor {
  readonly #decoder: KeyDecoder;
  readonly #history = new History();
  #mode: LineMode = { isSecret: false, hasHistory: false };
  #before: string[] = [];
  #after: string[] = [];
  #refusal: 'too-long' | 'not-utf8' | undefined;
  #echo = '';

  /** `isAfterReturn`: a CR was the last byte before, so that an LF now belongs to it. */
  constructor(options: { isAfterReturn?: boolean } = {}) {
    this.#decoder = new KeyDecoder(options.isAfterReturn);
  }

  /** True where nothing is typed, not even half a character. */
  get isUntouched(): boolean {
    return this.#isEmpty && this.#decoder.isAtRest;
  }

  /** See the constructor. */
  get isAfterReturn(): boolean {
    return this.#decoder.isAfterReturn;
  }

  /** What of the line stands on the terminal, to be drawn again on a fresh one. */
  get shown(): string {
    if (this.#mode.isSecret) return '';
    return [...this.#before, ...this.#after].join('') + '\b'.repeat(columnsOf(this.#after));
  }

  /** Starts a new line, dropping what is typed. */
  begin(mode: LineMode): void {
    this.#mode = mode;
    this.#clear();
  }

  /** Forgets the lines of this session. */
  forgetHistory(): void {
    this.#history.clear();
  }

  /** Takes bytes from index `from` on, up to the one that settles a line or to the end. */
  take(bytes: Uint8Array, from = 0): Taken {
    this.#echo = '';
    let next = from;
    while (next < bytes.length) {
      const byte = bytes[next] ?? 0;
      next += 1;
      for (const key of this.#decoder.decode(byte)) {
        const event = this.#press(key);
        if (event !== undefined) return { next, echo: this.#echo, event };
      }
    }
    return { next, echo: this.#echo };
  }

  get #isEmpty(): boolean {
    return this.#before.length + this.#after.length === 0 && this.#refusal === undefined;
  }

  #press(key: Key): LineEvent | undefined {
    if (key.kind === 'invalid') {
      this.#refusal ??= 'not-utf8';
      return undefined;
    }
    if (key.kind === 'character') return this.#insert(key.text);
    if (key.name === 'enter') return this.#settle();
    if (key.name === 'interrupt') return this.#end('^C\r\n', { kind: 'interrupt' });
    if (key.name === 'end-of-file') {
      if (this.#isEmpty) return this.#end('\r\n', { kind: 'end-of-file' });
      this.#edit('delete');
      return undefined;
    }
    this.#edit(key.name);
    return undefined;
  }

  #settle(): LineEvent {
    const text = this.#before.concat(this.#after).join('');
    if (this.#refusal !== undefined) {
      return this.#end('\r\n', { kind: 'refused', reason: this.#refusal });
    }
    if (this.#mode.hasHistory) this.#history.add(text);
    return this.#end('\r\n', { kind: 'line', text });
  }

  #end(echo: string, event: LineEvent): LineEvent {
    this.#echo += echo;
    this.#clear();
    return event;
  }

  #clear(): void {
    this.#before = [];
    this.#after = [];
    this.#refusal = undefined;
  }

  #insert(character: string): undefined {
    const isSteering = this.#mode.isSecret
      ? /\p{Cc}/u.test(character)
      : /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character);
    if (isSteering) return;
    if (this.#before.length + this.#after.length >= lineLengthMax) {
      if (this.#refusal === undefined) this.#show(bell);
      this.#refusal = 'too-long';
      return;
    }
    this.#before.push(character);
    this.#show(character);
    if (this.#after.length > 0) {
      this.#show(this.#after.join('') + '\b'.repeat(columnsOf(this.#after)));
    }
  }

  #edit(name: KeyName): void {
    switch (name) {
      case 'backspace':
        return this.#backspace();
      case 'delete':
        return this.#replace(this.#before, this.#after.slice(1));
      case 'erase-to-end':
        return this.#replace(this.#before, []);
      case 'erase-word':
        return this.#replace(withoutLastWord(this.#before), this.#after);
      case 'erase-line':
        this.#refusal = undefined;
        return this.#replace([], []);
      case 'left':
        return this.#moveTo(this.#before.length - 1);
      case 'right':
        return this.#moveTo(this.#before.length + 1);
      case 'home':
        return this.#moveTo(0);
      case 'end':
        return this.#moveTo(this.#before.length + this.#after.length);
      case 'tab':
        if (!this.#mode.isSecret) this.#insert(' ');
        return;
      default:
        return this.#recall(name);
    }
  }

  #backspace(): void {
    const last = this.#before.at(-1);
    const isPlain = last !== undefined && this.#after.length === 0 && characterWidth(last) === 1;
    if (!isPlain) return this.#replace(this.#before.slice(0, -1), this.#after);
    this.#before.pop();
    this.#show('\b \b');
  }

  #recall(name: KeyName): void {
    if (!this.#mode.hasHistory || (name !== 'up' && name !== 'down')) return;
    const present = this.#before.concat(this.#after).join('');
    const line = name === 'up' ? this.#history.older(present) : this.#history.newer();
    if (line !== undefined) this.#replace(Array.from(line), []);
  }

  #moveTo(position: number): void {
    const all = this.#before.concat(this.#after);
    this.#replace(all.slice(0, Math.max(0, position)), all.slice(Math.max(0, position)));
  }

  /** Draws the whole line anew; only plain typing at its end is cheaper. */
  #replace(before: string[], after: string[]): void {
    const columnsBefore = columnsOf(this.#before);
    const columnsLost =
      columnsBefore + columnsOf(this.#after) - columnsOf(before) - columnsOf(after);
    const blank = Math.max(0, columnsLost);
    this.#show('\b'.repeat(columnsBefore) + before.join('') + after.join('') + ' '.repeat(blank));
    this.#show('\b'.repeat(blank + columnsOf(after)));
    this.#before = before;
    this.#after = after;
  }

  #show(text: string): void {
    if (!this.#mode.isSecret) this.#echo += text;
  }
}

function withoutLastWord(characters: readonly string[]): string[] {
  let length = characters.length;
  while (length > 0 && characters[length - 1] === ' ') length -= 1;
  while (length > 0 && characters[length - 1] !== ' ') length -= 1;
  return characters.slice(0, length);
}

/** What one more byte made of the sequence: a character, nothing yet, or an error in it. */
export interface Utf8Step {
  readonly character?: string;
  /** The sequence so far is no UTF-8. Where `isUnused`, the byte itself is still to be decoded. */
  readonly isInvalid?: boolean;
  readonly isUnused?: boolean;
}

const pending: Utf8Step = {};
const invalid: Utf8Step = { isInvalid: true };
const cutShort: Utf8Step = { isInvalid: true, isUnused: true };

/**
 * UTF-8 one byte at a time, by the WHATWG Encoding Standard's decoder: overlong forms, surrogates
 * and code points beyond U+10FFFF are errors, and a byte that breaks a sequence is not lost.
 */
export class Utf8Decoder {
  #codePoint = 0;
  #bytesWanted = 0;
  #lowest = 0x80;
  #highest = 0xbf;

  /** True where no sequence is half done. */
  get isAtRest(): boolean {
    return this.#bytesWanted === 0;
  }

  /** Forgets a half-done sequence. */
  reset(): void {
    this.#bytesWanted = 0;
    this.#lowest = 0x80;
    this.#highest = 0xbf;
  }

  decode(byte: number): Utf8Step {
    if (this.#bytesWanted === 0) return this.#start(byte);
    if (byte < this.#lowest || byte > this.#highest) {
      this.reset();
      return cutShort;
    }
    this.#lowest = 0x80;
    this.#highest = 0xbf;
    this.#codePoint = (this.#codePoint << 6) | (byte & 0x3f);
    this.#bytesWanted -= 1;
    if (this.#bytesWanted > 0) return pending;
    return { character: String.fromCodePoint(this.#codePoint) };
  }

  #start(byte: number): Utf8Step {
    if (byte < 0x80) return { character: String.fromCharCode(byte) };
    if (byte >= 0xc2 && byte <= 0xdf) return this.#expect(1, byte & 0x1f);
    if (byte >= 0xe0 && byte <= 0xef) {
      if (byte === 0xe0) this.#lowest = 0xa0;
      if (byte === 0xed) this.#highest = 0x9f;
      return this.#expect(2, byte & 0x0f);
    }
    if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte === 0xf0) this.#lowest = 0x90;
      if (byte === 0xf4) this.#highest = 0x8f;
      return this.#expect(3, byte & 0x07);
    }
    return invalid;
  }

  #expect(bytes: number, firstBits: number): Utf8Step {
    this.#bytesWanted = bytes;
    this.#codePoint = firstBits;
    return pending;
  }
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * The end of line as the network virtual terminal of telnet sends it (RFC 854): CR LF, or CR NUL
 * where the CR alone is meant. Holds as long as an end does not send binary.
 */
export class NetworkTextReader {
  #isAfterReturn = false;

  /** Enter was typed: the serial line gets the CR of it. In binary all bytes stay as they are. */
  read(bytes: Uint8Array, isBinary: boolean): Uint8Array {
    if (isBinary) {
      this.#isAfterReturn = false;
      return bytes;
    }
    return bytes.filter((byte) => {
      const isSecond = this.#isAfterReturn && (byte === 0 || byte === lineFeed);
      this.#isAfterReturn = byte === carriageReturn;
      return !isSecond;
    });
  }
}

/** The other way: a CR that no LF follows gets a NUL. */
export class NetworkTextWriter {
  #isAfterReturn = false;

  write(bytes: Uint8Array, isBinary: boolean): Uint8Array {
    if (isBinary || (!this.#isAfterReturn && !bytes.includes(carriageReturn))) {
      this.#isAfterReturn = false;
      return bytes;
    }
    const written: number[] = [];
    for (const byte of bytes) {
      if (this.#isAfterReturn && byte !== lineFeed) written.push(0);
      written.push(byte);
      this.#isAfterReturn = byte === carriageReturn;
    }
    return Uint8Array.from(written);
  }
}

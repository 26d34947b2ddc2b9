/**
 * An I2C bus with this board as its only master. Addresses are 7 bits wide and unshifted, 0x08 to
 * 0x77; the rest is reserved. A transfer is synchronous, and nobody comes between its parts.
 *
 * A transfer that fails may have been taken in part: every byte that the device acknowledged, in
 * order. The bus is free again when a call returns or throws, unless something holds it low.
 *
 * Errors: `not-present` where nobody acknowledges the address; `io` where the device refuses a
 * byte, or the bus was disturbed; `timed-out` where a line is held low and stays so, nothing having
 * been transferred; `bad-argument`; `closed`.
 */
export interface I2cBus {
  /**
   * START, address, all bytes (up to 8,192), STOP. No bytes at all: asks whether somebody is there.
   */
  write(address: number, bytes: Uint8Array): void;
  /** START, address, `count` bytes (1 to 8,192), STOP. The bytes are the caller's own. */
  read(address: number, count: number): Uint8Array;
  /**
   * Writes, then reads after a repeated START, with no STOP between: the usual way to read
   * registers. At least one byte is written; `count` as in `read`.
   */
  writeRead(address: number, bytes: Uint8Array, count: number): Uint8Array;
}

// A PCF8574 on a bus of its own, as far as a button needs one: what a test has in place of wires.
import { HalError } from 'nasboard/hal';

export function createFakeExpander(address) {
  // Pins are inputs with a weak pull-up after power-on: all read high.
  let pins = 0xff;
  let isThere = true;
  let openings = 0;
  return {
    press: (pin) => void (pins &= ~(1 << pin)),
    release: (pin) => void (pins |= 1 << pin),
    unplug: () => void (isThere = false),
    plugIn: () => void (isThere = true),
    get isInUse() {
      return openings > 0;
    },
    /** The port of the bus, see `I2cBus` of nasboard/hal. */
    connect() {
      openings += 1;
      return {
        read(asked, count) {
          if (asked === address && isThere) return new Uint8Array(count).fill(pins);
          throw new HalError('not-present', 'i2c', `nobody answers at 0x${asked.toString(16)}`);
        },
        close: () => void (openings -= 1),
      };
    },
  };
}

// An integrator's own driver: a RESET button between ground and a pin of a PCF8574, an I2C port
// expander. The chip has no time stamps, so it is looked at often, and an edge has the time of the
// look that saw it: holds are true to about one interval. In the board file:
//
//   resetButton: { driver: module, path: button.mjs, options: { bus: 1, address: 0x20, pin: 3 } }
import { HalError } from 'nasboard/hal';
import { createI2cBus } from 'nasboard/hal/linux';

/** Called with the options of the board file; `wires` stands in for the bus in a test. */
export function createButton(
  { bus = 1, address = 0x20, pin = 0, lookEveryMs = 10 },
  { clock, onFault },
  wires = createI2cBus({ bus }),
) {
  let isOpen = true;
  let listeners = [];
  let lastMs = 0;
  let hasFailed = false;

  /** The contact pulls the pin low: how it is wired is the driver's business, not the firmware's. */
  const read = () => (wires.read(address, 1)[0] & (1 << pin)) === 0;

  /** A chip that is gone holds nothing down: a hold that never ends must not be made up. */
  const sense = () => {
    try {
      const pressed = read();
      hasFailed = false;
      return pressed;
    } catch (error) {
      if (!hasFailed) onFault(told(error));
      hasFailed = true;
      return false;
    }
  };

  const tell = (pressed) => {
    level = pressed;
    lastMs = Math.max(lastMs, clock.now());
    for (const listener of listeners) {
      // Whoever leaves while others are told hears no more.
      if (listeners.includes(listener)) listener.hear({ pressed, atMs: lastMs });
    }
  };

  /** Errors of the bus are HalErrors already; whoever reads them wants to know which part it was. */
  const told = (error) => {
    const where = `no answer from the expander at 0x${address.toString(16)} of bus ${bus}`;
    const code = error.code ?? 'io';
    return new HalError(code, 'reset-button', `${where}; look at its supply`, { cause: error });
  };

  let level;
  try {
    // A button that is held while the board starts is seen as held.
    level = read();
  } catch (error) {
    wires.close();
    throw told(error);
  }

  const again = () => {
    const pressed = sense();
    if (pressed !== level) tell(pressed);
    if (isOpen) timer = clock.setTimeout(again, lookEveryMs);
  };
  let timer = clock.setTimeout(again, lookEveryMs);

  return {
    isPressed() {
      if (!isOpen) throw new HalError('closed', 'reset-button', 'the button is closed');
      // What the last look saw may be an interval old: who asks wants to know what is so now. The
      // edge comes with the next look; nobody expects to be called back from a question.
      return sense();
    },
    onEdge(hear) {
      const listener = { hear };
      listeners = [...listeners, listener];
      return () => {
        listeners = listeners.filter((other) => other !== listener);
      };
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      clock.clearTimeout(timer);
      listeners = [];
      wires.close();
    },
  };
}

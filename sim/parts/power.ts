import type { BootReason, Power } from '#hal/power';
import type { Life } from './life.ts';

/** What the board does when its firmware commands the supply. */
export interface PowerSwitch {
  rebootByFirmware(): void;
  offByFirmware(): void;
}

/**
 * The firmware's hand on the supply. The world's is on the board: `powerOn`, `cutPower` and so on.
 */
export class PowerPart {
  readonly #board: PowerSwitch;

  constructor(board: PowerSwitch) {
    this.#board = board;
  }

  connect(life: Life, bootReason: BootReason): Power {
    return {
      bootReason,
      reboot: () => {
        if (life.isAlive) this.#board.rebootByFirmware();
      },
      off: () => {
        if (life.isAlive) this.#board.offByFirmware();
      },
    };
  }
}

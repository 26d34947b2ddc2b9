import type { Buzzer } from '../buzzer.ts';
import { openBeeper, type Sounder } from './buzzer-evdev.ts';
import type { Closable } from './closable.ts';
import { openOutputLines, type OutputLine } from './gpio-uapi.ts';
import type { Libc } from './libc.ts';

/** How the buzzer hangs on the board. */
export type BuzzerConfig =
  /** One that sounds while its line is active. */
  | ({ readonly driver: 'gpio' } & Omit<OutputLine, 'isActive'>)
  /** An input device that plays sounds, as pwm-beeper and gpio-beeper are. */
  | { readonly driver: 'beeper'; readonly device: string; readonly toneHz?: number }
  /** The speaker of a PC (module pcspkr): a beeper in its usual place. */
  | { readonly driver: 'pcspkr'; readonly device?: string; readonly toneHz?: number };

/** What stands in for this machine in tests. */
export interface BuzzerOptions {
  readonly libc?: Libc;
  /** In place of `/sys`. */
  readonly sysfs?: string;
  /** The size of `struct input_event`, 24 or 16; that of this machine unless told otherwise. */
  readonly eventBytes?: number;
}

const pcSpeaker = '/dev/input/by-path/platform-pcspkr-event-spkr';

/**
 * A buzzer. It is silent when this returns, and when it is closed; closed, it does nothing and says
 * nothing.
 */
export function createBuzzer(config: BuzzerConfig, options: BuzzerOptions = {}): Buzzer & Closable {
  return new SwitchedBuzzer(openSounder(config, options));
}

function openSounder(config: BuzzerConfig, { libc, sysfs, eventBytes }: BuzzerOptions): Sounder {
  if (config.driver === 'gpio') {
    const kernel = libc === undefined ? {} : { libc };
    const user = { port: 'buzzer', consumer: 'nasboard-buzzer', ...kernel } as const;
    const lines = openOutputLines([{ ...config, isActive: false }], user);
    return { sound: (isSounding) => lines.set([isSounding]), close: () => lines.close() };
  }
  const { driver, device = pcSpeaker, toneHz } = config;
  return openBeeper({
    device,
    module: driver,
    ...(toneHz === undefined ? {} : { toneHz }),
    ...(sysfs === undefined ? {} : { sysfs }),
    ...(eventBytes === undefined ? {} : { eventBytes }),
  });
}

class SwitchedBuzzer implements Buzzer, Closable {
  readonly #sounder: Sounder;
  /** Unknown after a failure: then it is told anew. */
  #isSounding: boolean | undefined;
  #isOpen = true;

  constructor(sounder: Sounder) {
    this.#sounder = sounder;
    try {
      // One that was killed in mid-beep may have left it sounding.
      this.#sound(false);
    } catch (error) {
      sounder.close();
      throw error;
    }
  }

  set(sounding: boolean): void {
    if (this.#isOpen && sounding !== this.#isSounding) this.#sound(sounding);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#sound(false);
    } catch {
      // A buzzer that is gone, or does not answer, cannot be silenced; the rest is given back.
    } finally {
      this.#sounder.close();
    }
  }

  #sound(isSounding: boolean): void {
    this.#isSounding = undefined;
    this.#sounder.sound(isSounding);
    this.#isSounding = isSounding;
  }
}

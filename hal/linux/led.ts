import type { Led, LedColour, Leds } from '../led.ts';
import type { Closable } from './closable.ts';
import { openOutputLines, type OutputLine } from './gpio-uapi.ts';
import type { Libc } from './libc.ts';
import { openSysfsLed, type SingleLed } from './led-sysfs.ts';

/** One LED: its folder below `/sys/class/leds`, or the GPIO line it hangs on. */
export type LedConfig = string | ({ readonly driver: 'gpio' } & Omit<OutputLine, 'isActive'>);

/** The indicators; a bicolour one is two LEDs behind one window. */
export interface LedsConfig {
  readonly status: { readonly green: LedConfig; readonly red: LedConfig };
}

/** What stands in for this machine in tests. */
export interface LedsOptions {
  readonly libc?: Libc;
}

/**
 * Indicators of two LEDs each, by the kernel's LED class or on GPIO lines. All are dark when this
 * returns, and when they are closed. Closed indicators do nothing, and say nothing.
 */
export function createLeds(config: LedsConfig, options: LedsOptions = {}): Leds & Closable {
  const green = openLed(config.status.green, options);
  try {
    const status = new BicolourLed(green, openLed(config.status.red, options));
    return { status, close: () => status.close() };
  } catch (error) {
    green.close();
    throw error;
  }
}

function openLed(config: LedConfig, { libc }: LedsOptions): SingleLed {
  if (typeof config === 'string') return openSysfsLed(config);
  const kernel = libc === undefined ? {} : { libc };
  const user = { port: 'leds', consumer: 'nasboard-led', ...kernel } as const;
  const lines = openOutputLines([{ ...config, isActive: false }], user);
  return { set: (isLit) => lines.set([isLit]), close: () => lines.close() };
}

class BicolourLed implements Led, Closable {
  readonly #leds: Readonly<Record<Exclude<LedColour, 'off'>, SingleLed>>;
  /** Unknown after a failure: then all is written anew. */
  #shown: LedColour | undefined;
  #isOpen = true;

  constructor(green: SingleLed, red: SingleLed) {
    this.#leds = { green, red };
    this.#show('off');
  }

  set(colour: LedColour): void {
    if (this.#isOpen && colour !== this.#shown) this.#show(colour);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#show('off');
    } catch {
      // An LED that is gone, or does not answer, cannot be darkened; the rest is given back.
    } finally {
      this.#leds.green.close();
      this.#leds.red.close();
    }
  }

  #show(colour: LedColour): void {
    this.#shown = undefined;
    // Dark first: green and red at once would be a third colour.
    if (colour !== 'green') this.#leds.green.set(false);
    if (colour !== 'red') this.#leds.red.set(false);
    if (colour !== 'off') this.#leds[colour].set(true);
    this.#shown = colour;
  }
}

import type { Button } from '../button.ts';
import type { ButtonOptions } from './button-device.ts';
import { createEvdevButton, type EvdevButtonConfig } from './button-evdev.ts';
import { createGpioButton, type GpioButtonConfig } from './button-gpio.ts';
import { createGpiomonButton, type GpiomonButtonConfig } from './button-gpiomon.ts';
import type { Closable } from './closable.ts';

/** Where the RESET button is, and by which driver it is reached. */
export type ButtonConfig = EvdevButtonConfig | GpioButtonConfig | GpiomonButtonConfig;

/**
 * Opens the RESET button. Errors: `not-present`, `permission`, `busy` (and who holds the line),
 * `bad-argument`, `unsupported` (where a package or a program is missing), `io`.
 */
export async function createButton(
  config: ButtonConfig,
  options: ButtonOptions,
): Promise<Button & Closable> {
  if (config.driver === 'evdev') return createEvdevButton(config, options);
  if (config.driver === 'gpio') return createGpioButton(config, options);
  return createGpiomonButton(config, options);
}

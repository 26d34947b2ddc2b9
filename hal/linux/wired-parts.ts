import { join } from 'node:path';
import type { Button } from '../button.ts';
import type { Buzzer } from '../buzzer.ts';
import type { HalError } from '../errors.ts';
import type { Leds } from '../led.ts';
import type { Power } from '../power.ts';
import type { Rtc } from '../rtc.ts';
import type { Watchdog } from '../watchdog.ts';
import { createNoBuzzer, createNoRtc, createNoWatchdog } from './absent.ts';
import type { BoardFile } from './board-file.ts';
import { createButton } from './button.ts';
import { createBuzzer } from './buzzer.ts';
import type { LinuxClock } from './clock.ts';
import type { Closable } from './closable.ts';
import { createLeds } from './led.ts';
import { openModule } from './module-driver.ts';
import { createPower } from './power.ts';
import { createRtc } from './rtc.ts';
import { createWatchdog } from './watchdog.ts';

/** What a part is opened with, beside what the board file says of it. */
export interface PartContext {
  readonly clock: LinuxClock;
  /** Told of a part that fails or goes away after it was opened. */
  readonly onFault: (error: HalError) => void;
}

/** The RESET button that a board file names. */
export async function openResetButton(
  { resetButton }: Pick<BoardFile, 'resetButton'>,
  context: PartContext,
): Promise<Button & Closable> {
  if (resetButton.driver !== 'module') return createButton(resetButton, context);
  const methods = ['isPressed', 'onEdge'];
  const contract = { port: 'reset-button', maker: 'createButton', methods } as const;
  return openModule<Button>(resetButton, contract, context);
}

/** The indicators that a board file names. */
export async function openLeds(
  { leds }: Pick<BoardFile, 'leds'>,
  context: PartContext,
): Promise<Leds & Closable> {
  if (!('driver' in leds)) return createLeds(leds);
  const contract = { port: 'leds', maker: 'createLeds', methods: ['status.set'] } as const;
  return openModule<Leds>(leds, contract, context);
}

/** The buzzer that a board file names; without one, silence. */
export async function openBuzzer(
  { buzzer, sysfs }: Pick<BoardFile, 'buzzer' | 'sysfs'>,
  context: PartContext,
): Promise<Buzzer & Closable> {
  if (buzzer === undefined) return createNoBuzzer();
  if (buzzer.driver !== 'module') return createBuzzer(buzzer, { sysfs });
  const contract = { port: 'buzzer', maker: 'createBuzzer', methods: ['set'] } as const;
  return openModule<Buzzer>(buzzer, contract, context);
}

/** The clock chip that a board file names; without one, each call answers `not-present`. */
export async function openRtc(
  { rtc, sysfs }: Pick<BoardFile, 'rtc' | 'sysfs'>,
  context: PartContext,
): Promise<Rtc & Closable> {
  if (rtc === undefined) return createNoRtc();
  if (rtc.driver === 'module') {
    const contract = { port: 'rtc', maker: 'createRtc', methods: ['read', 'write'] } as const;
    return openModule<Rtc>(rtc, contract, context);
  }
  if (rtc.driver === 'ds3231') return createRtc(rtc, { sysfs });
  const { hwclock, ...config } = rtc;
  return createRtc(config, { sysfs, ...(hwclock !== undefined && { hwclock }) });
}

/** The watchdog that a board file names, which counts once it is armed. */
export function openWatchdog({ watchdog }: Pick<BoardFile, 'watchdog'>): Watchdog & Closable {
  return watchdog === undefined ? createNoWatchdog() : createWatchdog({ device: watchdog });
}

/** The supply; it remembers in the storage why the machine started. */
export function openPower(file: BoardFile): Power & Closable {
  const { power, watchdog, sysfs } = file;
  const marker = join(file.storage, 'POWER');
  return createPower({ ...power, marker, ...(watchdog !== undefined && { watchdog }) }, { sysfs });
}

import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HalError } from '../errors.ts';
import type { Closable } from './closable.ts';
import { halErrorFrom } from './errno.ts';

/** An LED of one colour. */
export interface SingleLed extends Closable {
  set(isLit: boolean): void;
}

/**
 * An LED of the kernel's class: `brightness` is written from now on, and a trigger that would blink
 * it by itself is taken off. Errors: `not-present`, `permission`, `io`.
 */
export function openSysfsLed(folder: string): SingleLed {
  const path = join(folder, 'brightness');
  const most = mostOf(folder);
  takeOffTrigger(folder);
  let fd: number | undefined = attempt('open the LED', path, () =>
    openSync(path, constants.O_WRONLY),
  );
  return {
    set: (isLit) => {
      const open = fd;
      if (open === undefined) throw new HalError('closed', 'leds', `${path} is closed`);
      attempt('set the LED', path, () => writeSync(open, isLit ? `${most}\n` : '0\n', 0));
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function mostOf(folder: string): number {
  const path = join(folder, 'max_brightness');
  const text = attempt('read how bright the LED can be in', path, () => readFileSync(path, 'utf8'));
  const most = Number.parseInt(text, 10);
  if (most > 0) return most;
  throw new HalError('io', 'leds', `${path} holds «${text.trim()}», which is no brightness`);
}

/** Only where there is one: to write it may be forbidden though to light the LED is not. */
function takeOffTrigger(folder: string): void {
  const path = join(folder, 'trigger');
  const text = attempt('read the trigger of the LED in', path, () => readFileSync(path, 'utf8'));
  if (text.includes('[none]')) return;
  attempt('take the trigger off the LED in', path, () =>
    writeFileSync(path, 'none\n', { flag: 'r+' }),
  );
}

function attempt<T>(what: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw halErrorFrom('leds', error, { what, path });
  }
}

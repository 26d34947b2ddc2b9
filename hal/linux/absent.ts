import type { Buzzer } from '../buzzer.ts';
import { HalError } from '../errors.ts';
import type { Rtc } from '../rtc.ts';
import type { Watchdog } from '../watchdog.ts';
import type { Closable } from './closable.ts';

/** What a board has whose file names no buzzer: silence. */
export function createNoBuzzer(): Buzzer & Closable {
  return { set: () => undefined, close: () => undefined };
}

/** What a board has whose file names no clock chip. */
export function createNoRtc(): Rtc & Closable {
  const absent = (): never => {
    throw new HalError('not-present', 'rtc', 'the board file names no clock chip');
  };
  return { read: absent, write: absent, close: () => undefined };
}

/** What a board has whose file names no watchdog: nobody restarts it. */
export function createNoWatchdog(): Watchdog & Closable {
  return { arm: (timeoutMs) => timeoutMs, kick: () => undefined, close: () => undefined };
}

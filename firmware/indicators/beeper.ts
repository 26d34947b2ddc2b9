import type { Buzzer } from '#hal/buzzer';
import type { Clock } from '#hal/clock';

/** Lengths of the vendor's two beeps, ms. */
export const shortBeepMs = 500;
/** Length of the beep that says "ready", ms. */
export const longBeepMs = 1500;

/** Silence between two beeps that follow each other, so that they can be counted, ms. */
const gapMs = 250;

/** More than this waiting is noise, not information. */
const waitingMax = 16;

/** Sounds beeps one after the other. */
export interface Beeper {
  /** Sounds at once, or after those asked for before. Silent while the audio alert is off. */
  beep(durationMs: number): void;
  readonly isSilent: boolean;
}

/** `isEnabled` is asked at each beep (the setting "audio alert"). */
export function createBeeper(buzzer: Buzzer, clock: Clock, isEnabled: () => boolean): Beeper {
  const waiting: number[] = [];
  let isBusy = false;

  const next = (): void => {
    const durationMs = waiting.shift();
    isBusy = durationMs !== undefined;
    if (durationMs === undefined) return;
    buzzer.set(true);
    clock.setTimeout(function endBeep() {
      buzzer.set(false);
      clock.setTimeout(next, gapMs);
    }, durationMs);
  };

  return {
    get isSilent() {
      return !isBusy;
    },
    beep(durationMs) {
      if (!isEnabled() || waiting.length >= waitingMax) return;
      waiting.push(durationMs);
      if (!isBusy) next();
    },
  };
}

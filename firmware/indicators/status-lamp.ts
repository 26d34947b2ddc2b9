import type { Clock, TimerId } from '#hal/clock';
import type { Led, LedColour } from '#hal/led';

/**
 * What the status LED says (vendor's LED table): `starting` green, `resetting` green and red by
 * turns, both 0.5 s; `ready` green steady; `fault` red steady.
 */
export type LampMeaning = 'starting' | 'ready' | 'resetting' | 'fault' | 'off';

/** One colour is steady, two alternate. */
const patterns: Readonly<Record<LampMeaning, readonly [LedColour, LedColour?]>> = {
  starting: ['green', 'off'],
  ready: ['green'],
  resetting: ['green', 'red'],
  fault: ['red'],
  off: ['off'],
};

const halfPeriodMs = 500;

/** Shows meanings on the status LED. A steady meaning costs no timer. */
export interface StatusLamp {
  readonly meaning: LampMeaning;
  show(meaning: LampMeaning): void;
  /** A person tries the LED: shown for that long, then the meaning returns. */
  test(colour: LedColour, durationMs: number): void;
}

/** The lamp is dark until the first `show`; `resume` is what it showed already. */
export function createStatusLamp(led: Led, clock: Clock, resume?: LampMeaning): StatusLamp {
  let meaning: LampMeaning = resume ?? 'off';
  let timer: TimerId;

  const showPhase = (phase: 0 | 1): void => {
    const [first, second] = patterns[meaning];
    led.set(phase === 1 && second !== undefined ? second : first);
    if (second === undefined) return;
    timer = clock.setTimeout(function blinkStatusLed() {
      showPhase(phase === 0 ? 1 : 0);
    }, halfPeriodMs);
  };

  return {
    get meaning() {
      return meaning;
    },
    show(next) {
      if (next === meaning) return;
      clock.clearTimeout(timer);
      meaning = next;
      showPhase(0);
    },
    test(colour, durationMs) {
      clock.clearTimeout(timer);
      led.set(colour);
      timer = clock.setTimeout(function endLedTest() {
        showPhase(0);
      }, durationMs);
    },
  };
}

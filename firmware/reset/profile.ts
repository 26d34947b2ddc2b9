import { shortBeepMs } from '../indicators/beeper.ts';

/** What a gesture on the RESET button asks for. */
export type ResetAction = 'basic' | 'advanced' | 'reboot';

/** One press of a gesture: how long it must be held, edge to edge. */
export interface HoldRule {
  /** Shortest hold, inclusive, ms. */
  readonly fromMs: number;
  /** Longest hold, exclusive, ms; without end where absent. */
  readonly belowMs?: number;
  /** Length of the beep when `fromMs` is reached, during the hold, ms; silent where absent. */
  readonly beepMs?: number;
}

/** A press, or several in a row, that ask for one action. */
export interface Gesture {
  readonly action: ResetAction;
  readonly holds: readonly [HoldRule, ...HoldRule[]];
  /** Longest time from the release of one hold to the press of the next, ms. */
  readonly withinMs?: number;
  /** Whether the last hold acts as soon as it is long enough, or when it is released. */
  readonly fires: 'at-threshold' | 'on-release';
}

/** A vendor's RESET contract as data. */
export interface ResetProfile {
  /** A level counts once it has been stable that long, ms. */
  readonly debounceMs: number;
  readonly gestures: readonly Gesture[];
}

/**
 * The appliance's own contract: 3 s basic (on release, or it could not be told from the start of
 * a longer hold), 10 s advanced (at the threshold: the second beep is the confirmation).
 */
export const defaultResetProfile: ResetProfile = {
  debounceMs: 20,
  gestures: [
    {
      action: 'basic',
      holds: [{ fromMs: 3_000, belowMs: 10_000, beepMs: shortBeepMs }],
      fires: 'on-release',
    },
    {
      action: 'advanced',
      holds: [{ fromMs: 10_000, beepMs: shortBeepMs }],
      fires: 'at-threshold',
    },
  ],
};

/** The default contract with the other way of firing the advanced reset. */
export function withAdvancedFiring(fires: Gesture['fires']): ResetProfile {
  return {
    ...defaultResetProfile,
    gestures: defaultResetProfile.gestures.map((gesture) =>
      gesture.action === 'advanced' ? { ...gesture, fires } : gesture,
    ),
  };
}

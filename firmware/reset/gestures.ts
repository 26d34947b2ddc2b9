import { elapsedMs } from '../time/elapsed.ts';
import type { Gesture, HoldRule, ResetAction, ResetProfile } from './profile.ts';

/** A hold that has ended; instants on the monotonic clock, ms. */
export interface EndedHold {
  readonly pressedAtMs: number;
  readonly releasedAtMs: number;
}

/** A length of the present hold at which something is due. */
export interface Threshold {
  readonly holdMs: number;
  readonly beepMs?: number;
  /** What fires at this length, while the button is still held. */
  readonly action?: ResetAction;
}

/** The lengths at which the hold that began at `pressedAtMs` beeps or fires, shortest first. */
export function thresholdsOf(
  profile: ResetProfile,
  before: readonly EndedHold[],
  pressedAtMs: number,
): readonly Threshold[] {
  const byLength = new Map<number, Threshold>();
  for (const gesture of profile.gestures) {
    const rule = ruleOfHold(gesture, before, pressedAtMs);
    if (rule === undefined) continue;
    const isLast = rule === gesture.holds.at(-1);
    const known = byLength.get(rule.fromMs);
    const beepMs = Math.max(rule.beepMs ?? 0, known?.beepMs ?? 0);
    const action = isLast && gesture.fires === 'at-threshold' ? gesture.action : known?.action;
    if (beepMs === 0 && action === undefined) continue;
    byLength.set(rule.fromMs, {
      holdMs: rule.fromMs,
      ...(beepMs > 0 && { beepMs }),
      ...(action !== undefined && { action }),
    });
  }
  return [...byLength.values()].sort((a, b) => a.holdMs - b.holdMs);
}

/**
 * What the holds so far, the last of them just released, ask for. Where several gestures fit, the
 * one with more holds wins, then the one with the longer last hold.
 */
export function gestureOnRelease(
  profile: ResetProfile,
  holds: readonly EndedHold[],
): Gesture | undefined {
  const last = holds.at(-1);
  if (last === undefined) return undefined;
  const before = holds.slice(0, -1);
  const heldMs = elapsedMs(last.pressedAtMs, last.releasedAtMs);
  return profile.gestures
    .filter((gesture) => {
      const rule = ruleOfHold(gesture, before, last.pressedAtMs);
      return rule !== undefined && rule === gesture.holds.at(-1) && fits(rule, heldMs);
    })
    .sort((a, b) => b.holds.length - a.holds.length || lastFromMs(b) - lastFromMs(a))[0];
}

/** How many ended holds any gesture looks back on. */
export function holdsRemembered(profile: ResetProfile): number {
  return Math.max(...profile.gestures.map((gesture) => gesture.holds.length)) - 1;
}

/** The rule that a hold beginning at `pressedAtMs` has to meet, if the holds before it fit. */
function ruleOfHold(
  gesture: Gesture,
  before: readonly EndedHold[],
  pressedAtMs: number,
): HoldRule | undefined {
  const needed = gesture.holds.length - 1;
  const recent = needed === 0 ? [] : before.slice(-needed);
  if (recent.length < needed) return gesture.holds[recent.length];
  let nextPressMs = pressedAtMs;
  for (let place = needed - 1; place >= 0; place -= 1) {
    const hold = recent[place] as EndedHold;
    const pauseMs = elapsedMs(hold.releasedAtMs, nextPressMs);
    const heldMs = elapsedMs(hold.pressedAtMs, hold.releasedAtMs);
    if (pauseMs > (gesture.withinMs ?? Number.POSITIVE_INFINITY)) return gesture.holds[0];
    if (!fits(gesture.holds[place] as HoldRule, heldMs)) return gesture.holds[0];
    nextPressMs = hold.pressedAtMs;
  }
  return gesture.holds[needed];
}

function fits(rule: HoldRule, heldMs: number): boolean {
  return heldMs >= rule.fromMs && heldMs < (rule.belowMs ?? Number.POSITIVE_INFINITY);
}

function lastFromMs(gesture: Gesture): number {
  return gesture.holds.at(-1)?.fromMs ?? 0;
}

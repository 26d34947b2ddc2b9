import { assign, emit, setup } from 'xstate';
import { elapsedMs } from '../time/elapsed.ts';
import {
  gestureOnRelease,
  holdsRemembered,
  thresholdsOf,
  type EndedHold,
  type Threshold,
} from './gestures.ts';
import type { ResetAction, ResetProfile } from './profile.ts';

/** A timer this much behind may have overtaken edges, ms. */
const latenessMs = 1;

/** Longer than any board runs (70 years), and still exact in microseconds, ms. */
const neverMs = 2 ** 41;

interface ButtonInput {
  readonly profile: ResetProfile;
  /** Level of the line when the firmware started. */
  readonly isPressedAtStart: boolean;
  readonly senses: ButtonSenses;
}

/** What the chart can find out when it has to decide; nothing here changes anything. */
export interface ButtonSenses {
  /** The monotonic clock, ms. */
  nowMs(): number;
  /** Whether a press that begins now is taken. */
  isListening(): boolean;
  /** First edge of a burst that has not settled yet, ms. */
  unsettledSinceMs(): number | undefined;
  /** Level of the raw line now. */
  isLinePressed(): boolean;
}

/** What the chart keeps; instants on the monotonic clock, ms. */
interface ButtonContext extends ButtonInput {
  readonly pressedAtMs: number;
  /** Thresholds of the present hold that are still ahead, shortest first. */
  readonly ahead: readonly Threshold[];
  readonly before: readonly EndedHold[];
  /** The hold has acted already; its release asks for nothing more. */
  readonly hasFired: boolean;
}

/** Settled facts about the line. */
type ButtonEvent =
  | { readonly type: 'button.pressed'; readonly atMs: number }
  | { readonly type: 'button.released'; readonly atMs: number };

/** What the chart tells the appliance. */
export type ButtonFact =
  | { readonly type: 'arming.delayed' }
  | { readonly type: 'arming.done' }
  | { readonly type: 'press.ignored' }
  | { readonly type: 'threshold.reached'; readonly threshold: Threshold }
  | {
      readonly type: 'press.ended';
      readonly holdMs: number;
      readonly action: ResetAction | undefined;
      /** It acted already while it was held. */
      readonly hasFired: boolean;
      /** Thresholds that the time stamps say were passed though no timer had noticed. */
      readonly missed: readonly Threshold[];
    };

/**
 * The RESET button: from settled levels to asked-for resets. Holds are measured on the edges'
 * time stamps; delays only decide when to look. Bounds are inclusive: a hold of exactly 3,000 ms
 * has reached 3,000 ms. The senses come with the input, not by `provide`: that would build the
 * whole chart anew for every board.
 */
export const buttonMachine = setup({
  types: {} as {
    input: ButtonInput;
    context: ButtonContext;
    events: ButtonEvent;
    emitted: ButtonFact;
  },
  guards: {
    isPressedAtStart: ({ context }) => context.isPressedAtStart,
    isListening: ({ context }) => context.senses.isListening(),
    /** A release began before the next threshold and has not settled. */
    isReleasePending: ({ context }) => {
      const threshold = context.ahead[0];
      if (threshold === undefined) return false;
      const since = context.senses.unsettledSinceMs();
      if (since !== undefined) return elapsedMs(context.pressedAtMs, since) < threshold.holdMs;
      // The line is up but no edge came yet: it is on its way through a busy event loop.
      return !context.senses.isLinePressed();
    },
    /** The timer was held up: it may have overtaken edges that are still queued. */
    isLookLate: ({ context }) => context.senses.nowMs() - dueMs(context) > latenessMs,
  },
  delays: {
    nextThreshold: ({ context }) => Math.max(0, dueMs(context) - context.senses.nowMs()),
    debounce: ({ context }) => context.profile.debounceMs,
  },
  actions: {
    beginHold: assign(({ context, event }) => ({
      pressedAtMs: event.atMs,
      ahead: thresholdsOf(context.profile, context.before, event.atMs),
      hasFired: false,
    })),
    tellThreshold: emit(({ context }) => ({
      type: 'threshold.reached',
      threshold: context.ahead[0] as Threshold,
    })),
    passThreshold: assign({
      hasFired: ({ context }) => context.hasFired || context.ahead[0]?.action !== undefined,
      ahead: ({ context }) => context.ahead.slice(1),
    }),
    tellEnd: emit(({ context, event }) => {
      const holds = holdsUpTo(context, event.atMs);
      const holdMs = elapsedMs(context.pressedAtMs, event.atMs);
      const missed = context.ahead.filter((threshold) => threshold.holdMs <= holdMs);
      const late = missed.find((threshold) => threshold.action !== undefined)?.action;
      const action = late ?? gestureOnRelease(context.profile, holds)?.action;
      return {
        type: 'press.ended',
        holdMs,
        action: context.hasFired ? undefined : action,
        hasFired: context.hasFired,
        missed,
      };
    }),
    endHold: assign({
      ahead: [],
      before: ({ context, event }) => {
        const remembered = holdsRemembered(context.profile);
        return remembered === 0 ? [] : holdsUpTo(context, event.atMs).slice(-remembered);
      },
    }),
  },
}).createMachine({
  id: 'reset-button',
  options: { maxIterations: 100 },
  context: ({ input }) => ({
    ...input,
    pressedAtMs: 0,
    ahead: [],
    before: [],
    hasFired: false,
  }),
  initial: 'deciding',
  states: {
    deciding: {
      always: [{ guard: 'isPressedAtStart', target: 'disarmed' }, { target: 'released' }],
    },
    disarmed: {
      entry: emit({ type: 'arming.delayed' }),
      on: { 'button.released': { target: 'released', actions: emit({ type: 'arming.done' }) } },
    },
    released: {
      on: {
        'button.pressed': [
          { guard: 'isListening', target: 'held', actions: 'beginHold' },
          { target: 'ignored' },
        ],
      },
    },
    ignored: {
      entry: emit({ type: 'press.ignored' }),
      on: { 'button.released': 'released' },
    },
    held: {
      after: {
        nextThreshold: [
          { guard: 'isReleasePending', target: 'doubtful' },
          { guard: 'isLookLate', target: 'doubtful' },
          { target: 'held', reenter: true, actions: ['tellThreshold', 'passThreshold'] },
        ],
      },
      on: { 'button.released': { target: 'released', actions: ['tellEnd', 'endHold'] } },
    },
    doubtful: {
      after: {
        debounce: [
          { guard: 'isReleasePending', target: 'doubtful', reenter: true },
          { target: 'held', actions: ['tellThreshold', 'passThreshold'] },
        ],
      },
      on: { 'button.released': { target: 'released', actions: ['tellEnd', 'endHold'] } },
    },
  },
});

function holdsUpTo(context: ButtonContext, releasedAtMs: number): readonly EndedHold[] {
  return [...context.before, { pressedAtMs: context.pressedAtMs, releasedAtMs }];
}

/** When the next threshold of the present hold is due; never, where none is ahead. */
function dueMs({ ahead: [threshold], pressedAtMs }: ButtonContext): number {
  return threshold === undefined ? neverMs : pressedAtMs + threshold.holdMs;
}

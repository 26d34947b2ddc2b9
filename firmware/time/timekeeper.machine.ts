import { setup } from 'xstate';

/** What the chart can find out when it has to decide; none may throw. */
export interface TimekeeperSenses {
  isEnabled(): boolean;
  /** How the last round of this life ended; undefined where there was none. */
  lastRound(): 'synchronised' | 'failed' | undefined;
  /** What the wall clock is believed for, as far as sync has to do with it. */
  belief(): 'synchronised' | 'holdover' | undefined;
  /** Until the next try after a round that failed, ms. */
  msToRetry(): number;
  /** Until the last sync is too old to be believed, ms. */
  msToHoldover(): number;
}

/** What the chart has done; none may throw. */
export interface TimekeeperEffects {
  /** Asks all servers, unless they are being asked; answers later with one event of the round. */
  ask(): void;
  believe(trust: 'synchronised' | 'holdover'): void;
}

/** What the timekeeper hears: settled facts, not packets. A round that is as usual is one event. */
export type TimekeeperEvent =
  /** A majority of servers agreed, and the clock follows them. */
  | { readonly type: 'round.synchronised' }
  /** Too few answered or agreed, or what they agreed on was refused. */
  | { readonly type: 'round.failed' }
  /** What is to be asked, or how often, is different now. */
  | { readonly type: 'settings.changed' }
  /** The network may be back. */
  | { readonly type: 'network.changed' }
  /** A person has set the clock. */
  | { readonly type: 'clock.setByHand' };

interface TimekeeperInput {
  readonly senses: TimekeeperSenses;
  readonly effects: TimekeeperEffects;
}

/** Rounds are asked for by a schedule; one that failed is tried again before. */
const tryingStates = {
  initial: 'deciding',
  on: { 'round.failed': '.retrying' },
  states: {
    deciding: { always: [{ guard: 'hasFailed', target: 'retrying' }, { target: 'waiting' }] },
    waiting: {},
    retrying: {
      after: { untilRetry: { actions: 'ask' } },
      on: { 'network.changed': { actions: 'ask' } },
    },
  },
} as const;

/**
 * Keeps the wall clock with time servers: how long what they said may be believed, and when they
 * are asked again after a failure.
 */
export const timekeeperMachine = setup({
  types: {} as { input: TimekeeperInput; context: TimekeeperInput; events: TimekeeperEvent },
  guards: {
    isDisabled: ({ context }) => !context.senses.isEnabled(),
    hasFailed: ({ context }) => context.senses.lastRound() === 'failed',
    isNew: ({ context }) => context.senses.lastRound() === undefined,
    isSynchronised: ({ context }) => context.senses.belief() === 'synchronised',
    isInHoldover: ({ context }) => context.senses.belief() === 'holdover',
    isTooOld: ({ context }) => context.senses.msToHoldover() <= 0,
  },
  actions: {
    ask: ({ context }) => context.effects.ask(),
    believeSync: ({ context }) => context.effects.believe('synchronised'),
    believeHoldover: ({ context }) => context.effects.believe('holdover'),
  },
  delays: {
    untilRetry: ({ context }) => context.senses.msToRetry(),
    untilHoldover: ({ context }) => context.senses.msToHoldover(),
  },
}).createMachine({
  id: 'timekeeper',
  options: { maxIterations: 100 },
  context: ({ input }) => input,
  initial: 'deciding',
  on: {
    'settings.changed': [
      { guard: 'isDisabled', target: '.off' },
      { target: '.deciding', actions: 'ask' },
    ],
  },
  states: {
    deciding: {
      always: [
        { guard: 'isDisabled', target: 'off' },
        { guard: 'isSynchronised', target: 'synchronised' },
        { guard: 'isInHoldover', target: 'holdover' },
        { guard: 'isNew', target: 'unsynchronised', actions: 'ask' },
        { target: 'unsynchronised' },
      ],
    },
    off: {
      initial: 'deciding',
      on: { 'clock.setByHand': '.resting' },
      states: {
        deciding: {
          always: [{ guard: 'isSynchronised', target: 'ageing' }, { target: 'resting' }],
        },
        ageing: { after: { untilHoldover: { target: 'resting', actions: 'believeHoldover' } } },
        resting: {},
      },
    },
    unsynchronised: {
      ...tryingStates,
      on: {
        ...tryingStates.on,
        'round.synchronised': { target: 'synchronised', actions: 'believeSync' },
      },
    },
    synchronised: {
      ...tryingStates,
      // Syncs that follow move the deadline, not the timer: it looks again when it fires.
      after: {
        untilHoldover: [
          { guard: 'isTooOld', target: 'holdover', actions: 'believeHoldover' },
          { target: 'synchronised', reenter: true },
        ],
      },
      on: { ...tryingStates.on, 'clock.setByHand': 'unsynchronised' },
      states: {
        ...tryingStates.states,
        retrying: {
          ...tryingStates.states.retrying,
          on: { ...tryingStates.states.retrying.on, 'round.synchronised': 'waiting' },
        },
      },
    },
    holdover: {
      ...tryingStates,
      on: {
        ...tryingStates.on,
        'round.synchronised': { target: 'synchronised', actions: 'believeSync' },
        'clock.setByHand': 'unsynchronised',
      },
    },
  },
});

import { setup } from 'xstate';

/** The longest that handing in one mail may take, ms by the board's clock. */
export const handInLimitMs = 60_000;

/** What the chart can find out when it has to decide; none may throw. */
export interface OutboxSenses {
  /** Whether a mail waits whose time has come. Looks at the store; the others go by what it saw. */
  isAnyDue(): boolean;
  /** Whether any mail waits, or none could be seen. */
  isAnyWaiting(): boolean;
  /** Until it is worth looking again, ms. */
  msToNext(): number;
}

/** What the chart has done; none may throw: what it came to is sent as an event. */
export interface OutboxEffects {
  /** Takes the oldest mail that is due; answers later with `handIn.ended`. */
  handIn(): void;
  /** It takes too long: ends it, and `handIn.ended` follows. */
  giveUp(): void;
}

/** What the outbox hears. */
export type OutboxEvent = { readonly type: 'mail.queued' } | { readonly type: 'handIn.ended' };

interface OutboxInput {
  readonly senses: OutboxSenses;
  readonly effects: OutboxEffects;
}

/**
 * The queue of mails: one is handed in at a time. A mail that could not be is due again later; the
 * others do not wait for it.
 */
export const outboxMachine = setup({
  types: {} as { input: OutboxInput; context: OutboxInput; events: OutboxEvent },
  guards: {
    isAnyDue: ({ context }) => context.senses.isAnyDue(),
    isAnyWaiting: ({ context }) => context.senses.isAnyWaiting(),
  },
  actions: {
    handIn: ({ context }) => context.effects.handIn(),
    giveUp: ({ context }) => context.effects.giveUp(),
  },
  delays: {
    handInLimit: handInLimitMs,
    untilNext: ({ context }) => context.senses.msToNext(),
  },
}).createMachine({
  id: 'outbox',
  options: { maxIterations: 100 },
  context: ({ input }) => input,
  initial: 'deciding',
  states: {
    deciding: {
      always: [
        { guard: 'isAnyDue', target: 'handingIn' },
        { guard: 'isAnyWaiting', target: 'waiting' },
        { target: 'empty' },
      ],
    },
    empty: { on: { 'mail.queued': 'deciding' } },
    handingIn: {
      entry: 'handIn',
      initial: 'underWay',
      on: { 'handIn.ended': 'deciding' },
      states: {
        underWay: { after: { handInLimit: { target: 'givenUp', actions: 'giveUp' } } },
        givenUp: {},
      },
    },
    waiting: {
      after: { untilNext: 'deciding' },
      on: { 'mail.queued': 'deciding' },
    },
  },
});

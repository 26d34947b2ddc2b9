import { assign, emit, setup } from 'xstate';
import { freeWrongCodes } from './throttle.ts';

/** A pending sign-in lives so long, ms by the board's clock. */
const pendingLifeMs = 5 * 60_000;

/** What the second step is proved with. */
export type ProofKind = 'code' | 'answer' | 'email-code' | 'recovery-code';

/** What the chart can find out when it has to decide; nothing here changes anything or throws. */
export interface LoginSenses {
  /** The user is still the one whose password was right, and may sign in. */
  isUserGood(): boolean;
  isOffered(kind: ProofKind): boolean;
  /** Blocked, too early, or no clock to check a code by. */
  isRefused(kind: ProofKind): boolean;
}

/** What the chart has done; none may throw: what it came to is sent as an event. */
export interface LoginEffects {
  /** Answers with `proof.passed`, `code.refuted`, `answer.refuted` or `check.failed`. */
  check(kind: ProofKind, text: string): void;
  /** The password was right, and then nothing came. */
  tellGivenUp(): void;
}

/** What a pending sign-in hears. */
export type LoginEvent =
  | { readonly type: 'proof.given'; readonly kind: ProofKind; readonly text: string }
  | { readonly type: 'proof.passed' }
  | { readonly type: 'code.refuted' }
  /** Of the answer to the question, or of a mailed code. */
  | { readonly type: 'answer.refuted' }
  | { readonly type: 'check.failed' }
  | { readonly type: 'login.cancelled' };

/** What it tells of a proof that was not looked at. */
export type LoginFact = { readonly type: 'proof.notOffered' } | { readonly type: 'proof.notTaken' };

interface LoginInput {
  readonly senses: LoginSenses;
  readonly effects: LoginEffects;
}

interface LoginContext extends LoginInput {
  /** Wrong codes given to this sign-in; the count of the account is the store's. */
  readonly wrongCodes: number;
}

/**
 * One sign-in between the right password and the second step. Nothing that was typed is kept here.
 * `checking` lasts no time: its effect sends what it came to.
 */
export const loginMachine = setup({
  types: {} as {
    input: LoginInput;
    context: LoginContext;
    events: LoginEvent;
    emitted: LoginFact;
  },
  guards: {
    isUserGone: ({ context }) => !context.senses.isUserGood(),
    isNotOffered: ({ context, event }) => 'kind' in event && !context.senses.isOffered(event.kind),
    isRefused: ({ context, event }) => 'kind' in event && context.senses.isRefused(event.kind),
    isLastTry: ({ context }) => context.wrongCodes + 1 >= freeWrongCodes,
  },
  actions: {
    check: ({ context, event }) => {
      if (event.type === 'proof.given') context.effects.check(event.kind, event.text);
    },
    countWrong: assign({ wrongCodes: ({ context }) => context.wrongCodes + 1 }),
    tellNotOffered: emit({ type: 'proof.notOffered' }),
    tellNotTaken: emit({ type: 'proof.notTaken' }),
    tellGivenUp: ({ context }) => context.effects.tellGivenUp(),
  },
  delays: { pendingLife: pendingLifeMs },
}).createMachine({
  id: 'login',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ ...input, wrongCodes: 0 }),
  initial: 'pending',
  states: {
    pending: {
      initial: 'awaitingProof',
      after: { pendingLife: { target: 'givenUp', actions: 'tellGivenUp' } },
      on: { 'login.cancelled': { target: 'givenUp', actions: 'tellGivenUp' } },
      states: {
        awaitingProof: {
          on: {
            'proof.given': [
              { guard: 'isUserGone', target: '#login.ended' },
              { guard: 'isNotOffered', actions: 'tellNotOffered' },
              { guard: 'isRefused', actions: 'tellNotTaken' },
              { target: 'checking', actions: 'check' },
            ],
          },
        },
        checking: {
          on: {
            'proof.passed': '#login.signedIn',
            'code.refuted': [
              { guard: 'isLastTry', target: '#login.ended', actions: 'countWrong' },
              { target: 'awaitingProof', actions: 'countWrong' },
            ],
            'answer.refuted': 'awaitingProof',
            'check.failed': 'awaitingProof',
          },
        },
      },
    },
    signedIn: { type: 'final' },
    ended: { type: 'final' },
    givenUp: { type: 'final' },
  },
});

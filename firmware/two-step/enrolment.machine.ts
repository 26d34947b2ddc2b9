import { emit, setup } from 'xstate';
import type { QuestionChoice } from './questions.ts';

/** Without a step for so long, what was begun is dropped, ms by the board's clock. */
const enrolmentLifeMs = 10 * 60_000;

/** What the chart can find out when it has to decide; nothing here changes anything or throws. */
export interface EnrolmentSenses {
  /** Codes mean nothing while the appliance does not know the time. */
  isClockUnset(): boolean;
}

/** What the chart has done; none may throw: what it came to is sent as an event. */
export interface EnrolmentEffects {
  /** Answers with `code.confirmed` or `code.refuted`. */
  checkCode(code: string): void;
  keepQuestion(choice: QuestionChoice): void;
  /** A code goes to that address. */
  mailCode(address: string): void;
  /** The code came back: the address is the other way. */
  keepEmail(): void;
  /** Answers with `finish.done` or `finish.failed`. */
  finish(): void;
}

/** What the wizard hears. */
export type EnrolmentEvent =
  | { readonly type: 'code.given'; readonly code: string }
  | { readonly type: 'code.confirmed' }
  | { readonly type: 'code.refuted' }
  | { readonly type: 'question.chosen'; readonly choice: QuestionChoice }
  | { readonly type: 'email.chosen'; readonly address: string }
  | { readonly type: 'email.confirmed' }
  | { readonly type: 'finish.asked' }
  | { readonly type: 'finish.done' }
  | { readonly type: 'finish.failed' }
  | { readonly type: 'wizard.left' };

/** What the wizard tells. */
export type EnrolmentFact = { readonly type: 'code.refused' };

interface EnrolmentInput {
  readonly senses: EnrolmentSenses;
  readonly effects: EnrolmentEffects;
}

/**
 * One user setting up 2-step verification: the key is shown, a code confirms it, another way is
 * chosen or not, Finish makes it so. Secret, codes and answers are kept by the effects, never here.
 *
 * `checking` and `finishing` last no time: their effect sends what it came to.
 */
export const enrolmentMachine = setup({
  types: {} as {
    input: EnrolmentInput;
    context: EnrolmentInput;
    events: EnrolmentEvent;
    emitted: EnrolmentFact;
  },
  guards: {
    isClockUnset: ({ context }) => context.senses.isClockUnset(),
  },
  actions: {
    checkCode: ({ context, event }) => {
      if (event.type === 'code.given') context.effects.checkCode(event.code);
    },
    keepQuestion: ({ context, event }) => {
      if (event.type === 'question.chosen') context.effects.keepQuestion(event.choice);
    },
    mailCode: ({ context, event }) => {
      if (event.type === 'email.chosen') context.effects.mailCode(event.address);
    },
    keepEmail: ({ context }) => context.effects.keepEmail(),
    finish: ({ context }) => context.effects.finish(),
    tellClockUnset: emit({ type: 'code.refused' }),
  },
  delays: { enrolmentLife: enrolmentLifeMs },
}).createMachine({
  id: 'enrolment',
  options: { maxIterations: 100 },
  context: ({ input }) => input,
  initial: 'keyShown',
  on: { 'wizard.left': '.dropped' },
  states: {
    keyShown: {
      after: { enrolmentLife: 'dropped' },
      on: {
        'code.given': [
          { guard: 'isClockUnset', target: 'keyShown', reenter: true, actions: 'tellClockUnset' },
          { target: 'checking', actions: 'checkCode' },
        ],
      },
    },
    checking: {
      on: { 'code.confirmed': 'confirmed', 'code.refuted': 'keyShown' },
    },
    confirmed: {
      after: { enrolmentLife: 'dropped' },
      on: {
        'question.chosen': { target: 'confirmed', reenter: true, actions: 'keepQuestion' },
        'email.chosen': { target: 'confirmed', reenter: true, actions: 'mailCode' },
        'email.confirmed': { target: 'confirmed', reenter: true, actions: 'keepEmail' },
        'finish.asked': { target: 'finishing', actions: 'finish' },
      },
    },
    finishing: {
      on: { 'finish.done': 'finished', 'finish.failed': 'confirmed' },
    },
    finished: { type: 'final' },
    dropped: { type: 'final' },
  },
});

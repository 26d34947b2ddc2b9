import { createActor, type ActorRefFrom } from 'xstate';
import type { Board } from '#hal/board';
import type { User } from '../accounts/users.ts';
import type { PasswordHasher } from '../accounts/password-hash.ts';
import type { Settings } from '../settings/settings.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { base32 } from './base32.ts';
import {
  enrolmentMachine,
  type EnrolmentEffects,
  type EnrolmentEvent,
  type EnrolmentSenses,
} from './enrolment.machine.ts';
import { normalAnswer, questionText, type QuestionChoice } from './questions.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import type { NewTwoStepRecord, TwoStepRecords } from './records.ts';
import { matchingSteps, otpauthUri, secretBytes } from './totp.ts';
import type { Enrolment } from './two-step.ts';
import { secretOwner, type Vault } from './vault.ts';

/** What an enrolment works with. */
export interface EnrolmentDeps {
  readonly board: Board;
  readonly store: WatchedStore;
  readonly settings: Settings;
  readonly hasher: PasswordHasher;
  readonly wallClock: WallClock;
  readonly records: TwoStepRecords;
  readonly vault: Vault;
}

/**
 * One enrolment: the chart, and what it has done. The secret is here and nowhere else until
 * `finish`: nothing of it outlives the wizard or a reboot.
 */
export class EnrolmentWork implements EnrolmentEffects, EnrolmentSenses {
  readonly user: User;
  readonly enrolment: Enrolment;
  readonly #deps: EnrolmentDeps;
  readonly #secret: Uint8Array;
  readonly #actor: ActorRefFrom<typeof enrolmentMachine>;
  #confirmedStep: number | undefined;
  #question: NewTwoStepRecord['question'];
  #email: string | undefined;
  /** The address that a code went to. */
  #typedAddress: string | undefined;
  #isClockRefused = false;
  #onFinish: () => void = () => undefined;
  #recoveryCodes: readonly string[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(
    deps: EnrolmentDeps,
    { user, begunIn }: { readonly user: User; readonly begunIn: string | undefined },
    on: { readonly end: () => void; readonly bug: (error: unknown) => void },
  ) {
    this.#deps = deps;
    this.user = user;
    const { board, settings } = deps;
    this.#secret = board.random.bytes(secretBytes);
    const secretBase32 = base32(this.#secret);
    const issuer = settings.get('network.hostName') || board.identity.model;
    const account = user.name;
    const uri = otpauthUri({ secretBase32, issuer, account });
    this.enrolment = { secretBase32, uri, issuer, account, begunIn };
    this.#actor = createActor(enrolmentMachine, {
      clock: board.clock,
      input: { senses: this, effects: this },
    });
    this.#actor.on('code.refused', () => {
      this.#isClockRefused = true;
    });
    this.#actor.subscribe({ complete: on.end, error: on.bug });
    this.#actor.start();
  }

  /** Whether the chart takes that event now. */
  can(event: EnrolmentEvent): boolean {
    return this.#actor.getSnapshot().can(event);
  }

  confirm(code: string): 'right' | 'wrong' | 'clock-unset' {
    this.#isClockRefused = false;
    this.#send({ type: 'code.given', code });
    if (this.#isClockRefused) return 'clock-unset';
    return this.#actor.getSnapshot().value === 'confirmed' ? 'right' : 'wrong';
  }

  choose(choice: QuestionChoice): void {
    this.#send({ type: 'question.chosen', choice });
  }

  /** Whether a code is on its way to an address. */
  get isEmailChosen(): boolean {
    return this.#typedAddress !== undefined;
  }

  /** A code goes to that address, which takes the place of one chosen before. */
  chooseEmail(address: string): void {
    this.#send({ type: 'email.chosen', address });
  }

  /** The code that went to the address came back. */
  confirmEmail(): void {
    this.#send({ type: 'email.confirmed' });
  }

  /** Calls `onFinish` inside the transaction that makes it so; answers the recovery codes. */
  complete(onFinish: () => void): readonly string[] {
    this.#onFinish = onFinish;
    this.#send({ type: 'finish.asked' });
    return this.#recoveryCodes;
  }

  leave(): void {
    this.#actor.send({ type: 'wizard.left' });
  }

  /** The firmware stops: no timer is left. */
  stop(): void {
    this.#actor.stop();
  }

  isClockUnset(): boolean {
    return this.#deps.wallClock.trust === 'unset';
  }

  checkCode(code: string): void {
    this.#attempt('code.refuted', () => {
      const { settings, wallClock } = this.#deps;
      const [step] = matchingSteps({
        secret: this.#secret,
        code,
        nowMs: wallClock.nowMs(),
        window: settings.get('twoStep.window'),
      });
      this.#confirmedStep = step;
      return step === undefined ? 'code.refuted' : 'code.confirmed';
    });
  }

  keepQuestion(choice: QuestionChoice): void {
    this.#attempt(undefined, () => {
      const text = questionText(choice);
      const answer = normalAnswer(choice.answer);
      if (text === undefined || answer === undefined) throw new Error('the choice was not checked');
      const answerHash = this.#deps.hasher.hash(answer);
      this.#question = { number: choice.number, text, answerHash };
      this.#email = undefined;
      return undefined;
    });
  }

  mailCode(address: string): void {
    this.#typedAddress = address;
  }

  keepEmail(): void {
    if (this.#typedAddress === undefined) return;
    this.#email = this.#typedAddress;
    this.#typedAddress = undefined;
    this.#question = undefined;
  }

  finish(): void {
    this.#attempt('finish.failed', () => {
      const { store, board, records, vault } = this.#deps;
      const userId = this.user.id;
      const { codes, stored } = makeRecoveryCodes(board.random);
      store.transaction(() => {
        records.insert({
          userId,
          sealedSecret: vault.seal(secretOwner(userId), this.#secret),
          usedSteps: this.#confirmedStep === undefined ? [] : [this.#confirmedStep],
          recoveryCodes: stored,
          question: this.#question,
          email: this.#email,
        });
        records.endSessions(userId);
        this.#onFinish();
      });
      this.#recoveryCodes = codes;
      return 'finish.done';
    });
  }

  /** Sends an event, and throws what an effect of it threw: the chart itself must live on. */
  #send(event: EnrolmentEvent): void {
    this.#failure = undefined;
    this.#actor.send(event);
    if (this.#failure !== undefined) throw this.#takeFailure();
  }

  #takeFailure(): unknown {
    const error = this.#failure?.error;
    this.#failure = undefined;
    return error;
  }

  #attempt(
    otherwise: 'code.refuted' | 'finish.failed' | undefined,
    work: () => 'code.confirmed' | 'code.refuted' | 'finish.done' | undefined,
  ): void {
    let type: ReturnType<typeof work> | typeof otherwise = otherwise;
    try {
      type = work();
    } catch (error) {
      this.#failure = { error };
    }
    if (type !== undefined) this.#actor.send({ type });
  }
}

import { createActor, type ActorRefFrom } from 'xstate';
import type { Clock } from '#hal/clock';
import type { Accounts } from '../accounts/accounts.ts';
import { isDisabled, type User } from '../accounts/users.ts';
import type { EventLog } from '../log/event-log.ts';
import { maskedAddress } from '../notify/mail-address.ts';
import type { Notices } from '../notify/notices.ts';
import type { Outbox } from '../notify/outbox.ts';
import type { Settings } from '../settings/settings.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';
import type { Devices } from '../two-step/devices.ts';
import { emailCodeMail, type EmailCodes } from '../two-step/email-codes.ts';
import {
  loginMachine,
  type LoginEffects,
  type LoginEvent,
  type LoginSenses,
  type ProofKind,
} from '../two-step/login.machine.ts';
import { codesLeft } from '../two-step/recovery-codes.ts';
import type { TwoStepRecord, TwoStepRecords } from '../two-step/records.ts';
import {
  isAlternative,
  type ProofRefusal,
  type ProofVerdict,
  type SecondFactor,
} from '../two-step/second-factor.ts';
import { freeWrongCodes, wrongAnswersMax } from '../two-step/throttle.ts';
import type { FailureGuard } from './failure-guard.ts';
import type { SessionOrigin } from './sessions.ts';
import type {
  EmailCodeOutcome,
  Method,
  Proof,
  RememberDevice,
  SecondStep,
  SignedIn,
} from './sign-in.ts';

/** What a pending sign-in works with. */
export interface PendingDeps {
  readonly clock: Clock;
  readonly store: WatchedStore;
  readonly accounts: Accounts;
  readonly settings: Settings;
  readonly log: EventLog;
  readonly wallClock: WallClock;
  readonly records: TwoStepRecords;
  readonly devices: Devices;
  readonly factor: SecondFactor;
  readonly notices: Notices;
  readonly outbox: Pick<Outbox, 'enqueue' | 'isConfigured'>;
  readonly emailCodes: EmailCodes;
  /** Bounds how often a user is told of wrong codes. */
  readonly warnings: FailureGuard<number>;
  readonly onFailure: (error: unknown) => void;
}

interface Known {
  readonly record: TwoStepRecord;
  readonly user: User;
}

/** What a proof came to, for whoever gave it. */
export type PendingAnswer =
  | { readonly kind: 'passed'; readonly user: User; readonly device: SignedIn['device'] }
  | {
      readonly kind: 'wrong';
      readonly triesLeft: number;
      readonly waitMs: number;
      /** The pending sign-in ended with it. */
      readonly isLast: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: ProofRefusal | 'expired' | 'not-available' };

/** What stood for the user before the second step. */
export type FirstFactor = 'password' | 'remembered login';

/** How long devices are remembered, where nobody says. */
const deviceDaysOtherwise = 90;

const factorTexts: Readonly<Record<ProofKind, string>> = {
  code: 'security code',
  answer: 'answer to the security question',
  'email-code': 'mailed code',
  'recovery-code': 'recovery code',
};

/** One sign-in whose password was right: the chart, and what it has done. */
export class PendingLogin implements LoginSenses, LoginEffects {
  readonly id: string;
  readonly origin: SessionOrigin;
  readonly #deps: PendingDeps;
  readonly #actor: ActorRefFrom<typeof loginMachine>;
  readonly #firstUser: User;
  readonly #firstFactor: FirstFactor;
  /** As the store says at this proof: the chart must not meet a failing flash. */
  #user: User | undefined;
  #record: TwoStepRecord | undefined;
  #remember: RememberDevice = {};
  #wrongProofs = 0;
  #answer: PendingAnswer | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    deps: PendingDeps,
    login: {
      readonly id: string;
      readonly user: User;
      readonly firstFactor: FirstFactor;
      readonly origin: SessionOrigin;
    },
    onEnd: () => void,
  ) {
    this.#deps = deps;
    this.id = login.id;
    this.origin = login.origin;
    this.#firstUser = login.user;
    this.#firstFactor = login.firstFactor;
    this.#actor = createActor(loginMachine, {
      clock: deps.clock,
      input: { senses: this, effects: this },
    });
    this.#actor.on('proof.notOffered', () => {
      this.#answer = { kind: 'refused', refusal: 'not-available' };
    });
    this.#actor.subscribe({ complete: onEnd, error: deps.onFailure });
    this.#actor.start();
  }

  get userId(): number {
    return this.#firstUser.id;
  }

  /** Proofs that were looked at and wrong. */
  get wrongProofs(): number {
    return this.#wrongProofs;
  }

  /** How the sign-in stands; undefined where it cannot go on. */
  show(): SecondStep | undefined {
    this.#refresh();
    const record = this.#record;
    if (record === undefined || !this.isUserGood()) return undefined;
    const { wallClock, factor } = this.#deps;
    const { question } = record;
    const isQuestionOffered = this.isOffered('answer') && !this.isRefused('answer');
    const isEmailOffered = this.isOffered('email-code') && !this.isRefused('email-code');
    const methods: Method[] = ['code'];
    if (isQuestionOffered) methods.push('question');
    if (isEmailOffered) methods.push('email');
    if (this.isOffered('recovery-code')) methods.push('recovery-code');
    const isHere = this.origin.via === 'serial' && this.#user?.isAdministrator === true;
    return {
      kind: 'second-step',
      pendingId: this.id,
      methods,
      lengthOfCode: 6,
      clockTrust: wallClock.trust,
      ...(isQuestionOffered &&
        question && { question: { number: question.number, text: question.text } }),
      ...(isEmailOffered && record.email && { emailHint: maskedAddress(record.email) }),
      alternative: { tries: Math.min(record.wrongAnswers, wrongAnswersMax), limit: 5 },
      canSetClock: isHere && wallClock.trust === 'unset',
      waitMs: factor.waitMs(record),
    };
  }

  /** Tries a proof. Store errors come out of it, and nothing of the try is stored then. */
  give(proof: Proof, remember: RememberDevice): PendingAnswer {
    this.#refresh();
    this.#remember = remember;
    this.#answer = undefined;
    this.#failure = undefined;
    const text = proof.kind === 'answer' ? proof.answer : proof.code;
    const before = this.#record && this.#deps.factor.refusal(this.#record, proof.kind);
    this.#actor.send({ type: 'proof.given', kind: proof.kind, text });
    const failure = this.#failure as { readonly error: unknown } | undefined;
    if (failure !== undefined) throw failure.error;
    const answer = this.#answer as PendingAnswer | undefined;
    if (answer !== undefined) return answer;
    return { kind: 'refused', refusal: before ?? 'expired' };
  }

  /** Mails a code to the address that the user has confirmed. */
  sendEmailCode(): EmailCodeOutcome {
    this.#refresh();
    const { store, outbox, emailCodes } = this.#deps;
    const user = this.#user;
    const to = this.#record?.email;
    if (user === undefined || !this.isUserGood()) return { ok: false, reason: 'expired' };
    if (to === undefined || !this.isOffered('email-code')) {
      return { ok: false, reason: 'not-available' };
    }
    if (this.isRefused('email-code')) return { ok: false, reason: 'alternative-blocked' };
    if (!outbox.isConfigured) return { ok: false, reason: 'no-mail' };
    const waitMs = emailCodes.waitMs(user.id);
    if (waitMs > 0) return { ok: false, reason: 'too-many', waitMs };
    return store.transaction((): EmailCodeOutcome => {
      const code = emailCodes.draw();
      const queued = outbox.enqueue({ to, ...emailCodeMail(code, user.name, 'sign-in') });
      if (queued === undefined) return { ok: false, reason: 'no-mail' };
      emailCodes.keep(user, 'sign-in', code);
      this.#note('info', `a code to log in was mailed: the ${this.#firstFactor} was right`);
      return { ok: true, firstTry: queued.firstTry };
    });
  }

  cancel(): void {
    this.#actor.send({ type: 'login.cancelled' });
  }

  /** The firmware stops: no timer is left. */
  stop(): void {
    this.#actor.stop();
  }

  isUserGood(): boolean {
    const user = this.#user;
    if (user === undefined || this.#record === undefined) return false;
    const isSame = user.sessionEpoch === this.#firstUser.sessionEpoch;
    return isSame && !isDisabled(user, this.#deps.wallClock.nowMs());
  }

  isOffered(kind: ProofKind): boolean {
    const record = this.#record;
    if (record === undefined) return false;
    if (kind === 'recovery-code') return codesLeft(record.recoveryCodes) > 0;
    if (kind === 'code') return true;
    const { settings } = this.#deps;
    if (kind === 'email-code')
      return record.email !== undefined && settings.get('twoStep.allowEmail');
    return record.question !== undefined && settings.get('twoStep.allowQuestions');
  }

  isRefused(kind: ProofKind): boolean {
    return (
      this.#record !== undefined && this.#deps.factor.refusal(this.#record, kind) !== undefined
    );
  }

  check(kind: ProofKind, text: string): void {
    let type: LoginEvent['type'] = 'check.failed';
    try {
      type = this.#try(kind, text);
    } catch (error) {
      this.#failure = { error };
    }
    this.#actor.send({ type } as LoginEvent);
  }

  tellGivenUp(): void {
    try {
      const text = `login given up at the second step: the ${this.#firstFactor} was right`;
      this.#note('warning', text);
    } catch (error) {
      this.#deps.onFailure(error);
    }
  }

  /** One transaction: what a power cut leaves is a proof not given, or given and used up. */
  #try(kind: ProofKind, text: string): LoginEvent['type'] {
    const user = this.#user;
    const record = this.#record;
    if (user === undefined || record === undefined) throw new Error('the proof came too late');
    const wrongBefore = this.#actor.getSnapshot().context.wrongCodes;
    this.#answer = this.#deps.store.transaction((): PendingAnswer => {
      const verdict = this.#judge({ record, user }, kind, text);
      if (verdict.isRight) {
        this.#note('info', `logged in with ${this.#firstFactor} and ${factorTexts[kind]}`);
        return { kind: 'passed', user, device: this.#rememberDevice(user) };
      }
      const isOther = isAlternative(kind);
      const isLast = !isOther && wrongBefore + 1 >= freeWrongCodes;
      this.#note('warning', `login refused: right ${this.#firstFactor}, ${why(verdict, isLast)}`);
      this.#wrongProofs += 1;
      if (verdict.blocks === undefined) this.#warn(user);
      return {
        kind: 'wrong',
        triesLeft: isOther ? wrongAnswersMax - verdict.count : freeWrongCodes - wrongBefore - 1,
        waitMs: verdict.waitMs,
        isLast,
      };
    });
    if (this.#answer.kind === 'passed') return 'proof.passed';
    return isAlternative(kind) ? 'answer.refuted' : 'code.refuted';
  }

  #judge({ record, user }: Known, kind: ProofKind, text: string): ProofVerdict {
    const { factor } = this.#deps;
    if (kind === 'code') return factor.tryCode(record, text);
    if (kind === 'answer') return factor.tryAnswer(record, text);
    if (kind === 'email-code') return factor.tryEmailCode(record, user, text);
    return factor.tryRecoveryCode(record, text);
  }

  /** Somebody knows the password: the user is told once in a while, not of each try. */
  #warn(user: User): void {
    const { store, notices, warnings } = this.#deps;
    if (warnings.blockedForMs(user.id) > 0) return;
    notices.tell(user, 'wrong-code');
    store.afterCommit(() => void warnings.fail(user.id));
  }

  #rememberDevice(user: User): SignedIn['device'] {
    const { rememberDevice, durationDays = deviceDaysOtherwise } = this.#remember;
    if (rememberDevice !== true) return undefined;
    const { application, address } = this.origin;
    return this.#deps.devices.remember(user, { application, address, durationDays });
  }

  #refresh(): void {
    const { accounts, records } = this.#deps;
    this.#user = accounts.userById(this.userId);
    this.#record = records.find(this.userId);
    // Read now, where an error of the store comes out to the caller.
    this.#deps.settings.get('twoStep.allowQuestions');
    this.#deps.settings.get('twoStep.allowEmail');
  }

  #note(severity: 'info' | 'warning', text: string): void {
    const { address } = this.origin;
    const user = this.#firstUser.name;
    this.#deps.log.append({ severity, category: 'login', text, user, address });
  }
}

function why(verdict: ProofVerdict & { readonly isRight: false }, isLast: boolean): string {
  const { detail, blocks } = verdict;
  if (blocks === 'alternative') return `${detail}; this way is blocked`;
  if (blocks === 'second-step') return `${detail}; the second step is blocked`;
  return isLast ? `${detail}; too many for one login` : detail;
}

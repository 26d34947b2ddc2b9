import type { Accounts } from '../accounts/accounts.ts';
import { nameKey } from '../accounts/names.ts';
import type { User } from '../accounts/users.ts';
import type { EventLog, Severity } from '../log/event-log.ts';
import { maskedAddress, normalAddress } from '../notify/mail-address.ts';
import type { Notice, Notices } from '../notify/notices.ts';
import type { Outbox } from '../notify/outbox.ts';
import type { Devices } from './devices.ts';
import { emailCodeMail, type EmailCodes } from './email-codes.ts';
import type { Enforcement } from './enforcement.ts';
import { EnrolmentWork, type EnrolmentDeps } from './enrolment-work.ts';
import { normalAnswer, questionText, type QuestionChoice } from './questions.ts';
import { codesLeft } from './recovery-codes.ts';
import type { SecondFactor } from './second-factor.ts';
import { codeNotTaken, twoStepRefused } from './texts.ts';
import { wrongAnswersMax, wrongCodesMax, type Waits } from './throttle.ts';
import type {
  Asker,
  DisableRequest,
  Enrolment,
  RecoveryCodesOutcome,
  TwoStep,
  TwoStepDetails,
  TwoStepOutcome,
  TwoStepRefused,
  TwoStepStatus,
} from './two-step.ts';

/** What the service works with. */
export interface TwoStepDeps extends EnrolmentDeps {
  readonly accounts: Accounts;
  readonly log: EventLog;
  readonly enforcement: Enforcement;
  readonly devices: Devices;
  readonly factor: SecondFactor;
  readonly waits: Waits;
  readonly emailCodes: EmailCodes;
  readonly outbox: Pick<Outbox, 'enqueue' | 'isConfigured'>;
  readonly notices: Notices;
  readonly onFailure: (error: unknown) => void;
}

const done: TwoStepOutcome = { ok: true };

/** 2-step verification over a store; see `TwoStep`. */
export class TwoStepService implements TwoStep {
  readonly #deps: TwoStepDeps;
  readonly #enrolments = new Map<number, EnrolmentWork>();

  constructor(deps: TwoStepDeps) {
    this.#deps = deps;
  }

  status(userId: number): TwoStepStatus {
    if (this.#deps.records.has(userId)) return 'enabled';
    return this.isEnforced(userId) ? 'incomplete' : 'disabled';
  }

  isEnforced(userId: number): boolean {
    return this.#deps.enforcement.isEnforced(userId);
  }

  details(userId: number): TwoStepDetails | undefined {
    const user = this.#deps.accounts.userById(userId);
    return user && this.#detailsOf(user);
  }

  list(): readonly TwoStepDetails[] {
    return this.#deps.accounts.users().map((user) => this.#detailsOf(user));
  }

  enforceUser(userId: number, isOn: boolean, asker: Asker): TwoStepOutcome {
    const user = this.#deps.accounts.userById(userId);
    if (user === undefined) return twoStepRefused('no-such-user');
    return this.#enforce('user', user, isOn, asker);
  }

  enforceGroup(groupId: number, isOn: boolean, asker: Asker): TwoStepOutcome {
    const name = this.#deps.enforcement.groupName(groupId);
    if (name === undefined) return twoStepRefused('no-such-group');
    return this.#enforce('group', { id: groupId, name }, isOn, asker);
  }

  enforcement(): ReturnType<TwoStep['enforcement']> {
    const { enforcement } = this.#deps;
    return { users: enforcement.users(), groups: enforcement.groups() };
  }

  begin(userId: number, asker: Asker, code = ''): ReturnType<TwoStep['begin']> {
    const user = this.#deps.accounts.userById(userId);
    if (user === undefined) return twoStepRefused('no-such-user');
    if (this.status(userId) === 'enabled') {
      const refusal = this.#deps.store.transaction(() =>
        this.#takeCode(user, code, asker, 'setting up anew'),
      );
      if (refusal !== undefined) return refusal;
    }
    this.leave(userId);
    const whose = { user, begunIn: asker.sessionId };
    const work: EnrolmentWork = new EnrolmentWork(this.#deps, whose, {
      end: () => {
        if (this.#enrolments.get(userId) === work) this.#enrolments.delete(userId);
      },
      bug: (error) => this.#deps.onFailure(error),
    });
    this.#enrolments.set(userId, work);
    return { ok: true, enrolment: work.enrolment };
  }

  enrolment(userId: number): Enrolment | undefined {
    return this.#goodEnrolment(userId)?.enrolment;
  }

  confirm(userId: number, code: string): TwoStepOutcome {
    const work = this.#goodEnrolment(userId);
    if (work?.can({ type: 'code.given', code }) !== true) return twoStepRefused('expired');
    const verdict = work.confirm(code);
    if (verdict === 'right') return done;
    return twoStepRefused(verdict === 'wrong' ? 'wrong-code' : 'clock-unset');
  }

  chooseQuestion(userId: number, choice: QuestionChoice): TwoStepOutcome {
    const work = this.#goodEnrolment(userId);
    if (work?.can({ type: 'question.chosen', choice }) !== true) return twoStepRefused('expired');
    if (!this.#deps.settings.get('twoStep.allowQuestions')) return twoStepRefused('questions-off');
    if (questionText(choice) === undefined) return twoStepRefused('question-invalid');
    const { name } = work.user;
    const answer = normalAnswer(choice.answer);
    if (answer === undefined || answer === nameKey(name) || this.#isPassword(name, choice.answer)) {
      return twoStepRefused('answer-invalid');
    }
    work.choose(choice);
    return done;
  }

  chooseEmail(userId: number, typed: string): ReturnType<TwoStep['chooseEmail']> {
    const { settings, outbox, emailCodes, store } = this.#deps;
    const address = normalAddress(typed);
    const work = this.#goodEnrolment(userId);
    const isOpen = work?.can({ type: 'email.chosen', address: typed }) === true;
    if (!isOpen) return twoStepRefused('expired');
    if (!settings.get('twoStep.allowEmail')) return twoStepRefused('email-off');
    if (address === undefined) return twoStepRefused('email-invalid');
    if (!outbox.isConfigured) return twoStepRefused('no-mail');
    const waitMs = emailCodes.waitMs(userId);
    if (waitMs > 0) return twoStepRefused('too-many', waitMs);
    const queued = store.transaction(() => {
      const code = emailCodes.draw();
      const mail = outbox.enqueue({
        to: address,
        ...emailCodeMail(code, work.user.name, 'address'),
      });
      if (mail !== undefined) emailCodes.keep(work.user, 'address', code);
      return mail;
    });
    if (queued === undefined) return twoStepRefused('no-mail');
    work.chooseEmail(address);
    return { ok: true, firstTry: queued.firstTry };
  }

  confirmEmail(userId: number, code: string): TwoStepOutcome {
    const work = this.#goodEnrolment(userId);
    if (work?.can({ type: 'email.confirmed' }) !== true) return twoStepRefused('expired');
    // A code that went out in a set-up before this one confirms nothing.
    const isRight = work.isEmailChosen && this.#deps.emailCodes.take(work.user, 'address', code);
    if (!isRight) return twoStepRefused('wrong-code');
    work.confirmEmail();
    return done;
  }

  finish(userId: number, asker: Asker): RecoveryCodesOutcome {
    const work = this.#goodEnrolment(userId);
    if (work?.can({ type: 'finish.asked' }) !== true) return twoStepRefused('expired');
    const text = '2-step verification enabled';
    const recoveryCodes = work.complete(() => {
      this.#note('info', text, work.user, asker);
      this.#tell(work.user, 'two-step-enabled');
    });
    return { ok: true, recoveryCodes };
  }

  leave(userId: number): void {
    this.#enrolments.get(userId)?.leave();
  }

  disable(userId: number, request: DisableRequest): TwoStepOutcome {
    const { accounts, records, store } = this.#deps;
    const { asker } = request;
    const user = accounts.userById(userId);
    if (user === undefined) return twoStepRefused('no-such-user');
    if (!records.has(userId)) return twoStepRefused('not-enabled');
    return store.transaction((): TwoStepOutcome => {
      if (request.by === 'administrator') {
        if (nameKey(asker.user) === nameKey(user.name)) return twoStepRefused('own-account');
      } else {
        if (this.isEnforced(userId)) return twoStepRefused('enforced');
        const refusal = this.#takeCode(user, request.code, asker, 'disabling');
        if (refusal !== undefined) return refusal;
      }
      records.remove(userId);
      records.endSessions(userId);
      const by = request.by === 'administrator' ? ' by an administrator' : '';
      this.#note('warning', `2-step verification disabled${by}`, user, asker);
      this.#tell(user, request.by === 'administrator' ? 'two-step-reset' : 'two-step-disabled');
      return done;
    });
  }

  unblock(userId: number, asker: Asker): TwoStepOutcome {
    const { accounts, records, store, waits } = this.#deps;
    const user = accounts.userById(userId);
    if (user === undefined) return twoStepRefused('no-such-user');
    if (!records.has(userId)) return twoStepRefused('not-enabled');
    if (nameKey(asker.user) === nameKey(user.name)) return twoStepRefused('own-account');
    store.transaction(() => {
      records.unblock(userId);
      waits.end(userId);
      this.#note('warning', 'counts of wrong codes and answers cleared', user, asker);
    });
    return done;
  }

  renewRecoveryCodes(userId: number, code: string, asker: Asker): RecoveryCodesOutcome {
    const { accounts, factor, store } = this.#deps;
    const user = accounts.userById(userId);
    if (user === undefined) return twoStepRefused('no-such-user');
    return store.transaction((): RecoveryCodesOutcome => {
      const refusal = this.#takeCode(user, code, asker, 'new recovery codes');
      if (refusal !== undefined) return refusal;
      const recoveryCodes = factor.renewRecoveryCodes(userId);
      this.#note('info', 'recovery codes made anew', user, asker);
      return { ok: true, recoveryCodes };
    });
  }

  devices(userId: number): ReturnType<TwoStep['devices']> {
    const user = this.#deps.accounts.userById(userId);
    return user === undefined ? [] : this.#deps.devices.of(user);
  }

  forgetDevice(userId: number, deviceId: number, asker: Asker): boolean {
    const { accounts, devices, store } = this.#deps;
    const user = accounts.userById(userId);
    if (user === undefined) return false;
    return store.transaction(() => {
      const isForgotten = devices.forget(user, deviceId);
      if (isForgotten) this.#note('info', 'remembered device forgotten', user, asker);
      return isForgotten;
    });
  }

  clear(userId: number): void {
    const { accounts, records, devices, store, waits } = this.#deps;
    const user = accounts.userById(userId);
    if (user !== undefined && records.has(userId)) this.#tell(user, 'two-step-reset');
    records.remove(userId);
    devices.removeOf(userId);
    waits.end(userId);
    store.afterCommit(() => this.leave(userId));
  }

  clearAll(): void {
    const { records, devices, enforcement, vault, store } = this.#deps;
    records.removeAll();
    devices.removeAll();
    enforcement.removeAll();
    vault.dropSalt();
    store.afterCommit(() => {
      for (const userId of this.#enrolments.keys()) this.leave(userId);
    });
  }

  get isIdle(): boolean {
    return this.#enrolments.size === 0 && this.#deps.emailCodes.isIdle;
  }

  stop(): void {
    for (const work of this.#enrolments.values()) work.stop();
    this.#enrolments.clear();
  }

  /** What ends a user's sessions ends what was begun in one of them. */
  #goodEnrolment(userId: number): EnrolmentWork | undefined {
    const work = this.#enrolments.get(userId);
    const user = work && this.#deps.accounts.userById(userId);
    if (work === undefined || user?.sessionEpoch === work.user.sessionEpoch) return work;
    work.leave();
    return undefined;
  }

  /** Why a code that something is asked with is not good; undefined where it is, and used up. */
  #takeCode(user: User, code: string, asker: Asker, what: string): TwoStepRefused | undefined {
    const { records, factor } = this.#deps;
    const record = records.find(user.id);
    if (record === undefined) return twoStepRefused('not-enabled');
    const refusal = factor.refusal(record, 'code');
    if (refusal !== undefined) return codeNotTaken(refusal);
    const verdict = factor.tryCode(record, code);
    if (verdict.isRight) return undefined;
    this.#note('warning', `${what} refused: ${verdict.detail}`, user, asker);
    return twoStepRefused(verdict.wasUsed ? 'used-code' : 'wrong-code');
  }

  #enforce(
    holder: 'user' | 'group',
    named: { readonly id: number; readonly name: string },
    isOn: boolean,
    asker: Asker,
  ): TwoStepOutcome {
    const { enforcement, log, store } = this.#deps;
    store.transaction(() => {
      const before = isOn ? this.#disabledUsers() : [];
      enforcement.set(holder, named.id, isOn);
      const what = isOn ? 'enforced on' : 'no longer enforced on';
      const text = `2-step verification ${what} ${holder} ${named.name}`;
      log.append({ severity: 'warning', category: 'two-step', text, ...asker });
      const isNew = ({ id }: User): boolean => this.status(id) === 'incomplete';
      for (const user of before.filter(isNew)) this.#tell(user, 'two-step-enforced');
    });
    return done;
  }

  /** Those who can be told, and have nothing set up or to set up. */
  #disabledUsers(): readonly User[] {
    const users = this.#deps.accounts.users().filter(({ email }) => email !== undefined);
    return users.filter(({ id }) => this.status(id) === 'disabled');
  }

  #tell(user: User, notice: Notice): void {
    this.#deps.notices.tell(user, notice);
  }

  #isPassword(name: string, answer: string): boolean {
    return this.#deps.accounts.authenticate(name, answer).ok;
  }

  #detailsOf(user: User): TwoStepDetails {
    const { records, enforcement, devices, factor } = this.#deps;
    const record = records.find(user.id);
    const isNamed = enforcement.isNamed(user.id);
    const enforcedThrough = enforcement.groupsOf(user.id).map(({ name }) => name);
    const isEnforced = isNamed || enforcedThrough.length > 0;
    const notEnabled = isEnforced ? 'incomplete' : 'disabled';
    const question = record?.question;
    return {
      userId: user.id,
      userName: user.name,
      status: record === undefined ? notEnabled : 'enabled',
      isEnforced,
      isNamed,
      enforcedThrough,
      question: question && { number: question.number, text: question.text },
      emailHint: record?.email && maskedAddress(record.email),
      recoveryCodesLeft: record === undefined ? 0 : codesLeft(record.recoveryCodes),
      devices: devices.of(user).length,
      wrongCodes: record?.wrongCodes ?? 0,
      waitMs: record === undefined ? 0 : factor.waitMs(record),
      isBlocked: (record?.wrongCodes ?? 0) >= wrongCodesMax,
      isAlternativeBlocked: (record?.wrongAnswers ?? 0) >= wrongAnswersMax,
    };
  }

  #note(severity: Severity, text: string, of: User, asker: Asker): void {
    const isOwn = nameKey(of.name) === nameKey(asker.user);
    const whole = isOwn ? text : `${text} (user ${of.name})`;
    this.#deps.log.append({ severity, category: 'two-step', text: whole, ...asker });
  }
}

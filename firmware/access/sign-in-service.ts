import type { RandomSource } from '#hal/random';
import type { Authentication } from '../accounts/authentication.ts';
import { isDisabled, type User } from '../accounts/users.ts';
import { isOperatingError } from '../operating-error.ts';
import { isAddressAllowed } from './access-list.ts';
import { createFailureGuard, type FailureGuard, type FailureLimits } from './failure-guard.ts';
import type { LoginTokens } from './login-tokens.ts';
import {
  PendingLogin,
  type FirstFactor,
  type PendingAnswer,
  type PendingDeps,
} from './pending-login.ts';
import type { SessionOrigin, Sessions } from './sessions.ts';
import type {
  EmailCodeOutcome,
  PasswordOutcome,
  Proof,
  RememberDevice,
  SecondStep,
  SignIn,
  SignInOutcome,
  SignInRequest,
  VerifyOutcome,
} from './sign-in.ts';

/** What signing in works with. */
export interface SignInDeps extends Omit<PendingDeps, 'warnings'> {
  readonly random: RandomSource;
  readonly sessions: Sessions;
  readonly tokens: LoginTokens;
}

type RefusedSignIn = Extract<SignInOutcome, { kind: 'refused' }>;

const articles: Readonly<Record<FirstFactor, string>> = {
  password: 'the password',
  'remembered login': 'a remembered login',
};

const pendingIdBytes = 16;

/** So many of one user are pending at a time; the oldest is dropped. */
const pendingOfUserMax = 8;

/** A user is told of wrong codes after the right password once an hour at most. */
const warnedAgainMs = 3_600_000;

/** Refusals of one blocked address are not worth more than an entry a minute. */
const notedAgainMs = 60_000;

/** Signing in, by whatever face; see `SignIn`. */
export class SignInService implements SignIn {
  readonly #deps: SignInDeps & PendingDeps;
  readonly #pending = new Map<string, PendingLogin>();
  readonly #addresses: FailureGuard<string>;
  readonly #accounts: FailureGuard<number>;
  readonly #notedBlocks: FailureGuard<string>;

  constructor(deps: SignInDeps) {
    const { clock } = deps;
    const warnings = createFailureGuard<number>(clock, () => ({
      attempts: 1,
      periodMs: 0,
      blockMs: warnedAgainMs,
    }));
    this.#deps = { ...deps, warnings };
    this.#addresses = createFailureGuard(clock, () => this.#limits('ip'));
    this.#accounts = createFailureGuard(clock, () => this.#limits('account'));
    this.#notedBlocks = createFailureGuard(clock, () => ({
      attempts: 1,
      periodMs: 0,
      blockMs: notedAgainMs,
    }));
  }

  begin(request: SignInRequest): SignInOutcome {
    const blocked = this.#blockedAddress(request);
    if (blocked !== undefined) return blocked;
    const { accounts } = this.#deps;
    const verdict = this.#authenticate(request);
    const known = verdict.ok ? verdict.user : accounts.user(request.name);
    // After the password, so that a blocked account costs the same time as any.
    if (known !== undefined && this.#isAccountBlocked(known)) {
      return this.#refuse(request, known, 'the account is blocked after failed logins');
    }
    if (!verdict.ok) {
      this.#countFailure(request, known);
      const isOff = verdict.reason === 'disabled';
      const why = isOff ? 'the account is disabled' : 'wrong user name or password';
      return this.#refuse(request, known, why);
    }
    const { user } = verdict;
    const firstFactor = request.loginToken === undefined ? 'password' : 'remembered login';
    if (!this.#deps.records.has(user.id)) {
      const isDefault = user.usesDefaultPassword && firstFactor === 'password';
      const how = isDefault ? 'the default password' : articles[firstFactor];
      return this.#admit(request, user, `logged in with ${how}`);
    }
    if (request.deviceToken !== undefined && this.#deps.devices.isGood(user, request.deviceToken)) {
      return this.#admit(request, user, `logged in with ${firstFactor} and remembered device`);
    }
    return this.#ask(request, user, firstFactor);
  }

  verify(pendingId: string, proof: Proof, options: RememberDevice = {}): VerifyOutcome {
    const pending = this.#pending.get(pendingId);
    if (pending === undefined) return { kind: 'refused', reason: 'expired' };
    const answer = pending.give(proof, options);
    if (answer.kind === 'refused') return refusedOutcome(answer);
    const { origin, userId } = pending;
    if (answer.kind === 'wrong') {
      const user = this.#deps.accounts.userById(userId);
      if (answer.isLast) this.#countFailure(origin, user);
      const { triesLeft, waitMs } = answer;
      return { kind: 'wrong', triesLeft, waitMs };
    }
    const { user, device } = answer;
    this.#countSuccess(origin, user);
    const session = this.#deps.sessions.open(user, origin);
    return { kind: 'signed-in', session, ...(device !== undefined && { device }) };
  }

  pending(pendingId: string): SecondStep | undefined {
    return this.#pending.get(pendingId)?.show();
  }

  sendEmailCode(pendingId: string): EmailCodeOutcome {
    return this.#pending.get(pendingId)?.sendEmailCode() ?? { ok: false, reason: 'expired' };
  }

  confirmPassword(user: User, password: string, origin: SessionOrigin): PasswordOutcome {
    const ofAddress = this.#blockedAddress(origin)?.waitMs ?? 0;
    const ofAccount = user.isAdministrator ? 0 : this.#accounts.blockedForMs(user.id);
    const waitMs = Math.max(ofAddress, ofAccount);
    if (waitMs > 0) return { ok: false, waitMs };
    if (this.#deps.accounts.authenticate(user.name, password).ok) return { ok: true };
    this.#countFailure(origin, user);
    this.#note('warning', 'wrong password at a question that needs it', user, origin.address);
    return { ok: false };
  }

  drop(pendingId: string): void {
    const pending = this.#pending.get(pendingId);
    if (pending === undefined) return;
    this.#pending.delete(pendingId);
    pending.stop();
    if (pending.wrongProofs === 0) return;
    this.#countFailure(pending.origin, this.#deps.accounts.userById(pending.userId));
  }

  cancel(pendingId: string): void {
    this.#pending.get(pendingId)?.cancel();
  }

  get isIdle(): boolean {
    return this.#pending.size === 0 && this.#addresses.isEmpty && this.#accounts.isEmpty;
  }

  stop(): void {
    for (const pending of this.#pending.values()) pending.stop();
    this.#pending.clear();
  }

  /** By password, or by a token in its place; each refusal costs the same. */
  #authenticate({ name, password, loginToken }: SignInRequest): Authentication {
    const { accounts, tokens, wallClock } = this.#deps;
    if (loginToken === undefined) return accounts.authenticate(name, password);
    const user = accounts.user(name);
    const { token, clientId } = loginToken;
    const isGood = user !== undefined && tokens.isGood(user, token, clientId);
    if (!isGood) return accounts.authenticate('', token);
    if (isDisabled(user, wallClock.nowMs())) return { ok: false, reason: 'disabled', text: '' };
    return { ok: true, user, mustChangePassword: user.usesDefaultPassword };
  }

  #ask(request: SignInRequest, user: User, firstFactor: FirstFactor): SignInOutcome {
    const { records, random, factor } = this.#deps;
    const record = records.find(user.id);
    // A wait that is over must not come back with the next reboot.
    if (record !== undefined && record.waitMs > 0 && factor.waitMs(record) === 0) {
      records.refuteCode(user.id, { count: record.wrongCodes, waitMs: 0 });
    }
    const own = [...this.#pending.values()].filter(({ userId }) => userId === user.id);
    if (own.length >= pendingOfUserMax) own[0]?.cancel();
    const id = Buffer.from(random.bytes(pendingIdBytes)).toString('base64url');
    const { via, address, application } = request;
    const origin = { via, address, application };
    const pending = new PendingLogin(this.#deps, { id, user, firstFactor, origin }, () => {
      this.#pending.delete(id);
    });
    this.#pending.set(id, pending);
    const step = pending.show();
    if (step === undefined) throw new Error('a sign-in ended as it began');
    return step;
  }

  #admit(request: SignInRequest, user: User, text: string): SignInOutcome {
    this.#countSuccess(request, user);
    const logProblem = this.#note('info', text, user, request.address);
    const session = this.#deps.sessions.open(user, request);
    return { kind: 'signed-in', session, ...logProblem };
  }

  /** A name that nobody has may be a password typed too early: it is not written down. */
  #refuse(request: SignInRequest, known: User | undefined, why: string): SignInOutcome {
    const logProblem = this.#note('warning', `login refused: ${why}`, known, request.address);
    return { kind: 'refused', reason: 'wrong-credentials', ...logProblem };
  }

  #blockedAddress({ via, address }: SessionOrigin): RefusedSignIn | undefined {
    if (via === 'serial') return undefined;
    const waitMs = this.#addresses.blockedForMs(address);
    const isAllowed = isAddressAllowed(this.#deps.settings, address);
    if (isAllowed && waitMs === 0) return undefined;
    const why = isAllowed ? 'failed too often' : 'is not allowed by the security level';
    let logProblem = {};
    if (this.#notedBlocks.blockedForMs(address) === 0) {
      this.#notedBlocks.fail(address);
      const text = `login refused: the address ${why}`;
      logProblem = this.#note('warning', text, undefined, address);
    }
    const wait = waitMs > 0 ? { waitMs } : {};
    return { kind: 'refused', reason: 'blocked-address', ...wait, ...logProblem };
  }

  #isAccountBlocked(user: User): boolean {
    return !user.isAdministrator && this.#accounts.blockedForMs(user.id) > 0;
  }

  #countFailure(from: Pick<SignInRequest, 'via' | 'address'>, user: User | undefined): void {
    if (from.via !== 'serial') this.#addresses.fail(from.address);
    if (user !== undefined && !user.isAdministrator) this.#accounts.fail(user.id);
  }

  #countSuccess(from: Pick<SignInRequest, 'via' | 'address'>, user: User): void {
    if (from.via !== 'serial') this.#addresses.succeed(from.address);
    this.#accounts.succeed(user.id);
  }

  #limits(kind: 'ip' | 'account'): FailureLimits | undefined {
    const { settings } = this.#deps;
    if (!settings.get(`protection.${kind}.enabled`)) return undefined;
    return {
      attempts: settings.get(`protection.${kind}.attempts`),
      periodMs: settings.get(`protection.${kind}.periodMinutes`) * 60_000,
      blockMs: settings.get(`protection.${kind}.blockMinutes`) * 60_000,
    };
  }

  /** A log that cannot be written keeps nobody out; the face tells of it. */
  #note(
    severity: 'info' | 'warning',
    text: string,
    user: User | undefined,
    address: string,
  ): { logProblem?: string } {
    const who = user === undefined ? {} : { user: user.name };
    try {
      this.#deps.log.append({ severity, category: 'login', text, address, ...who });
      return {};
    } catch (error) {
      if (!isOperatingError(error)) throw error;
      return { logProblem: error.message };
    }
  }
}

function refusedOutcome({ refusal }: PendingAnswer & { readonly kind: 'refused' }): VerifyOutcome {
  if (typeof refusal === 'string') return { kind: 'refused', reason: refusal };
  return { kind: 'refused', ...refusal };
}

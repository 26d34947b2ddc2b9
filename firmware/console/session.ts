import type { EmailCodeOutcome, Proof, SecondStep, VerifyOutcome } from '../access/sign-in.ts';
import type { NewSession } from '../access/sessions.ts';
import { defaultAdminName, type User } from '../accounts/accounts.ts';
import type { ConsoleDeps } from './command.ts';
import type { Home } from './console-events.ts';
import { operatingErrorText } from './operating-error.ts';

/** Where the console's users come from, for the event log. */
export const serialAddress = 'serial';

/** What a login came to. */
export type LoginOutcome =
  | { readonly kind: 'accepted'; readonly home: Home; readonly mustChangePassword: boolean }
  | { readonly kind: 'second-step' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unavailable'; readonly text: string };

/** What a new password came to. */
export type PasswordOutcome =
  | { readonly ok: true; readonly home: Home }
  | { readonly ok: false; readonly text: string };

/** Who is at the console: the name typed at the prompt, then the user it turned out to be. */
export class Session {
  readonly #deps: ConsoleDeps;
  #typedName = '';
  #pendingId: string | undefined;
  #opened: NewSession | undefined;
  #newPassword = '';

  readonly #onLogFailure: (problem: string) => void;

  /** A log that cannot be written keeps nobody out; `onLogFailure` hears of it. */
  constructor(deps: ConsoleDeps, onLogFailure: (problem: string) => void) {
    this.#deps = deps;
    this.#onLogFailure = onLogFailure;
  }

  /** The user, or the one somebody is about to log in as. */
  get name(): string {
    return this.#opened?.user.name ?? this.#typedName;
  }

  /** Names this session to `session end`; empty before a login. */
  get id(): string {
    return this.#opened?.id ?? '';
  }

  /**
   * The logged-in user as the accounts say now; undefined where the session is no longer good.
   * Counts as use of the session.
   */
  get user(): User | undefined {
    if (this.#opened === undefined) return undefined;
    return this.#deps.services.sessions.find(this.#opened.token)?.user;
  }

  /** The login that waits for its second step, as it stands; undefined where it is over. */
  get secondStep(): SecondStep | undefined {
    if (this.#pendingId === undefined) return undefined;
    return this.#deps.services.signIn.pending(this.#pendingId);
  }

  keepName(typed: string): void {
    this.#typedName = typed.trim();
  }

  /** Tries to log in with the kept name. */
  logIn(password: string): LoginOutcome {
    const { services, control } = this.#deps;
    if (control.state !== 'ready' && control.state !== 'resetting-basic') {
      this.forget();
      return { kind: 'unavailable', text: `Not now: the appliance is ${control.state}.` };
    }
    const outcome = services.signIn.begin({
      name: this.#typedName,
      password,
      via: 'serial',
      address: serialAddress,
      application: 'console',
    });
    if (outcome.kind === 'second-step') {
      this.#pendingId = outcome.pendingId;
      return { kind: 'second-step' };
    }
    if (outcome.logProblem !== undefined) this.#onLogFailure(outcome.logProblem);
    if (outcome.kind === 'signed-in') return this.#accept(outcome.session);
    this.forget();
    return { kind: 'refused' };
  }

  /** Tries the second step of the login that waits for it. */
  verify(
    proof: Proof,
  ): Extract<LoginOutcome, { kind: 'accepted' }> | Exclude<VerifyOutcome, { kind: 'signed-in' }> {
    const outcome = this.#deps.services.signIn.verify(this.#pendingId ?? '', proof);
    return outcome.kind === 'signed-in' ? this.#accept(outcome.session) : outcome;
  }

  /** Mails a code for the login that waits for its second step. */
  sendEmailCode(): EmailCodeOutcome {
    return this.#deps.services.signIn.sendEmailCode(this.#pendingId ?? '');
  }

  keepNewPassword(typed: string): void {
    this.#newPassword = typed;
  }

  /** Sets the kept password if it was repeated rightly; answers why not. */
  changePassword(repetition: string): PasswordOutcome {
    const { accounts, sessions, store } = this.#deps.services;
    const wanted = this.#newPassword;
    this.#newPassword = '';
    if (repetition !== wanted) return { ok: false, text: 'The two are not the same.' };
    const outcome = store.transaction(() => {
      const answer = accounts.setPassword(this.name, wanted);
      if (answer.ok) {
        this.#append({ severity: 'info', text: 'default password replaced', user: this.name });
      }
      return answer;
    });
    if (!outcome.ok) {
      this.note('warning', `new password refused: ${outcome.text}`);
      return outcome;
    }
    // A new password ends all sessions but this one, which was there for nothing else.
    if (this.#opened !== undefined) sessions.endAll(this.#opened.user.id, this.#opened.id);
    return { ok: true, home: this.#home };
  }

  /** Writes to the event log as this user. */
  note(severity: 'info' | 'warning', text: string): void {
    try {
      this.#append({ severity, text, user: this.#opened?.user.name });
    } catch (error) {
      this.#onLogFailure(operatingErrorText(error));
    }
  }

  /** Gives up whatever this is: half a login, or a session. */
  forget(): void {
    const { signIn, sessions } = this.#deps.services;
    if (this.#pendingId !== undefined) signIn.cancel(this.#pendingId);
    if (this.#opened !== undefined) sessions.end(this.#opened.id);
    this.#typedName = '';
    this.#pendingId = undefined;
    this.#opened = undefined;
    this.#newPassword = '';
  }

  #accept(opened: NewSession): Extract<LoginOutcome, { kind: 'accepted' }> {
    this.#typedName = '';
    this.#pendingId = undefined;
    this.#opened = opened;
    const mustChangePassword = opened.limitedTo === 'change-password';
    return { kind: 'accepted', home: this.#home, mustChangePassword };
  }

  /** Where this session goes once nothing else must come first. */
  get #home(): Home {
    const { services } = this.#deps;
    if (this.#opened === undefined) return 'shell';
    if (services.sessions.find(this.#opened.token)?.limitedTo === 'set-up-2sv') return 'set-up-2sv';
    const isMenuWanted =
      this.#opened.user.name === defaultAdminName && services.settings.get('console.autoLaunch');
    return isMenuWanted ? 'menu' : 'shell';
  }

  #append(entry: {
    readonly severity: 'info' | 'warning';
    readonly text: string;
    readonly user: string | undefined;
  }): void {
    const { severity, text, user } = entry;
    this.#deps.services.log.append({
      severity,
      category: 'login',
      text,
      address: serialAddress,
      ...(user !== undefined && { user }),
    });
  }
}

import { defaultAdminName, isDisabled, type User } from '../accounts/accounts.ts';
import type { ConsoleDeps } from './command.ts';
import type { Home } from './console.machine.ts';
import { operatingErrorText } from './operating-error.ts';

/** Where the console's users come from, for the event log. */
export const serialAddress = 'serial';

/** What a login came to. */
export type LoginOutcome =
  | { readonly kind: 'accepted'; readonly home: Home; readonly mustChangePassword: boolean }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unavailable'; readonly text: string };

/** Who is at the console: the name typed at the prompt, then the user it turned out to be. */
export class Session {
  readonly #deps: ConsoleDeps;
  #typedName = '';
  #user: User | undefined;
  #newPassword = '';

  readonly #onLogFailure: (problem: string) => void;

  /** A log that cannot be written keeps nobody out; `onLogFailure` hears of it. */
  constructor(deps: ConsoleDeps, onLogFailure: (problem: string) => void) {
    this.#deps = deps;
    this.#onLogFailure = onLogFailure;
  }

  /** The user, or the one somebody is about to log in as. */
  get name(): string {
    return this.#user?.name ?? this.#typedName;
  }

  /** The logged-in user as the accounts say now; undefined where the session is no longer good. */
  get user(): User | undefined {
    if (this.#user === undefined) return undefined;
    const { accounts, wallClock } = this.#deps.services;
    const user = accounts.user(this.#user.name);
    const isSame = user?.id === this.#user.id && user.sessionEpoch === this.#user.sessionEpoch;
    return isSame && !isDisabled(user, wallClock.nowMs()) ? user : undefined;
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
    const outcome = services.accounts.authenticate(this.#typedName, password);
    if (!outcome.ok) {
      this.#noteRefusal(outcome.reason);
      this.forget();
      return { kind: 'refused' };
    }
    const { user, mustChangePassword } = outcome;
    this.#typedName = '';
    this.#user = user;
    this.note('info', mustChangePassword ? 'logged in with the default password' : 'logged in');
    const isMenuWanted =
      user.name === defaultAdminName && services.settings.get('console.autoLaunch');
    return { kind: 'accepted', home: isMenuWanted ? 'menu' : 'shell', mustChangePassword };
  }

  keepNewPassword(typed: string): void {
    this.#newPassword = typed;
  }

  /** Sets the kept password if it was repeated rightly; answers why not. */
  changePassword(repetition: string): { ok: true } | { ok: false; text: string } {
    const { accounts, store } = this.#deps.services;
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
    // A new password ends all sessions but this one, which was there for nothing else.
    if (outcome.ok) this.#user = accounts.user(this.name);
    else this.note('warning', `new password refused: ${outcome.text}`);
    return outcome;
  }

  /** Writes to the event log as this user. */
  note(severity: 'info' | 'warning', text: string): void {
    this.#noteAs(this.#user?.name, severity, text);
  }

  forget(): void {
    this.#typedName = '';
    this.#user = undefined;
    this.#newPassword = '';
  }

  #noteAs(user: string | undefined, severity: 'info' | 'warning', text: string): void {
    try {
      this.#append({ severity, text, user });
    } catch (error) {
      this.#onLogFailure(operatingErrorText(error));
    }
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

  /** A name that nobody has may be a password typed too early: it is not written down. */
  #noteRefusal(reason: 'wrong-credentials' | 'disabled'): void {
    const known = this.#deps.services.accounts.user(this.#typedName);
    const why = reason === 'disabled' ? 'the account is disabled' : 'wrong user name or password';
    this.#noteAs(known?.name, 'warning', `login refused: ${why}`);
  }
}

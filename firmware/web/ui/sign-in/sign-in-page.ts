import { html, nothing } from 'lit';
import { api } from '../api/client.ts';
import type { Info, SecondStep, SignedIn } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { applicationName } from '../base/application-name.ts';
import { tellSignedIn, type SignedOutReason } from '../base/events.ts';
import { passwordField, textField, typedIn } from '../base/fields.ts';
import { PageElement } from '../base/page-element.ts';
import { text } from '../strings.ts';
import type { SecondStepEnd } from './second-step-form.ts';
import './card.ts';
import './second-step-form.ts';

const words = text.signIn;

interface State {
  readonly user: string;
  /** There where name and password were right, and more is asked for. */
  readonly step: SecondStep | undefined;
  /** Why a second step ended without success. */
  readonly ended: SecondStepEnd | undefined;
}

/** Signing in: name and password, then the second step. */
class SignInPage extends PageElement<State> {
  static override properties = { info: { attribute: false }, reason: { attribute: false } };

  declare info: Info | undefined;
  declare reason: SignedOutReason | undefined;
  protected override state: State = { user: '', step: undefined, ended: undefined };
  readonly #signIn = new Action(this);

  constructor() {
    super();
    this.reason = undefined;
  }

  override firstUpdated(): void {
    void this.focusOn('#user');
  }

  override render() {
    const { step, user } = this.state;
    return html`<nas-card .info=${this.info}>
      ${
        step === undefined
          ? this.#passwordForm()
          : html`<nas-second-step-form
              .user=${user}
              .step=${step}
              @nas-step-ended=${this.#onStepEnded}
            ></nas-second-step-form>`
      }
    </nas-card>`;
  }

  #passwordForm() {
    const { ended } = this.state;
    return html`
      <form class="stack" @submit=${this.#onSubmit}>
        <h1>${words.title}</h1>
        ${this.#notice()}
        <div role="alert">
          ${
            ended?.failure === undefined
              ? nothing
              : html`<p class="note danger">${text.problem(ended.failure)}</p>`
          }
        </div>
        ${this.#signIn.view()}
        ${textField({
          name: 'user',
          label: words.user,
          autocomplete: 'username',
          value: this.state.user,
        })}
        ${passwordField({
          name: 'password',
          label: words.password,
          autocomplete: 'current-password',
        })}
        <button class="main" ?disabled=${!this.#signIn.isOpen}>${words.submit}</button>
      </form>
    `;
  }

  #notice() {
    const { reason } = this;
    const isShown = reason !== undefined && this.#signIn.failure === undefined;
    return html`<div role="status">
      ${isShown ? html`<p class="note">${words.reasons[reason]}</p>` : nothing}
    </div>`;
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    const typed = typedIn(event);
    const user = typed('user');
    this.change({ ended: undefined });
    const answer = await this.#signIn.run(() =>
      api.post<SignedIn | SecondStep>('/login', {
        user,
        password: typed('password'),
        application: applicationName(navigator.userAgent),
      }),
    );
    if (answer === undefined) {
      await this.retype('#password');
      return;
    }
    if (answer.status === 'second-step') {
      this.change({ user, step: answer });
      return;
    }
    const session = api.enter(answer);
    if (session !== undefined) tellSignedIn(this, session);
  };

  readonly #onStepEnded = ({ detail }: CustomEvent<SecondStepEnd>): void => {
    this.change({ step: undefined, ended: detail });
    void this.focusOn('#password');
  };
}

customElements.define('nas-sign-in-page', SignInPage);

import { css, html, nothing, type TemplateResult } from 'lit';
import { api, ApiFailure } from '../api/client.ts';
import type { Method, SecondStep, SignedIn } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { tellSignedIn } from '../base/events.ts';
import { codeField, textField, typedIn } from '../base/fields.ts';
import { PageElement } from '../base/page-element.ts';
import { controls } from '../base/styles.ts';
import { text } from '../strings.ts';
import { emailView } from './email-view.ts';
import '../base/nas-clock.ts';

const words = text.secondStep;

/** A second step that was given up, or that ended because of a failure. */
export interface SecondStepEnd {
  readonly failure: ApiFailure | undefined;
}

interface State {
  readonly shown: Method | 'choice';
  readonly isRemembered: boolean;
  /** What became of the last mail. */
  readonly mail: 'sent' | 'failed' | undefined;
}

/** The clock that is shown must follow the appliance's, also after this device was asleep. */
const lookAgainMs = 20_000;

/** The second step: a code, or another way of those that the user has. */
class SecondStepForm extends PageElement<State> {
  static override properties = { user: {}, step: { attribute: false } };

  static override styles = [
    controls,
    css`
      .ways {
        display: grid;
        gap: 10px;
      }

      .ways button {
        display: grid;
        justify-content: start;
        justify-items: start;
        gap: 0;
        padding: 11px 15px;
        text-align: left;
      }

      .ways small {
        color: var(--ink-soft);
        font-size: 0.875rem;
        font-weight: 400;
      }
    `,
  ];

  declare user: string;
  declare step: SecondStep;
  protected override state: State = { shown: 'code', isRemembered: false, mail: undefined };
  readonly #verify = new Action(this);
  readonly #send = new Action(this);
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => void this.#lookAgain(), lookAgainMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override firstUpdated(): void {
    this.#verify.wait(this.step.waitSeconds);
    void this.#show(this.step.clock.trust === 'unset' ? 'choice' : 'code');
  }

  override render() {
    return html`
      <div class="stack">
        <div>
          <h1 tabindex="-1">${words.title}</h1>
          <p class="soft">${words.as(this.user)}</p>
        </div>
        ${this.state.shown === 'choice' ? this.#choice() : this.#form(this.state.shown)}
        <hr />
        <button class="plain" type="button" @click=${this.#cancel}>${words.notYou}</button>
      </div>
    `;
  }

  #form(method: Method): TemplateResult {
    const isSent = method !== 'email' || this.state.mail !== undefined;
    return html`
      <form class="stack" @submit=${this.#onSubmit}>
        ${this.#verify.view()} ${this.#inputOf(method)}
        ${
          isSent
            ? html`
                <label class="choice">
                  <input
                    type="checkbox"
                    .checked=${this.state.isRemembered}
                    @change=${this.#onRemember}
                  />
                  ${words.remember}
                </label>
                <button class="main" ?disabled=${!this.#verify.isOpen}>${words.verify}</button>
              `
            : nothing
        }
        <button class="plain" type="button" @click=${() => this.#show('choice')}>
          ${words.another}
        </button>
      </form>
      ${method === 'code' ? html`<nas-clock .clock=${this.step.clock}></nas-clock>` : nothing}
    `;
  }

  #inputOf(method: Method): TemplateResult {
    const { question, alternative } = this.step;
    const tries = words.tries(alternative.tries, alternative.limit);
    switch (method) {
      case 'code':
        return codeField({ label: words.code, digits: 6, hint: words.methods.code.hint });
      case 'email':
        return emailView({
          hint: this.step.emailHint ?? '',
          mail: this.state.mail,
          tries,
          action: this.#send,
          onSend: () => void this.#onSend(),
        });
      case 'question':
        return html`<p><strong>${question?.text}</strong></p>
          ${textField({ name: 'answer', label: words.answer, hint: tries })}`;
      default:
        return textField({
          name: 'code',
          label: words.recoveryCode,
          hint: words.methods['recovery-code'].hint,
          lengthMax: 64,
        });
    }
  }

  #choice(): TemplateResult {
    const { methods, clock, alternative } = this.step;
    const isUnset = clock.trust === 'unset';
    const open = methods.filter((method) => method !== 'code' || !isUnset);
    const isBlocked = alternative.tries >= alternative.limit;
    return html`
      ${isUnset ? html`<p class="note caution" role="alert">${words.clockUnset}</p>` : nothing}
      ${isBlocked ? html`<p class="note caution">${words.alternativeBlocked}</p>` : nothing}
      <p>${open.some((method) => method !== 'code') ? words.choose : words.noOther}</p>
      <div class="ways">
        ${open.map(
          (method) => html`
            <button type="button" @click=${() => this.#show(method)}>
              ${words.methods[method].name} <small>${words.methods[method].hint}</small>
            </button>
          `,
        )}
      </div>
      ${isUnset ? html`<nas-clock .clock=${clock}></nas-clock>` : nothing}
    `;
  }

  async #show(shown: State['shown']): Promise<void> {
    this.#verify.clear();
    this.#send.clear();
    this.change({ shown });
    await this.focusOn(shown === 'choice' ? 'h1' : 'form input, form button');
  }

  readonly #onRemember = (event: Event): void => {
    this.change({ isRemembered: (event.target as HTMLInputElement).checked });
  };

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    const typed = typedIn(event);
    const { shown: method, isRemembered } = this.state;
    const proof = method === 'question' ? { answer: typed('answer') } : { code: typed('code') };
    const path = `/login/${this.step.pending}/verify`;
    const remember = isRemembered ? { remember: true, deviceInCookie: true } : {};
    const answer = await this.#verify.run(() =>
      api.post<SignedIn>(path, { method, ...proof, ...remember }),
    );
    const session = answer && api.enter(answer);
    if (session !== undefined) tellSignedIn(this, session);
    else await this.#onFailure();
  };

  /** Whether it can be tried again, and how often, the appliance knows. */
  async #onFailure(): Promise<void> {
    const { failure } = this.#verify;
    if (failure === undefined) return;
    if (failure.failure === 'login-expired' || failure.triesLeft === 0) {
      this.#end(failure);
      return;
    }
    await this.retype('form input:not([type="checkbox"])');
    await this.#lookAgain();
  }

  readonly #onSend = async (): Promise<void> => {
    const path = `/login/${this.step.pending}/email-code`;
    const answer = await this.#send.run(() => api.post<{ mail: 'sent' | 'failed' }>(path));
    if (answer === undefined) {
      if (this.#send.failure?.failure === 'login-expired') this.#end(this.#send.failure);
      return;
    }
    this.change({ mail: answer.mail });
    await this.focusOn('#code');
  };

  async #lookAgain(): Promise<void> {
    if (document.hidden) return;
    try {
      this.step = await api.get<SecondStep>(`/login/${this.step.pending}`);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      // The way there may be interrupted for a while; the next look tells.
      if (error.failure === 'login-expired' && this.isConnected) this.#end(error);
    }
  }

  readonly #cancel = async (): Promise<void> => {
    await this.#verify.run(() => api.delete(`/login/${this.step.pending}`));
    this.#end(undefined);
  };

  #end(failure: ApiFailure | undefined): void {
    const detail: SecondStepEnd = { failure };
    this.dispatchEvent(new CustomEvent('nas-step-ended', { detail }));
  }
}

customElements.define('nas-second-step-form', SecondStepForm);

import { css, html, nothing, type TemplateResult } from 'lit';
import { api } from '../api/client.ts';
import type { Enrolment, Mailed } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { tellSignedOut } from '../base/events.ts';
import { codeField, passwordField, typedIn } from '../base/fields.ts';
import { PageElement } from '../base/page-element.ts';
import { controls } from '../base/styles.ts';
import { emailCodeDigits } from '../sign-in/email-view.ts';
import { text } from '../strings.ts';
import { alternativeFields, alternativeOf, type AlternativeMethod } from './alternative.ts';
import { keyView } from './key-view.ts';
import '../base/nas-clock.ts';
import './recovery-codes.ts';

const words = text.wizard;
const path = '/me/two-step/enrolment';

/** What a person must show before the set-up begins. */
export type WizardNeeds = 'nothing' | 'password' | 'password-and-code';

type Step = 'start' | 'key' | 'confirm' | 'alternative' | 'email' | 'codes';

/** How far it is, for the person; an address is confirmed within its step. */
const places: Readonly<Record<Step, number>> = {
  start: 1,
  key: 2,
  confirm: 3,
  alternative: 4,
  email: 4,
  codes: 5,
};

interface State {
  readonly step: Step;
  readonly enrolment: Enrolment | undefined;
  readonly method: AlternativeMethod;
  readonly question: number;
  readonly address: string;
  readonly codes: readonly string[];
  readonly copied: 'yes' | 'no' | undefined;
}

/** The set-up of 2-step verification, step by step; tells `nas-left` where it is given up. */
class Wizard extends PageElement<State> {
  static override properties = { user: {}, needs: { attribute: false } };

  static override styles = [
    controls,
    css`
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 22px;
        align-items: flex-start;
      }

      .key > div {
        flex: 1 1 220px;
      }

      dialog {
        width: min(640px, calc(100vw - 24px));
        max-height: calc(100dvh - 24px);
        padding: 24px;
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow);
      }

      dialog::backdrop {
        background: #000b;
      }

      @media print {
        dialog {
          border: 0;
          box-shadow: none;
        }

        dialog .choice,
        dialog .row,
        dialog .note {
          display: none;
        }

        dialog::backdrop {
          background: #fff;
        }
      }

      img {
        width: 220px;
        height: 220px;
        border-radius: var(--radius);
        border: 1px solid var(--line);
        background: #fff;
        image-rendering: pixelated;
      }
    `,
  ];

  declare user: string;
  declare needs: WizardNeeds;
  protected override state: State = {
    step: 'start',
    enrolment: undefined,
    method: 'question',
    question: 1,
    address: '',
    codes: [],
    copied: undefined,
  };
  readonly #action = new Action(this);

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog?.open === false) dialog.showModal();
  }

  override render() {
    if (this.state.step !== 'codes') return this.#form();
    // The session is over: whoever went elsewhere would have seen the codes for the last time.
    return html`<dialog closedby="none" @cancel=${(event: Event) => event.preventDefault()}>
      ${this.#form()}
    </dialog>`;
  }

  #form(): TemplateResult {
    const { step } = this.state;
    return html`
      <form class="stack" @submit=${this.#onSubmit}>
        <div>
          <p class="soft small">${words.progress(places[step], 5)}</p>
          <h2 tabindex="-1">${words.steps[step]}</h2>
        </div>
        ${this.#action.view()} ${this.#body()} ${this.#buttons()}
      </form>
    `;
  }

  #body(): TemplateResult {
    const { step, enrolment, address, codes } = this.state;
    const clock = html`<nas-clock .clock=${enrolment?.clock}></nas-clock>`;
    switch (step) {
      case 'start':
        return this.#start();
      case 'key':
        return html`${keyView({
          enrolment,
          copied: this.state.copied,
          onCopied: (copied) => this.change({ copied }),
        })}${clock}`;
      case 'confirm':
        return html`<p>${words.confirm}</p>
          ${codeField({ label: words.code, digits: 6 })}${clock}`;
      case 'alternative':
        return html`<p>${words.alternative}</p>
          ${alternativeFields({
            ...this.state,
            onMethod: (method) => this.change({ method }),
            onQuestion: (question) => this.change({ question }),
          })}
          <p class="note caution">${words.turnOn}</p>`;
      case 'email':
        return html`<p>${words.emailSent(address)}</p>
          ${codeField({ label: words.emailCode, digits: emailCodeDigits })}`;
      default:
        return html`<p class="note good" role="status">${words.done}</p>
          <p>${words.codesWhy}</p>
          <nas-recovery-codes .codes=${codes} .user=${this.user}></nas-recovery-codes>
          <label class="choice"><input type="checkbox" required /> ${words.kept}</label>`;
    }
  }

  #start(): TemplateResult {
    const { needs } = this;
    return html`
      <p>${words.start}</p>
      <div class="stack narrow">
        ${
          needs === 'nothing'
            ? nothing
            : passwordField({
                name: 'password',
                label: words.password,
                autocomplete: 'current-password',
              })
        }
        ${
          needs === 'password-and-code'
            ? codeField({
                label: words.present,
                digits: 6,
                hint: words.presentHint,
                sendsForm: false,
              })
            : nothing
        }
      </div>
    `;
  }

  #buttons(): TemplateResult {
    const { step } = this.state;
    const label = step === 'codes' ? words.finish : words.next;
    const canLeave = step !== 'codes' && (step !== 'start' || this.needs !== 'nothing');
    const back: Partial<Record<Step, Step>> = { confirm: 'key', email: 'alternative' };
    const before = back[step];
    return html`<div class="row end">
      ${
        canLeave
          ? html`<button type="button" class="plain" @click=${this.#leave}>${words.cancel}</button>`
          : nothing
      }
      ${
        before === undefined
          ? nothing
          : html`<button type="button" @click=${() => this.#go({ step: before })}>
              ${words.back}
            </button>`
      }
      <button class="main" ?disabled=${!this.#action.isOpen}>${label}</button>
    </div>`;
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    const typed = typedIn(event);
    const { step } = this.state;
    if (step === 'codes') {
      tellSignedOut(this, 'two-step-on');
      return;
    }
    const next = await this.#action.run(() => this.#take(step, typed));
    if (next !== undefined) await this.#go(next);
    else if (this.#action.failure?.failure === 'enrolment-expired') this.change({ step: 'start' });
    else await this.#focusOnField();
  };

  /** Hands one step to the appliance; answers what comes then. */
  async #take(
    step: Exclude<Step, 'codes'>,
    typed: (name: string) => string,
  ): Promise<Partial<State>> {
    switch (step) {
      case 'start': {
        const { needs } = this;
        const enrolment = await api.post<Enrolment>(path, {
          ...(needs !== 'nothing' && { password: typed('password') }),
          ...(needs === 'password-and-code' && { code: typed('code') }),
        });
        return { step: 'key', enrolment, copied: undefined };
      }
      case 'key':
        return { step: 'confirm', enrolment: await api.get<Enrolment>(path) };
      case 'confirm':
        await api.post(`${path}/confirm`, { code: typed('code') });
        return { step: 'alternative' };
      case 'alternative': {
        const { method } = this.state;
        if (method === 'none') return this.#finish();
        await api.put<Mailed>(`${path}/alternative`, alternativeOf(method, typed));
        return method === 'email'
          ? { step: 'email', address: typed('address').trim() }
          : this.#finish();
      }
      default:
        await api.post(`${path}/email-confirmation`, { code: typed('code') });
        return this.#finish();
    }
  }

  async #finish(): Promise<Partial<State>> {
    const answer = await api.post<{ recoveryCodes: readonly string[] }>(`${path}/finish`);
    return { step: 'codes', codes: answer.recoveryCodes, enrolment: undefined };
  }

  async #go(next: Partial<State>): Promise<void> {
    this.#action.clear();
    this.change(next);
    const isTyping = this.state.step === 'confirm' || this.state.step === 'email';
    await this.focusOn(isTyping ? '#code' : 'h2');
  }

  async #focusOnField(): Promise<void> {
    if (this.#action.failure === undefined) return;
    const { step } = this.state;
    if (step === 'confirm' || step === 'email') await this.retype('#code');
    else await this.focusOn('input');
  }

  readonly #leave = async (): Promise<void> => {
    if (this.state.step !== 'start') await this.#action.run(() => api.delete(path));
    this.change({ step: 'start', enrolment: undefined });
    this.dispatchEvent(new CustomEvent('nas-left'));
  };
}

customElements.define('nas-wizard', Wizard);

import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../api/client.ts';
import type { OwnSession, OwnTwoStep } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { tellSignedOut } from '../base/events.ts';
import { codeField, passwordField, typedIn } from '../base/fields.ts';
import { PageElement } from '../base/page-element.ts';
import { text } from '../strings.ts';
import '../base/nas-clock.ts';
import '../two-step/recovery-codes.ts';
import '../two-step/wizard.ts';

const words = text.options.twoStep;

/** Fewer than this are worth a hint. */
const codesFew = 3;

interface State {
  readonly now: OwnTwoStep | undefined;
  readonly shown: 'overview' | 'wizard' | 'new-codes' | 'disable';
  readonly codes: readonly string[];
}

/** Options: one's own 2-step verification. */
class OwnTwoStepSection extends PageElement<State> {
  static override properties = { session: { attribute: false } };

  declare session: OwnSession;
  protected override state: State = { now: undefined, shown: 'overview', codes: [] };
  readonly #load = new Action(this);
  readonly #change = new Action(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  override render() {
    const { now, shown } = this.state;
    if (now === undefined) return this.#load.view();
    if (shown === 'wizard') return this.#wizard(now);
    if (shown === 'new-codes') return this.#newCodes();
    if (shown === 'disable') return this.#disable(now);
    return html`<div class="stack">
      ${now.status === 'enabled' ? this.#on(now) : this.#off(now)}
    </div>`;
  }

  #off(now: OwnTwoStep): TemplateResult {
    return html`
      <p><span class="badge caution">${words.off}</span></p>
      ${enforced(now)}
      <p>${words.what}</p>
      <div class="row">
        <button class="main" @click=${() => this.#show('wizard')}>${words.getStarted}</button>
      </div>
    `;
  }

  #on(now: OwnTwoStep): TemplateResult {
    const others = [
      ...(now.question === null ? [] : [`${words.question}: ${now.question.text}`]),
      ...(now.emailHint === null ? [] : [`${words.email}: ${now.emailHint}`]),
    ];
    return html`
      <p><span class="badge good">${words.on}</span></p>
      ${enforced(now)}
      <dl>
        <dt>${words.alternative}</dt>
        <dd>${others.length === 0 ? text.wizard.methods.none : others.join('; ')}</dd>
        <dt>${words.codesLeft}</dt>
        <dd>
          ${now.recoveryCodesLeft}
          ${
            now.recoveryCodesLeft < codesFew
              ? html`<span class="badge caution">${words.codesFew}</span>`
              : nothing
          }
        </dd>
      </dl>
      <nas-clock .clock=${now.clock}></nas-clock>
      <div class="row">
        <button @click=${() => this.#show('wizard')}>${words.newPhone}</button>
        <button @click=${() => this.#show('new-codes')}>${words.newCodes}</button>
        ${
          now.isEnforced
            ? nothing
            : html`<button class="danger" @click=${() => this.#show('disable')}>
                ${words.disable}
              </button>`
        }
      </div>
    `;
  }

  #wizard(now: OwnTwoStep): TemplateResult {
    return html`<nas-wizard
      .user=${this.session.user.name}
      .needs=${now.status === 'enabled' ? 'password-and-code' : 'password'}
      @nas-left=${() => this.#show('overview')}
    ></nas-wizard>`;
  }

  #newCodes(): TemplateResult {
    const { codes } = this.state;
    if (codes.length > 0) {
      return html`<div class="stack">
        <h3 tabindex="-1">${words.newCodes}</h3>
        <p>${text.wizard.codesWhy}</p>
        <nas-recovery-codes .codes=${codes} .user=${this.session.user.name}></nas-recovery-codes>
        <div class="row">
          <button class="main" @click=${() => this.#show('overview')}>${words.done}</button>
        </div>
      </div>`;
    }
    return html`<form class="stack narrow" @submit=${this.#onNewCodes}>
      <h3>${words.newCodes}</h3>
      <p>${words.newCodesWhat}</p>
      ${this.#change.view()} ${codeField({ label: words.code, digits: 6 })}
      ${this.#buttons(words.makeCodes, 'main')}
    </form>`;
  }

  #disable({ clock }: OwnTwoStep): TemplateResult {
    return html`<form class="stack narrow" @submit=${this.#onDisable}>
      <h3>${words.disable}</h3>
      <p class="note caution">${words.disableWhat}</p>
      ${this.#change.view()}
      ${passwordField({
        name: 'password',
        label: words.password,
        autocomplete: 'current-password',
      })}
      ${codeField({ label: words.code, digits: 6, sendsForm: false })}
      <nas-clock .clock=${clock}></nas-clock>
      ${this.#buttons(words.disable, 'danger')}
    </form>`;
  }

  #buttons(act: string, kind: 'main' | 'danger'): TemplateResult {
    return html`<div class="row">
      <button class=${kind} ?disabled=${!this.#change.isOpen}>${act}</button>
      <button type="button" @click=${() => this.#show('overview')}>${words.cancel}</button>
    </div>`;
  }

  async #read(): Promise<void> {
    const now = await this.#load.run(() => api.get<OwnTwoStep>('/me/two-step'));
    if (now !== undefined) this.change({ now });
  }

  async #show(shown: State['shown']): Promise<void> {
    this.#change.clear();
    if (shown === 'overview') await this.#read();
    this.change({ shown, codes: [] });
    await this.focusOn('input, button');
  }

  readonly #onNewCodes = async (event: SubmitEvent): Promise<void> => {
    const typed = typedIn(event);
    const answer = await this.#change.run(() =>
      api.post<{ recoveryCodes: readonly string[] }>('/me/two-step/recovery-codes', {
        code: typed('code'),
      }),
    );
    if (answer === undefined) {
      await this.retype('#code');
      return;
    }
    this.change({ codes: answer.recoveryCodes });
    await this.focusOn('h3');
  };

  readonly #onDisable = async (event: SubmitEvent): Promise<void> => {
    const typed = typedIn(event);
    const body = { password: typed('password'), code: typed('code') };
    const answer = await this.#change.run(() => api.post('/me/two-step/disable', body));
    if (answer !== undefined) tellSignedOut(this, 'two-step-off');
    else
      await this.retype(this.#change.failure?.failure === 'password-wrong' ? '#password' : '#code');
  };
}

function enforced({ isEnforced, enforcedThrough }: OwnTwoStep): TemplateResult | typeof nothing {
  return isEnforced
    ? html`<p class="note">${words.enforced(enforcedThrough.join(', '))}</p>`
    : nothing;
}

customElements.define('nas-own-two-step', OwnTwoStepSection);

import { html } from 'lit';
import { api } from '../api/client.ts';
import type { Info, OwnSession } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { tellLookAgain, tellSignedOut } from '../base/events.ts';
import { PageElement } from '../base/page-element.ts';
import { text } from '../strings.ts';
import './card.ts';
import '../options/password-form.ts';
import '../two-step/wizard.ts';

/** What must be done before anything else: another password, or 2-step verification. */
class LimitedPage extends PageElement<object> {
  static override properties = { session: { attribute: false }, info: { attribute: false } };

  declare session: OwnSession;
  declare info: Info | undefined;
  protected override state = {};
  readonly #signOut = new Action(this);

  override render() {
    const { session, info } = this;
    return html`<nas-card .info=${info} ?wide=${session.limitedTo === 'set-up-2sv'}>
      <div class="stack">
        ${session.limitedTo === 'set-up-2sv' ? this.#setUp() : this.#newPassword()}
        <button class="plain" @click=${this.#onSignOut}>${text.desktop.signOut}</button>
      </div>
    </nas-card>`;
  }

  #newPassword() {
    return html`
      <h1>${text.newPassword.title}</h1>
      <p>${text.newPassword.why}</p>
      <nas-password-form
        .user=${this.session.user.name}
        .isFirst=${true}
        @nas-done=${() => tellLookAgain(this)}
      ></nas-password-form>
    `;
  }

  #setUp() {
    return html`
      <h1>${text.setUp.title}</h1>
      <p class="note">${text.setUp.why}</p>
      <nas-wizard
        .user=${this.session.user.name}
        .info=${this.info}
        .needs=${'nothing'}
      ></nas-wizard>
    `;
  }

  readonly #onSignOut = async (): Promise<void> => {
    await this.#signOut.run(() => api.delete('/session'));
    tellSignedOut(this, 'signed-out');
  };
}

customElements.define('nas-limited-page', LimitedPage);

import { html } from 'lit';
import type { OwnSession } from '../api/answers.ts';
import { tellSignedOut } from '../base/events.ts';
import { PageElement } from '../base/page-element.ts';
import './password-form.ts';

/** Options: another password. */
class PasswordSection extends PageElement<object> {
  static override properties = { session: { attribute: false } };

  declare session: OwnSession;
  protected override state = {};

  override render() {
    return html`<nas-password-form
      .user=${this.session.user.name}
      .isFirst=${false}
      @nas-done=${() => tellSignedOut(this, 'password-changed')}
    ></nas-password-form>`;
  }
}

customElements.define('nas-password', PasswordSection);

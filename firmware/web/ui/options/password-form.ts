import { html, nothing } from 'lit';
import { api } from '../api/client.ts';
import { Action } from '../base/action.ts';
import { passwordField, typedIn } from '../base/fields.ts';
import { PageElement } from '../base/page-element.ts';
import { text } from '../strings.ts';

const words = text.newPassword;

/** Takes a new password; tells `nas-done` when the appliance has it. */
class PasswordForm extends PageElement<{ readonly differ: boolean }> {
  static override properties = { user: {}, isFirst: { attribute: false } };

  declare user: string;
  /** The label's password was just given: it is not asked for again. */
  declare isFirst: boolean;
  protected override state = { differ: false };
  readonly #action = new Action(this);

  override firstUpdated(): void {
    void this.focusOn(this.isFirst ? '#new-password' : '#password');
  }

  override render() {
    return html`
      <form class="stack narrow" @submit=${this.#onSubmit}>
        ${this.#action.view()}
        <div role="alert">
          ${this.state.differ ? html`<p class="note danger">${words.differ}</p>` : nothing}
        </div>
        <input
          class="visually-hidden"
          type="text"
          name="user"
          autocomplete="username"
          .value=${this.user}
          readonly
          tabindex="-1"
          aria-hidden="true"
        />
        ${
          this.isFirst
            ? nothing
            : passwordField({
                name: 'password',
                label: words.current,
                autocomplete: 'current-password',
              })
        }
        ${passwordField({
          name: 'new-password',
          label: words.password,
          autocomplete: 'new-password',
        })}
        ${passwordField({ name: 'again', label: words.again, autocomplete: 'new-password' })}
        <p class="soft small">${words.rules}</p>
        ${this.isFirst ? nothing : html`<p class="note caution">${words.consequence}</p>`}
        <div class="row">
          <button class="main" ?disabled=${!this.#action.isOpen}>${words.submit}</button>
        </div>
      </form>
    `;
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    const typed = typedIn(event);
    const newPassword = typed('new-password');
    const differ = newPassword !== typed('again');
    this.change({ differ });
    if (differ) {
      this.#action.clear();
      await this.retype('#again');
      return;
    }
    const current = this.isFirst ? {} : { currentPassword: typed('password') };
    const answer = await this.#action.run(() =>
      api.put<object>('/me/password', { ...current, newPassword }),
    );
    if (answer === undefined) await this.focusOn('input:not(.visually-hidden)');
    else this.dispatchEvent(new CustomEvent('nas-done'));
  };
}

customElements.define('nas-password-form', PasswordForm);

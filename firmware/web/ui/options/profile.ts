import { html, nothing } from 'lit';
import { api } from '../api/client.ts';
import type { Me } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { passwordField, textField, typedIn } from '../base/fields.ts';
import { PageElement } from '../base/page-element.ts';
import { text } from '../strings.ts';

const words = text.options.profile;

interface State {
  readonly me: Me | undefined;
  readonly isSaved: boolean;
}

/** Options: who one is to the NAS, and where notices go. */
class Profile extends PageElement<State> {
  protected override state: State = { me: undefined, isSaved: false };
  readonly #load = new Action(this);
  readonly #save = new Action(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  override render() {
    const { me } = this.state;
    if (me === undefined) return this.#load.view();
    return html`
      <div class="stack">
        <dl>
          <dt>${words.name}</dt>
          <dd>${me.name}</dd>
          <dt>${words.role}</dt>
          <dd>${me.isAdministrator ? words.administrator : words.user}</dd>
          <dt>${words.groups}</dt>
          <dd>${me.groups.join(', ')}</dd>
        </dl>
        <hr />
        ${this.#emailForm(me)}
      </div>
    `;
  }

  #emailForm({ email }: Me) {
    return html`
      <form class="stack narrow" @submit=${this.#onSubmit}>
        ${this.#save.view()}
        <div role="status">
          ${this.state.isSaved ? html`<p class="note good">${words.saved}</p>` : nothing}
        </div>
        ${textField({
          name: 'email',
          label: words.email,
          autocomplete: 'email',
          value: email ?? '',
          hint: words.emailHint,
          isOptional: true,
          lengthMax: 254,
        })}
        ${passwordField({
          name: 'password',
          label: words.password,
          autocomplete: 'current-password',
        })}
        <div class="row">
          <button class="main" ?disabled=${!this.#save.isOpen}>${words.save}</button>
        </div>
      </form>
    `;
  }

  async #read(): Promise<void> {
    const me = await this.#load.run(() => api.get<Me>('/me'));
    if (me !== undefined) this.change({ me });
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    const typed = typedIn(event);
    const email = typed('email').trim();
    this.change({ isSaved: false });
    const answer = await this.#save.run(() =>
      api.put('/me/email', { email: email === '' ? null : email, password: typed('password') }),
    );
    if (answer === undefined) {
      await this.focusOn(this.#save.failure?.failure === 'email-invalid' ? '#email' : '#password');
      return;
    }
    this.change({ isSaved: true });
    await this.retype('#password');
    await this.#read();
  };
}

customElements.define('nas-profile', Profile);

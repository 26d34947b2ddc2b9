import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../api/client.ts';
import type { Device, ListedSession } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { confirmed } from '../base/confirm.ts';
import { tellSignedOut } from '../base/events.ts';
import { PageElement } from '../base/page-element.ts';
import { timeWords } from '../base/times.ts';
import { text } from '../strings.ts';

const words = text.options.places;

interface State {
  readonly sessions: readonly ListedSession[];
  readonly devices: readonly Device[];
}

/** Options: where one is signed in, and which devices need no code. */
class Places extends PageElement<State> {
  protected override state: State = { sessions: [], devices: [] };
  readonly #action = new Action(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  override render() {
    const { sessions, devices } = this.state;
    return html`
      <div class="stack">
        ${this.#action.view()}
        <h3>${words.sessions}</h3>
        <ul class="list">
          ${sessions.map((session) => this.#session(session))}
        </ul>
        ${
          sessions.length < 2
            ? nothing
            : html`<div class="row">
                <button class="danger" @click=${this.#endOthers}>${words.endOthers}</button>
              </div>`
        }
        <hr />
        <h3>${words.devices}</h3>
        ${
          devices.length === 0
            ? html`<p class="soft">${words.noDevices}</p>`
            : html`<ul class="list">
                ${devices.map((device) => this.#device(device))}
              </ul>`
        }
      </div>
    `;
  }

  #session(session: ListedSession): TemplateResult {
    const { application, address, since, isThisOne } = session;
    return html`<li>
      <div>
        <p>
          ${application} ${isThisOne ? html`<span class="badge">${words.thisOne}</span>` : nothing}
        </p>
        <p class="soft small">${words.since(address, timeWords(since))}</p>
      </div>
      <button aria-label=${words.endNamed(application)} @click=${() => this.#end(session)}>
        ${words.end}
      </button>
    </li>`;
  }

  #device(device: Device): TemplateResult {
    const { application, address, since, expires } = device;
    const until = expires === null ? words.forEver : words.until(timeWords(expires));
    return html`<li>
      <div>
        <p>${application}</p>
        <p class="soft small">${words.since(address, timeWords(since))}, ${until}</p>
      </div>
      <button aria-label=${words.forgetNamed(application)} @click=${() => this.#forget(device)}>
        ${words.forget}
      </button>
    </li>`;
  }

  async #read(): Promise<void> {
    const lists = await this.#action.run(() =>
      Promise.all([
        api.get<{ sessions: readonly ListedSession[] }>('/me/sessions'),
        api.get<{ devices: readonly Device[] }>('/me/devices'),
      ]),
    );
    if (lists === undefined) return;
    const [{ sessions }, { devices }] = lists;
    this.change({ sessions, devices });
  }

  async #end({ id, application, isThisOne }: ListedSession): Promise<void> {
    const isSure = await confirmed({
      title: words.endTitle,
      consequence: isThisOne ? words.endOwnConsequence : words.endConsequence(application),
      act: words.end,
    });
    if (!isSure) return;
    const answer = await this.#action.run(() => api.delete(`/me/sessions/${id}`));
    if (answer === undefined) return;
    if (isThisOne) tellSignedOut(this, 'signed-out');
    else await this.#read();
  }

  readonly #endOthers = async (): Promise<void> => {
    const isSure = await confirmed({
      title: words.endOthersTitle,
      consequence: words.endOthersConsequence,
      act: words.endOthers,
    });
    if (!isSure) return;
    const others = this.state.sessions.filter(({ isThisOne }) => !isThisOne);
    await this.#action.run(() =>
      Promise.all(others.map(({ id }) => api.delete(`/me/sessions/${id}`))),
    );
    if (this.#action.failure === undefined) await this.#read();
  };

  async #forget({ id, application }: Device): Promise<void> {
    const isSure = await confirmed({
      title: words.forgetTitle,
      consequence: words.forgetConsequence(application),
      act: words.forget,
    });
    if (!isSure) return;
    const answer = await this.#action.run(() => api.delete(`/me/devices/${id}`));
    if (answer !== undefined) await this.#read();
  }
}

customElements.define('nas-places', Places);

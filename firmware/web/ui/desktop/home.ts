import { css, html, nothing } from 'lit';
import { api } from '../api/client.ts';
import type { Me, OwnSession } from '../api/answers.ts';
import { appsOf } from '../apps.ts';
import { Action } from '../base/action.ts';
import { icon } from '../base/icons.ts';
import { PageElement } from '../base/page-element.ts';
import { controls } from '../base/styles.ts';
import { addressOf } from '../router.ts';
import { text } from '../strings.ts';

const words = text.desktop;

/** The desktop with no window open: what can be opened, and what should be known. */
class Home extends PageElement<{ readonly me: Me | undefined }> {
  static override properties = { session: { attribute: false } };

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        width: min(960px, 100%);
        margin: 0 auto;
        padding: clamp(20px, 6vh, 64px) 20px;
      }

      .apps {
        display: flex;
        flex-wrap: wrap;
        gap: 14px;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .apps a {
        display: grid;
        justify-items: center;
        gap: 9px;
        width: 116px;
        padding: 16px 8px;
        border-radius: var(--radius-large);
        color: var(--ink);
        font-weight: 550;
        text-align: center;
        text-decoration: none;
      }

      .apps a:hover {
        background: var(--bar);
      }

      .tile {
        display: grid;
        place-items: center;
        width: 64px;
        height: 64px;
        border-radius: 18px;
        background: var(--accent);
        color: var(--accent-ink);
        box-shadow: var(--shadow);
      }

      .tile svg.icon {
        width: 34px;
        height: 34px;
      }

      .card {
        display: flex;
        flex-wrap: wrap;
        gap: 10px 16px;
        align-items: center;
        justify-content: space-between;
        padding: 15px 18px;
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface);
      }
    `,
  ];

  declare session: OwnSession;
  protected override state: { readonly me: Me | undefined } = { me: undefined };
  readonly #load = new Action(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  override render() {
    const { me } = this.state;
    return html`
      <div class="stack">
        <h1>${words.welcome(this.session.user.name)}</h1>
        ${this.#load.view()}
        ${
          me === undefined
            ? nothing
            : html`<div class="card">
                <p>${words.twoStep[me.twoStep]}</p>
                ${
                  me.twoStep === 'enabled'
                    ? nothing
                    : html`<a class="button" href=${addressOf('options', 'two-step')}>
                        ${words.twoStep.setUp}
                      </a>`
                }
              </div>`
        }
        <h2 class="visually-hidden">${words.apps}</h2>
        <ul class="apps">
          ${appsOf(this.session).map(
            (app) =>
              html`<li>
                <a href=${addressOf(app.id)}>
                  <span class="tile">${icon(app.icon)}</span> ${app.title}
                </a>
              </li>`,
          )}
        </ul>
      </div>
    `;
  }

  async #read(): Promise<void> {
    const me = await this.#load.run(() => api.get<Me>('/me'));
    if (me !== undefined) this.change({ me });
  }
}

customElements.define('nas-home', Home);

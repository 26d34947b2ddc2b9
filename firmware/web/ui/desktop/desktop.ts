import { css, html, type TemplateResult } from 'lit';
import type { ClockView, Info, OwnSession } from '../api/answers.ts';
import { appsOf } from '../apps.ts';
import { PageElement } from '../base/page-element.ts';
import { controls } from '../base/styles.ts';
import { placeOf, type Place } from '../router.ts';
import { text } from '../strings.ts';
import './home.ts';
import './top-bar.ts';
import './window.ts';

/** The desktop of whoever is signed in: a bar on top, and below it what the address names. */
class Desktop extends PageElement<{ readonly place: Place }> {
  static override properties = {
    session: { attribute: false },
    info: { attribute: false },
    clock: { attribute: false },
  };

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-rows: auto 1fr;
        min-height: 100vh;
        min-height: 100dvh;
      }

      main {
        min-width: 0;
        display: grid;
      }

      .note {
        margin: 24px auto;
        align-self: start;
      }

      .skip {
        position: absolute;
        left: 8px;
        top: -60px;
        z-index: 3;
      }

      .skip:focus {
        top: 6px;
      }
    `,
  ];

  declare session: OwnSession;
  declare info: Info | undefined;
  declare clock: ClockView | undefined;
  protected override state = { place: placeOf(location.hash) };

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#onMove);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#onMove);
  }

  override render() {
    const { session, info, clock } = this;
    return html`
      <button class="skip" @click=${() => this.focusOn('main')}>${text.desktop.skip}</button>
      <nas-top-bar .session=${session} .info=${info} .clock=${clock}></nas-top-bar>
      <main tabindex="-1">${this.#content()}</main>
    `;
  }

  #content(): TemplateResult {
    const { session } = this;
    const { place } = this.state;
    if (place.app === undefined) {
      this.#tell(text.desktop.home);
      return html`<nas-home .session=${session}></nas-home>`;
    }
    const app = appsOf(session).find(({ id }) => id === place.app);
    const [first] = app?.sections ?? [];
    const section =
      place.section === undefined ? first : app?.sections.find(({ id }) => id === place.section);
    if (app === undefined || section === undefined) {
      return html`<p class="note caution" role="alert">${text.desktop.notFound}</p>`;
    }
    this.#tell(section.title);
    return html`<nas-window .app=${app} .section=${section} .session=${session}></nas-window>`;
  }

  /** Names the page for histories and screen readers. */
  #tell(title: string): void {
    const host = this.info?.hostName;
    document.title = host === undefined ? title : `${title} - ${host}`;
  }

  readonly #onMove = (): void => this.change({ place: placeOf(location.hash) });
}

customElements.define('nas-desktop', Desktop);

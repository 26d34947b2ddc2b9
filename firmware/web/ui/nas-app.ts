import { css, html, type TemplateResult } from 'lit';
import { api, ApiFailure } from './api/client.ts';
import type { ClockView, Info, OwnSession } from './api/answers.ts';
import { PageElement } from './base/page-element.ts';
import type { SignedOutReason } from './base/events.ts';
import { controls } from './base/styles.ts';
import { language, text } from './strings.ts';
import './sign-in/sign-in-page.ts';

type View =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: ApiFailure }
  | { readonly kind: 'signed-out'; readonly reason: SignedOutReason | undefined }
  | {
      readonly kind: 'signed-in';
      readonly session: OwnSession;
      readonly clock: ClockView | undefined;
    };

interface State {
  readonly view: View;
  readonly info: Info | undefined;
}

/** The whole page: it decides what a person sees, by what the session may do. */
class NasApp extends PageElement<State> {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-height: 100%;
      }

      .waiting {
        display: grid;
        gap: var(--gap);
        justify-items: center;
        padding: 20vh 24px 24px;
        text-align: center;
      }
    `,
  ];

  protected override state: State = { view: { kind: 'loading' }, info: undefined };

  constructor() {
    super();
    this.addEventListener('nas-signed-in', ({ detail }) => void this.#enter(detail));
    this.addEventListener('nas-signed-out', ({ detail }) => this.#leave(detail));
    this.addEventListener('nas-look-again', () => void this.#load());
    api.onSessionLost(() => {
      if (this.state.view.kind === 'signed-in') this.#leave('session-lost');
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.documentElement.lang = language;
    void this.#load();
  }

  override render() {
    const { view, info } = this.state;
    switch (view.kind) {
      case 'loading':
        return html`<div class="waiting" role="status">${text.app.loading}</div>`;
      case 'failed':
        return this.#failed(view.failure);
      case 'signed-out':
        return html`<nas-sign-in-page .info=${info} .reason=${view.reason}></nas-sign-in-page>`;
      default:
        return pageOf(view.session, info, view.clock);
    }
  }

  #failed(failure: ApiFailure): TemplateResult {
    return html`
      <main class="waiting">
        <h1>${text.app.failed}</h1>
        <p class="note danger" role="alert">${text.problem(failure)}</p>
        <button class="main" @click=${() => void this.#load()}>${text.app.tryAgain}</button>
      </main>
    `;
  }

  /** Looks who is signed in, and what that one may do. */
  async #load(): Promise<void> {
    try {
      const [info, present] = await Promise.all([this.#info(), api.present()]);
      if (present === undefined) {
        this.change({ info, view: { kind: 'signed-out', reason: undefined } });
        return;
      }
      this.change({ info });
      await this.#enter(present.session, present.clock);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.change({ view: { kind: 'failed', failure: error } });
    }
  }

  async #info(): Promise<Info> {
    const info = this.state.info ?? (await api.get<Info>('/info'));
    document.title = info.hostName;
    return info;
  }

  async #enter(session: OwnSession, clock?: ClockView): Promise<void> {
    // Whoever comes by the sign-in page alone does not load the desktop.
    if (session.limitedTo === null) await import('./desktop/desktop.ts');
    else await import('./sign-in/limited-page.ts');
    this.change({ view: { kind: 'signed-in', session, clock } });
  }

  #leave(reason: SignedOutReason): void {
    api.forgetSession();
    // The next one at this screen begins at the beginning.
    history.replaceState(null, '', location.pathname);
    this.change({ view: { kind: 'signed-out', reason } });
  }
}

function pageOf(
  session: OwnSession,
  info: Info | undefined,
  clock: ClockView | undefined,
): TemplateResult {
  if (session.limitedTo !== null) {
    return html`<nas-limited-page .session=${session} .info=${info}></nas-limited-page>`;
  }
  return html`<nas-desktop .session=${session} .info=${info} .clock=${clock}></nas-desktop>`;
}

customElements.define('nas-app', NasApp);

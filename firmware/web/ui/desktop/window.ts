import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { OwnSession } from '../api/answers.ts';
import { icon } from '../base/icons.ts';
import { PageElement } from '../base/page-element.ts';
import { controls } from '../base/styles.ts';
import { addressOf } from '../router.ts';
import { text } from '../strings.ts';
import type { App, Section } from './app.ts';

interface State {
  /** The section whose code is there. */
  readonly ready: Section | undefined;
  readonly isFailed: boolean;
}

/** The window of an application: its sections at the side, the present one beside them. */
class AppWindow extends PageElement<State> {
  static override properties = {
    app: { attribute: false },
    section: { attribute: false },
    session: { attribute: false },
  };

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        padding: clamp(0px, 3vw, 32px);
        min-width: 0;
      }

      .window {
        display: grid;
        grid-template: auto 1fr / 216px minmax(0, 1fr);
        width: min(1000px, 100%);
        min-height: min(620px, 100%);
        margin: 0 auto;
        align-self: start;
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface);
        box-shadow: var(--shadow);
        overflow: hidden;
      }

      .title {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 6px 8px 6px 18px;
        border-bottom: 1px solid var(--line);
        background: var(--surface-raised);
      }

      .title h1 {
        font-size: 1rem;
      }

      .title a {
        display: grid;
        place-items: center;
        width: 36px;
        height: 36px;
        margin-left: auto;
        border-radius: var(--radius);
        color: var(--ink-soft);
      }

      .title a:hover {
        background: var(--surface-hover);
      }

      nav {
        padding: 12px;
        border-right: 1px solid var(--line);
        background: var(--surface-raised);
      }

      nav a {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 9px 11px;
        border-radius: var(--radius);
        color: var(--ink);
        text-decoration: none;
      }

      nav a:hover {
        background: var(--surface-hover);
      }

      nav a[aria-current] {
        background: var(--accent-tint);
        color: var(--accent);
        font-weight: 600;
      }

      .content {
        padding: 24px 28px 32px;
      }

      .content h2 {
        margin-bottom: 18px;
      }

      @media (max-width: 720px) {
        :host {
          padding: 0;
        }

        .window {
          grid-template: auto auto 1fr / minmax(0, 1fr);
          min-height: 100%;
          border: 0;
          border-radius: 0;
        }

        nav {
          display: flex;
          gap: 4px;
          padding: 6px 8px;
          border-right: 0;
          border-bottom: 1px solid var(--line);
          overflow-x: auto;
        }

        nav a {
          flex: none;
          padding: 8px 11px;
        }

        .content {
          padding: 18px 16px 28px;
        }
      }

      @media print {
        .title,
        nav {
          display: none;
        }

        .window {
          display: block;
          border: 0;
          box-shadow: none;
        }
      }
    `,
  ];

  declare app: App;
  declare section: Section;
  declare session: OwnSession;
  protected override state: State = { ready: undefined, isFailed: false };

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('section')) void this.#load(this.section);
  }

  override render() {
    const { app, section } = this;
    return html`
      <div class="window">
        <div class="title">
          ${icon(app.icon)}
          <h1>${app.title}</h1>
          <a href="#/" aria-label=${text.desktop.close(app.title)}>${icon('close')}</a>
        </div>
        <nav aria-label=${app.title}>
          ${app.sections.map(
            (each) =>
              html`<a
                href=${addressOf(app.id, each.id)}
                aria-current=${each === section ? 'page' : nothing}
              >
                ${icon(each.icon)} ${each.title}
              </a>`,
          )}
        </nav>
        <section class="content" aria-labelledby="section-title">
          <h2 id="section-title" tabindex="-1">${section.title}</h2>
          ${this.#content()}
        </section>
      </div>
    `;
  }

  #content(): TemplateResult {
    const { ready, isFailed } = this.state;
    if (isFailed) {
      return html`<p class="note danger" role="alert">${text.desktop.loadFailed}</p>`;
    }
    if (ready !== this.section) return html`<p role="status" class="soft"></p>`;
    return ready.render(this.session);
  }

  async #load(section: Section): Promise<void> {
    try {
      await section.load();
      this.change({ ready: section, isFailed: false });
      await this.focusOn('#section-title');
      const current = this.renderRoot.querySelector('[aria-current]');
      current?.scrollIntoView({ block: 'nearest', inline: 'center' });
    } catch {
      // The network, or another version of the firmware: what failed, the browser has told.
      this.change({ isFailed: true });
    }
  }
}

customElements.define('nas-window', AppWindow);

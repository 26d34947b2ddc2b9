import { css, html, LitElement } from 'lit';
import type { Info } from '../api/answers.ts';
import { icon } from '../base/icons.ts';
import { controls } from '../base/styles.ts';
import '../base/theme-switch.ts';

/** The one card of a page before the desktop: whose NAS this is, and what is to be done. */
class Card extends LitElement {
  static override properties = {
    info: { attribute: false },
    isWide: { type: Boolean, attribute: 'wide' },
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

      .corner {
        justify-self: end;
        padding: 10px;
      }

      main {
        width: min(420px, 100%);
        margin: 0 auto;
        padding: 4vh 16px 32px;
        align-self: start;
      }

      :host([wide]) main {
        width: min(640px, 100%);
      }

      header {
        display: flex;
        gap: 13px;
        align-items: center;
        margin-bottom: 16px;
        padding: 0 6px;
        overflow-wrap: anywhere;
      }

      header svg.icon {
        width: 40px;
        height: 40px;
        color: var(--accent);
      }

      .host {
        font-size: 1.2rem;
        font-weight: 650;
        line-height: 1.25;
      }

      .body {
        padding: 26px;
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface);
        box-shadow: var(--shadow);
      }

      @media (max-width: 480px) {
        main {
          padding: 8px 10px 24px;
        }

        .body {
          padding: 20px 18px;
        }
      }

      @media print {
        .corner,
        header {
          display: none;
        }

        .body {
          border: 0;
          box-shadow: none;
        }
      }
    `,
  ];

  declare info: Info | undefined;
  declare isWide: boolean;

  override render() {
    const { info } = this;
    return html`
      <div class="corner"><nas-theme-switch></nas-theme-switch></div>
      <main>
        <header>
          ${icon('nas')}
          <div>
            <p class="host">${info?.hostName}</p>
            <p class="soft small">${info?.model === info?.hostName ? '' : info?.model}</p>
          </div>
        </header>
        <div class="body"><slot></slot></div>
      </main>
    `;
  }
}

customElements.define('nas-card', Card);

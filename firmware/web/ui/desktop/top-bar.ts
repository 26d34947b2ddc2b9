import { css, html } from 'lit';
import { api } from '../api/client.ts';
import type { ClockView, Info, OwnSession, Present } from '../api/answers.ts';
import { Action } from '../base/action.ts';
import { tellSignedOut } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { PageElement } from '../base/page-element.ts';
import { controls } from '../base/styles.ts';
import { addressOf } from '../router.ts';
import { text } from '../strings.ts';
import '../base/nas-clock.ts';
import '../base/theme-switch.ts';

/** The bar on top: whose NAS, what time it has, who is signed in. */
class TopBar extends PageElement<{ readonly asked: ClockView | undefined }> {
  static override properties = {
    session: { attribute: false },
    info: { attribute: false },
    clock: { attribute: false },
  };

  static override styles = [
    controls,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 6px 14px;
        min-height: var(--bar-height);
        padding: 4px 14px;
        border-bottom: 1px solid var(--line);
        background: var(--bar);
        backdrop-filter: blur(10px);
      }

      .host {
        display: flex;
        align-items: center;
        gap: 9px;
        min-width: 0;
        padding: 6px 8px;
        border-radius: var(--radius);
        color: var(--ink);
        font-weight: 650;
        text-decoration: none;
      }

      .host span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .host svg {
        color: var(--accent);
      }

      nas-clock {
        margin-left: auto;
        font-size: 0.875rem;
      }

      .user {
        min-height: 36px;
        padding: 4px 10px;
        border-color: transparent;
        background: none;
      }

      .user span {
        max-width: 22ch;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      [popover] {
        inset: calc(var(--bar-height) + 4px) 12px auto auto;
        width: 220px;
        padding: 8px;
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow);
      }

      [popover] a,
      [popover] button {
        display: flex;
        justify-content: flex-start;
        width: 100%;
        border-color: transparent;
        background: none;
      }

      [popover] a:hover,
      [popover] button:hover {
        background: var(--surface-hover);
      }

      @media (max-width: 640px) {
        nas-clock {
          display: none;
        }

        .end {
          margin-left: auto;
        }

        .user span {
          display: none;
        }
      }

      @media print {
        header {
          display: none;
        }
      }
    `,
  ];

  declare session: OwnSession;
  declare info: Info | undefined;
  declare clock: ClockView | undefined;
  protected override state: { readonly asked: ClockView | undefined } = { asked: undefined };
  readonly #action = new Action(this);

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.clock === undefined) void this.#askClock();
  }

  override render() {
    const { name } = this.session.user;
    return html`
      <header>
        <a class="host" href="#/" title=${text.desktop.home}>
          ${icon('nas')} <span>${this.info?.hostName}</span>
        </a>
        <nas-clock brief .clock=${this.clock ?? this.state.asked}></nas-clock>
        <div class="end row">
          <nas-theme-switch></nas-theme-switch>
          <button class="user" popovertarget="menu" aria-label=${text.desktop.account(name)}>
            ${icon('person')} <span>${name}</span>
          </button>
          <nav id="menu" popover aria-label=${text.desktop.account(name)} @click=${closeMenu}>
            <a class="button" href=${addressOf('options')}>${icon('gear')} ${text.options.title}</a>
            <button @click=${this.#onSignOut}>${icon('out')} ${text.desktop.signOut}</button>
          </nav>
        </div>
      </header>
    `;
  }

  async #askClock(): Promise<void> {
    const present = await this.#action.run(() => api.get<Present>('/session'));
    if (present !== undefined) this.change({ asked: present.clock });
  }

  readonly #onSignOut = async (): Promise<void> => {
    await this.#action.run(() => api.delete('/session'));
    tellSignedOut(this, 'signed-out');
  };
}

function closeMenu(event: Event): void {
  (event.currentTarget as HTMLElement).hidePopover();
}

customElements.define('nas-top-bar', TopBar);

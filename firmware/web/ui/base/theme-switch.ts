import { html } from 'lit';
import { text } from '../strings.ts';
import { chooseNextTheme, chosenTheme, type Theme } from '../theme.ts';
import { icon } from './icons.ts';
import { PageElement } from './page-element.ts';

/** A button that goes from the device's own theme to light to dark, and back. */
class ThemeSwitch extends PageElement<{ readonly theme: Theme }> {
  protected override state = { theme: chosenTheme() };

  override render() {
    const { theme } = this.state;
    const words = text.theme[theme];
    return html`
      <button
        class="icon"
        type="button"
        aria-label=${words}
        title=${words}
        @click=${() => this.change({ theme: chooseNextTheme() })}
      >
        ${icon(theme)}
      </button>
    `;
  }
}

customElements.define('nas-theme-switch', ThemeSwitch);

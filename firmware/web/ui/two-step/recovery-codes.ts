import { css, html } from 'lit';
import { PageElement } from '../base/page-element.ts';
import { controls } from '../base/styles.ts';
import { text } from '../strings.ts';
import { copy } from './copy.ts';

const words = text.codes;

interface State {
  readonly copied: 'yes' | 'no' | undefined;
}

/** The recovery codes, to print or save: this once. */
class RecoveryCodes extends PageElement<State> {
  static override properties = { codes: { attribute: false }, user: {} };

  static override styles = [
    controls,
    css`
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(190px, 1fr));
        gap: 6px 20px;
        margin: 0;
        padding: 14px 14px 14px 40px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface-raised);
      }

      @media print {
        .row {
          display: none;
        }
      }
    `,
  ];

  declare codes: readonly string[];
  declare user: string;
  protected override state: State = { copied: undefined };

  override render() {
    const { copied } = this.state;
    return html`
      <div class="stack">
        <ol class="mono" aria-label=${words.list}>
          ${this.codes.map((code) => html`<li>${code}</li>`)}
        </ol>
        <div class="row">
          <button type="button" @click=${() => print()}>${words.print}</button>
          <button type="button" @click=${this.#onSave}>${words.save}</button>
          <button type="button" @click=${this.#onCopy}>${text.wizard.copy}</button>
          <span role="status">
            ${copied === 'yes' ? text.wizard.copied : ''}
            ${copied === 'no' ? text.wizard.copyFailed : ''}
          </span>
        </div>
      </div>
    `;
  }

  #text(): string {
    const host = document.title;
    return [words.fileHead(host, this.user), '', ...this.codes, ''].join('\n');
  }

  readonly #onSave = (): void => {
    const address = URL.createObjectURL(new Blob([this.#text()], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = words.fileName(document.title.replaceAll(/[^\w-]/g, '_'));
    link.click();
    URL.revokeObjectURL(address);
  };

  readonly #onCopy = async (): Promise<void> => {
    this.change({ copied: (await copy(this.#text())) ? 'yes' : 'no' });
  };
}

customElements.define('nas-recovery-codes', RecoveryCodes);

import { css, html, LitElement } from 'lit';
import { text } from '../strings.ts';
import { controls } from './styles.ts';

/** What a person is asked before something that cannot be undone. */
export interface Question {
  readonly title: string;
  /** What will happen. */
  readonly consequence: string;
  /** What the button says that does it. */
  readonly act: string;
}

class ConfirmDialog extends LitElement {
  static override styles = [
    controls,
    css`
      dialog {
        width: min(440px, calc(100vw - 32px));
        padding: 22px;
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow);
      }

      dialog::backdrop {
        background: #0009;
      }
    `,
  ];

  question: Question | undefined;
  onAnswer: (isYes: boolean) => void = () => undefined;

  override render() {
    const { question } = this;
    return html`
      <dialog aria-labelledby="title" aria-describedby="consequence" @close=${this.#onClose}>
        <form method="dialog" class="stack">
          <h2 id="title">${question?.title}</h2>
          <p id="consequence">${question?.consequence}</p>
          <div class="row end">
            <button value="no" autofocus>${text.confirm.no}</button>
            <button value="yes" class="danger">${question?.act}</button>
          </div>
        </form>
      </dialog>
    `;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  readonly #onClose = (event: Event): void => {
    this.onAnswer((event.target as HTMLDialogElement).returnValue === 'yes');
  };
}

customElements.define('nas-confirm', ConfirmDialog);

/** Asks before something that cannot be undone; Escape means no. */
export async function confirmed(question: Question): Promise<boolean> {
  const dialog = new ConfirmDialog();
  dialog.question = question;
  const answer = new Promise<boolean>((resolve) => {
    dialog.onAnswer = resolve;
  });
  const before = deepActiveElement();
  document.body.append(dialog);
  const isYes = await answer;
  dialog.remove();
  before?.focus();
  return isYes;
}

function deepActiveElement(): HTMLElement | undefined {
  let active = document.activeElement;
  for (let inner = active; inner; inner = inner.shadowRoot?.activeElement ?? null) active = inner;
  return active instanceof HTMLElement ? active : undefined;
}

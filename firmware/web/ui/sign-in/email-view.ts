import { html, type TemplateResult } from 'lit';
import type { Action } from '../base/action.ts';
import { codeField } from '../base/fields.ts';
import { text } from '../strings.ts';

const words = text.secondStep;

/** Codes by e-mail have so many digits. */
export const emailCodeDigits = 8;

/** A code by e-mail: first it is asked for, then typed. */
export function emailView(options: {
  /** Where it goes, as far as anybody may know. */
  readonly hint: string;
  readonly mail: 'sent' | 'failed' | undefined;
  readonly tries: string;
  /** The sending. */
  readonly action: Action;
  readonly onSend: () => void;
}): TemplateResult {
  const { hint, mail, tries, action, onSend } = options;
  const isFirst = mail === undefined;
  const button = html`<button
    type="button"
    class=${isFirst ? 'main' : ''}
    ?disabled=${!action.isOpen}
    @click=${onSend}
  >
    ${isFirst ? words.sendEmail : words.sendAgain}
  </button>`;
  if (isFirst)
    return html`<p>${words.emailTo(hint)}</p>
      ${action.view()}${button}`;
  return html`
    <p class="note ${mail === 'sent' ? '' : 'caution'}" role="status">
      ${mail === 'sent' ? words.emailSent(hint) : words.emailLate}
    </p>
    ${codeField({ label: words.emailCode, digits: emailCodeDigits, hint: tries })} ${action.view()}
    ${button}
  `;
}

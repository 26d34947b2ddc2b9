import { html, nothing, type TemplateResult } from 'lit';
import { text } from '../strings.ts';
import { digitsOf } from './code-text.ts';
import { icon } from './icons.ts';

/** A field that holds one line of text. */
export interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email';
  /** What the browser may offer; see HTML's autofill. */
  readonly autocomplete?: string;
  readonly value?: string;
  readonly hint?: string;
  readonly isOptional?: boolean;
  readonly lengthMax?: number;
}

/** A line of text with its label. */
export function textField(options: FieldOptions): TemplateResult {
  const { name, label, type = 'text', autocomplete = 'off', value = '', hint } = options;
  const { isOptional = false, lengthMax = 512 } = options;
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <input
        id=${name}
        name=${name}
        type=${type}
        .defaultValue=${value}
        autocomplete=${autocomplete}
        autocapitalize="none"
        spellcheck="false"
        maxlength=${lengthMax}
        ?required=${!isOptional}
        aria-describedby=${hint === undefined ? nothing : `${name}-hint`}
      />
      ${hint === undefined ? nothing : html`<p id="${name}-hint" class="soft small">${hint}</p>`}
    </div>
  `;
}

/** A password with its label, and a button that shows what was typed. */
export function passwordField(options: {
  readonly name: string;
  readonly label: string;
  readonly autocomplete: 'current-password' | 'new-password';
}): TemplateResult {
  const { name, label, autocomplete } = options;
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <div class="secret">
        <input
          id=${name}
          name=${name}
          type="password"
          autocomplete=${autocomplete}
          maxlength="512"
          required
        />
        <button
          class="icon"
          type="button"
          aria-pressed="false"
          aria-label=${text.fields.show(label)}
          @click=${toggleSecret}
        >
          ${icon('eye')}
        </button>
      </div>
    </div>
  `;
}

/**
 * A code of so many digits. What is pasted may hold blanks; with the last digit the form is sent.
 */
export function codeField(options: {
  readonly label: string;
  readonly digits: number;
  readonly name?: string;
  readonly hint?: string;
  /** Another field may have to be filled in first. */
  readonly sendsForm?: boolean;
}): TemplateResult {
  const { label, digits, name = 'code', hint, sendsForm = true } = options;
  const onInput = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    const typed = digitsOf(field.value).slice(0, digits);
    if (field.value !== typed) field.value = typed;
    if (typed.length === digits && sendsForm) field.form?.requestSubmit();
  };
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <input
        class="code"
        id=${name}
        name=${name}
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9]{${digits}}"
        title=${text.fields.digits(digits)}
        required
        aria-describedby=${hint === undefined ? nothing : `${name}-hint`}
        @input=${onInput}
      />
      ${hint === undefined ? nothing : html`<p id="${name}-hint" class="soft small">${hint}</p>`}
    </div>
  `;
}

/** What was typed into the form that is being sent; the browser itself sends nothing. */
export function typedIn(event: SubmitEvent): (name: string) => string {
  event.preventDefault();
  const data = new FormData(event.target as HTMLFormElement);
  return (name) => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
}

function toggleSecret(event: Event): void {
  const button = event.currentTarget as HTMLButtonElement;
  const field = button.parentElement?.querySelector('input');
  if (field === null || field === undefined) return;
  const isShown = field.type === 'text';
  field.type = isShown ? 'password' : 'text';
  button.setAttribute('aria-pressed', String(!isShown));
}

import { html, nothing, type TemplateResult } from 'lit';
import { textField } from '../base/fields.ts';
import { text } from '../strings.ts';

const words = text.wizard;

/** The other way to verify, beside the recovery codes that everybody gets. */
export type AlternativeMethod = 'question' | 'email' | 'none';

const methods: readonly AlternativeMethod[] = ['question', 'email', 'none'];
const ownQuestion = 4;

/** The choice of the other way, and what it needs to know. */
export function alternativeFields(options: {
  readonly method: AlternativeMethod;
  readonly question: number;
  readonly onMethod: (method: AlternativeMethod) => void;
  readonly onQuestion: (question: number) => void;
}): TemplateResult {
  const { method, question, onMethod, onQuestion } = options;
  return html`
    <fieldset>
      <legend class="visually-hidden">${words.steps.alternative}</legend>
      ${methods.map(
        (each) =>
          html`<label class="choice">
            <input
              type="radio"
              name="method"
              value=${each}
              .checked=${each === method}
              @change=${() => onMethod(each)}
            />
            ${words.methods[each]}
          </label>`,
      )}
    </fieldset>
    ${method === 'question' ? questionFields(question, onQuestion) : nothing}
    ${
      method === 'email'
        ? html`<div class="narrow">
            ${textField({
              name: 'address',
              label: words.address,
              autocomplete: 'email',
              hint: words.addressHint,
              lengthMax: 254,
            })}
          </div>`
        : nothing
    }
  `;
}

/** What the appliance is told of it. */
export function alternativeOf(
  method: 'question' | 'email',
  typed: (name: string) => string,
): object {
  if (method === 'email') return { method, address: typed('address').trim() };
  const number = Number(typed('question'));
  return {
    method,
    number,
    answer: typed('answer'),
    ...(number === ownQuestion && { text: typed('text') }),
  };
}

function questionFields(question: number, onQuestion: (question: number) => void): TemplateResult {
  const onChange = (event: Event): void =>
    onQuestion(Number((event.target as HTMLSelectElement).value));
  return html`
    <div class="stack narrow">
      <div class="field">
        <label for="question">${words.question}</label>
        <select id="question" name="question" @change=${onChange}>
          ${Object.entries(words.questions).map(
            ([number, shown]) =>
              html`<option value=${number} ?selected=${Number(number) === question}>
                ${shown}
              </option>`,
          )}
        </select>
      </div>
      ${
        question === ownQuestion
          ? textField({ name: 'text', label: words.ownQuestion, lengthMax: 128 })
          : nothing
      }
      ${textField({ name: 'answer', label: words.answer, hint: words.answerHint })}
    </div>
  `;
}

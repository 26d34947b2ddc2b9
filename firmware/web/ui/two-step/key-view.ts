import { html, nothing, type TemplateResult } from 'lit';
import type { Enrolment } from '../api/answers.ts';
import { groupedKey } from '../base/code-text.ts';
import { text } from '../strings.ts';
import { copy } from './copy.ts';

const words = text.wizard;
const picture = '/api/v1/me/two-step/enrolment/qr.png';

/** The QR code, and the key below it for who types it. */
export function keyView(options: {
  readonly enrolment: Enrolment | undefined;
  readonly copied: 'yes' | 'no' | undefined;
  readonly onCopied: (copied: 'yes' | 'no') => void;
}): TemplateResult | typeof nothing {
  const { enrolment, copied, onCopied } = options;
  if (enrolment === undefined) return nothing;
  const { key, issuer, account, clock } = enrolment;
  // At the same address a page may show the picture again that it has: that of another key.
  const fresh = `${picture}?${Date.parse(clock.time)}`;
  const onCopy = async (): Promise<void> => onCopied((await copy(key)) ? 'yes' : 'no');
  return html`
    <p>${words.scan}</p>
    <div class="key">
      <img src=${fresh} alt=${words.qr} width="220" height="220" />
      <div class="stack">
        <dl>
          <dt>${words.account}</dt>
          <dd>${issuer}: ${account}</dd>
          <dt>${words.key}</dt>
          <dd class="mono">${groupedKey(key)}</dd>
        </dl>
        <div class="row">
          <button type="button" @click=${onCopy}>${words.copy}</button>
          <span role="status" class="small">
            ${copied === 'yes' ? words.copied : ''}${copied === 'no' ? words.copyFailed : ''}
          </span>
        </div>
        <p class="soft small">${words.life}</p>
      </div>
    </div>
  `;
}

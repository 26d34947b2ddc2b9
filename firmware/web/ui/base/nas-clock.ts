import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { ClockView } from '../api/answers.ts';
import { text } from '../strings.ts';
import { controls } from './styles.ts';
import { durationWords, timeWords } from './times.ts';

/** More than this, and codes of a phone that has the right time may not fit, ms. */
const differenceToldMs = 30_000;

/** The appliance's own clock as it runs, and how far it can be trusted. */
class NasClock extends LitElement {
  static override properties = {
    clock: { attribute: false },
    isBrief: { type: Boolean, attribute: 'brief' },
  };

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      .box {
        display: flex;
        gap: 11px;
        align-items: center;
        padding: 10px 13px;
        border-radius: var(--radius);
        background: var(--surface-raised);
      }

      time {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }

      .unset {
        color: var(--danger);
      }
    `,
  ];

  declare clock: ClockView | undefined;
  declare isBrief: boolean;
  #shownAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('clock')) this.#shownAtMs = performance.now();
  }

  override render() {
    const { clock } = this;
    if (clock === undefined) return nothing;
    const sinceMs = performance.now() - this.#shownAtMs;
    const nowMs = Date.parse(clock.time) + sinceMs;
    const shown = html`<time datetime=${new Date(nowMs).toISOString()}
      >${timeWords(nowMs, clock.zone)}</time
    >`;
    if (this.isBrief) return shown;
    return html`
      <div class="box">
        <div>
          <p>${text.clock.title} ${shown} <span class="soft">${clock.zone}</span></p>
          <p class="small ${clock.trust === 'unset' ? 'unset' : 'soft'}">
            ${trustWords(clock, sinceMs)}
          </p>
          ${clock.trust === 'unset' ? nothing : this.#difference(nowMs)}
        </div>
      </div>
    `;
  }

  /** The phone mostly has the time of the computer beside it. */
  #difference(nowMs: number) {
    const aheadMs = Date.now() - nowMs;
    if (Math.abs(aheadMs) < differenceToldMs) return nothing;
    const words = durationWords(Math.abs(aheadMs) / 1000);
    return html`<p class="small soft">
      ${aheadMs > 0 ? text.clock.deviceAhead(words) : text.clock.deviceBehind(words)}
    </p>`;
  }

  #tick(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tick(), 1000);
    this.requestUpdate();
  }
}

function trustWords({ trust, secondsSinceSync }: ClockView, sinceMs: number): string {
  const since = secondsSinceSync === null ? undefined : secondsSinceSync + sinceMs / 1000;
  return text.clock.trust[trust](since === undefined ? undefined : durationWords(since));
}

customElements.define('nas-clock', NasClock);

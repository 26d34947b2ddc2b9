import { html, nothing, type ReactiveController, type ReactiveControllerHost } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiFailure } from '../api/client.ts';
import { text } from '../strings.ts';

/**
 * Something that a person sets going: it runs once at a time, its failure is shown with what to do
 * about it, and where the appliance says to wait, the wait is counted down.
 */
export class Action implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #isBusy = false;
  #failure: ApiFailure | undefined;
  #waitOverMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Whether it runs. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** What went wrong the last time. */
  get failure(): ApiFailure | undefined {
    return this.#failure;
  }

  /** For so long nothing would be taken, seconds. */
  get waitSeconds(): number {
    return Math.max(0, Math.ceil((this.#waitOverMs - performance.now()) / 1000));
  }

  /** Whether it can be set going now. */
  get isOpen(): boolean {
    return !this.#isBusy && this.waitSeconds === 0;
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** Runs it; undefined where it failed, or runs already. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (!this.isOpen) return undefined;
    this.#isBusy = true;
    this.#failure = undefined;
    this.#host.requestUpdate();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.#failure = error;
      this.wait(error.waitSeconds);
      return undefined;
    } finally {
      this.#isBusy = false;
      this.#host.requestUpdate();
    }
  }

  /** Lets nothing be tried for so long. */
  wait(seconds: number): void {
    this.#waitOverMs = performance.now() + seconds * 1000;
    this.#tick();
  }

  /** Forgets what went wrong. */
  clear(): void {
    this.#failure = undefined;
    this.#host.requestUpdate();
  }

  /** What went wrong and what to do, read out as it appears. */
  view(): TemplateResult {
    const failure = this.#failure;
    const seconds = this.waitSeconds;
    return html`
      <div role="alert">
        ${
          failure === undefined
            ? nothing
            : html`<p class="note danger">${text.problem(failure)}</p>`
        }
      </div>
      ${
        seconds > 0
          ? html`<p class="note caution" role="timer">${text.waits.left(seconds)}</p>`
          : nothing
      }
    `;
  }

  #tick(): void {
    clearTimeout(this.#timer);
    this.#host.requestUpdate();
    const leftMs = this.#waitOverMs - performance.now();
    if (leftMs <= 0) return;
    this.#timer = setTimeout(() => this.#tick(), leftMs % 1000 || 1000);
  }
}

import type { Button, ButtonEdge } from '../button.ts';
import { HalError } from '../errors.ts';
import type { Closable } from './closable.ts';

/** What a device told of its line. */
export interface ButtonNews extends ButtonEdge {
  /**
   * An edge happened, and where it leads to the level that was known already, the edge before it
   * got lost and is made up. A level was found: it is news or it is not.
   */
  readonly what: 'edge' | 'level';
}

/**
 * The level of a button and who hears of it: whatever a driver reports, what is heard alternates
 * in level and never goes back in time.
 */
export class ButtonLine implements Button, Closable {
  #isPressed: boolean;
  #lastMs = Number.NEGATIVE_INFINITY;
  #listeners: readonly { readonly hear: (edge: ButtonEdge) => void }[] = [];
  #isOpen = true;

  constructor(isPressed: boolean) {
    this.#isPressed = isPressed;
  }

  isPressed(): boolean {
    if (!this.#isOpen) throw new HalError('closed', 'reset-button', 'the button is closed');
    return this.#isPressed;
  }

  onEdge(listener: (edge: ButtonEdge) => void): () => void {
    const entry = { hear: listener };
    if (this.#isOpen) this.#listeners = [...this.#listeners, entry];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry);
    };
  }

  /** Takes note of what the device told. */
  take({ what, pressed, atMs }: ButtonNews): void {
    if (pressed !== this.#isPressed) return this.#tell(pressed, atMs);
    if (what === 'level') return;
    this.#tell(!pressed, atMs);
    this.#tell(pressed, atMs);
  }

  close(): void {
    this.#isOpen = false;
    this.#listeners = [];
  }

  #tell(pressed: boolean, atMs: number): void {
    this.#isPressed = pressed;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    const edge = { pressed, atMs: this.#lastMs };
    for (const entry of this.#listeners) {
      // Who leaves while others are told hears no more.
      if (this.#listeners.includes(entry)) hearOrCrash(entry.hear, edge);
    }
  }
}

/** An error of a listener is a bug of its own, which nobody else on the line pays for. */
function hearOrCrash(hear: (edge: ButtonEdge) => void, edge: ButtonEdge): void {
  try {
    hear(edge);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

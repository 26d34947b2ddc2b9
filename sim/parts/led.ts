import type { Led, LedColour } from '#hal/led';
import type { Life } from './life.ts';
import { Listeners } from './listeners.ts';
import type { BoardSite } from './site.ts';

/** One change of the indicator. */
export interface LedChange {
  /** True time. */
  readonly atUs: number;
  readonly colour: LedColour;
}

/** Colour and history at one instant. */
export interface LedState {
  readonly colour: LedColour;
  readonly history: readonly LedChange[];
}

/** How many changes are remembered. */
const historyMax = 4_096;

/** The bicolour status indicator. World face: what can be seen of it. */
export class LedPart {
  readonly #site: BoardSite;
  readonly #listeners: Listeners<LedChange>;
  #history: LedChange[] = [];
  #colour: LedColour = 'off';

  constructor(site: BoardSite) {
    this.#site = site;
    this.#listeners = new Listeners(site.world);
  }

  get colour(): LedColour {
    return this.#colour;
  }

  /** The changes so far, oldest first; at least the last 4,096 of them. */
  get history(): readonly LedChange[] {
    return this.#history;
  }

  /** Hears every change from now on; the answer stops it. */
  onChange(listener: (change: LedChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The firmware's face for one life; the LED goes out when that ends. */
  connect(life: Life): Led {
    life.onEnd(() => this.#show('off'));
    return {
      set: (colour) => {
        if (life.isAlive) this.#show(colour);
      },
    };
  }

  /** What it has shown, the present colour last. */
  save(): LedState {
    return { colour: this.#colour, history: this.#history.slice(-historyMax) };
  }

  /** Shines as it did at a snapshot; nobody is told. */
  restore({ colour, history }: LedState): void {
    this.#colour = colour;
    this.#history = [...history];
  }

  /** Forgets what it has shown. */
  reset(): void {
    this.#history = [];
  }

  #show(colour: LedColour): void {
    if (colour === this.#colour) return;
    this.#colour = colour;
    const change = { atUs: this.#site.world.nowUs, colour };
    this.#history.push(change);
    if (this.#history.length > 2 * historyMax) this.#history = this.#history.slice(-historyMax);
    this.#site.output('led', 'led', { colour });
    this.#listeners.tell(change);
  }
}

import type { Buzzer } from '#hal/buzzer';
import type { Life } from './life.ts';
import { Listeners } from './listeners.ts';
import type { BoardSite } from './site.ts';

/** One sound of the buzzer, in true time. */
export interface Beep {
  readonly startUs: number;
  /** Absent while it sounds. */
  readonly endUs?: number;
}

/** How many beeps are remembered. */
const beepsMax = 4_096;

/** The buzzer. World face: what can be heard of it. */
export class BuzzerPart {
  readonly #site: BoardSite;
  readonly #listeners: Listeners<boolean>;
  #beeps: Beep[] = [];
  #isSounding = false;

  constructor(site: BoardSite) {
    this.#site = site;
    this.#listeners = new Listeners(site.world);
  }

  get isSounding(): boolean {
    return this.#isSounding;
  }

  /** The beeps so far, oldest first; at least the last 4,096 of them. */
  get beeps(): readonly Beep[] {
    return this.#beeps;
  }

  /** Hears whether it sounds, at every change from now on; the answer stops it. */
  onChange(listener: (sounding: boolean) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The firmware's face for one life; the buzzer is silent when that ends. */
  connect(life: Life): Buzzer {
    life.onEnd(() => this.#sound(false));
    return {
      set: (sounding) => {
        if (life.isAlive) this.#sound(sounding);
      },
    };
  }

  /** The beeps so far, as plain data. */
  save(): readonly Beep[] {
    return this.#beeps.slice(-beepsMax);
  }

  /** These have sounded. */
  restore(beeps: readonly Beep[]): void {
    this.#beeps = [...beeps];
  }

  /** Forgets what it has sounded, but for a beep that still lasts. */
  reset(): void {
    this.#beeps = this.#isSounding ? this.#beeps.slice(-1) : [];
  }

  #sound(sounding: boolean): void {
    if (sounding === this.#isSounding) return;
    this.#isSounding = sounding;
    const { nowUs } = this.#site.world;
    const last = this.#beeps.at(-1);
    if (sounding) this.#beeps.push({ startUs: nowUs });
    else if (last !== undefined) this.#beeps[this.#beeps.length - 1] = { ...last, endUs: nowUs };
    if (this.#beeps.length > 2 * beepsMax) this.#beeps = this.#beeps.slice(-beepsMax);
    this.#site.output('buzzer', 'buzzer', { on: sounding });
    this.#listeners.tell(sounding);
  }
}

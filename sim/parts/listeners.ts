import type { World } from '../kernel/world.ts';

interface Entry<T> {
  readonly hear: (value: T) => void;
}

/** Who hears of something, called in order of joining; their errors are the world's to report. */
export class Listeners<T> {
  readonly #world: World;
  #entries: readonly Entry<T>[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Hears every value from now on; the answer stops it. */
  add(listener: (value: T) => void): () => void {
    const entry = { hear: listener };
    this.#entries = [...this.#entries, entry];
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  /** Who leaves while others are told hears no more of it; who joins hears from the next on. */
  tell(value: T): void {
    for (const entry of this.#entries) {
      if (!this.#entries.includes(entry)) continue;
      try {
        entry.hear(value);
      } catch (error) {
        this.#world.reportBug(error);
      }
    }
  }

  clear(): void {
    this.#entries = [];
  }
}

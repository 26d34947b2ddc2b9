import type { WorldEvent } from '../../kernel/event-queue.ts';
import type { World } from '../../kernel/world.ts';
import { Listeners } from '../listeners.ts';

/** A line that is a function of time. */
export interface TimedLine {
  level(): 0 | 1;
  /** The next true time to look at it again; undefined where it stays as it is. */
  nextUs(): number | undefined;
}

/** Tells of changes of a line. Events exist only while somebody listens. */
export class PinWatch {
  readonly #world: World;
  readonly #line: TimedLine;
  readonly #listeners: Listeners<0 | 1>;
  #count = 0;
  #lastLevel: 0 | 1 = 1;
  #event: WorldEvent | undefined;

  constructor(world: World, line: TimedLine) {
    this.#world = world;
    this.#line = line;
    this.#listeners = new Listeners(world);
  }

  /** Hears every level that the line changes to; the answer stops it. */
  add(listener: (level: 0 | 1) => void): () => void {
    if (this.#count === 0) this.#lastLevel = this.#line.level();
    const remove = this.#listeners.add(listener);
    let isListening = true;
    this.#count += 1;
    this.update();
    return () => {
      if (!isListening) return;
      isListening = false;
      remove();
      this.#count -= 1;
      this.update();
    };
  }

  /** What the line depends on may have changed. */
  update(): void {
    if (this.#event !== undefined) this.#world.cancel(this.#event);
    this.#event = undefined;
    if (this.#count === 0) return;
    const level = this.#line.level();
    const nextUs = this.#line.nextUs();
    if (nextUs !== undefined) {
      this.#event = this.#world.at(nextUs, 'ds3231 pin', () => this.update());
    }
    if (level === this.#lastLevel) return;
    this.#lastLevel = level;
    this.#listeners.tell(level);
  }
}

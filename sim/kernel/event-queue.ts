/** One thing that will happen in the world. */
export interface WorldEvent {
  /** True time, µs since the Unix epoch. */
  readonly timeUs: number;
  /** Order of scheduling; breaks ties first in, first out. */
  readonly sequence: number;
  /** Who asked for it, for the guard's message. */
  readonly owner: string;
  /** How many events led to this one without time moving. */
  readonly chain: number;
  /** Of somebody outside of the world: a replay does without it. */
  readonly isForeign: boolean;
  readonly run: () => void;
  /** Place in the heap; -1 once taken or removed. */
  index: number;
}

/** A binary heap ordered by (time, sequence), with removal of any event in O(log n). */
export class EventQueue {
  readonly #heap: WorldEvent[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): WorldEvent | undefined {
    return this.#heap[0];
  }

  push(event: WorldEvent): void {
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1, event);
  }

  /** Takes the earliest event. */
  pop(): WorldEvent | undefined {
    const first = this.#heap[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Removes an event wherever it stands; one that is gone already is no error. */
  remove(event: WorldEvent): void {
    const hole = event.index;
    if (hole < 0) return;
    event.index = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === event) return;
    if (hole > 0 && isBefore(last, this.#heap[(hole - 1) >> 1] as WorldEvent)) {
      this.#rise(hole, last);
    } else {
      this.#sink(hole, last);
    }
  }

  #rise(from: number, event: WorldEvent): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as WorldEvent;
      if (!isBefore(event, parent)) break;
      heap[place] = parent;
      parent.index = place;
      place = above;
    }
    heap[place] = event;
    event.index = place;
  }

  #sink(from: number, event: WorldEvent): void {
    const heap = this.#heap;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      let child = heap[below] as WorldEvent;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, child)) {
        below += 1;
        child = right;
      }
      if (!isBefore(child, event)) break;
      heap[place] = child;
      child.index = place;
      place = below;
    }
    heap[place] = event;
    event.index = place;
  }
}

function isBefore(a: WorldEvent, b: WorldEvent): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.sequence < b.sequence);
}

import type { Position } from './step.ts';

/** A fault that was ordered. */
export interface OrderedFault {
  readonly name: string;
  /** Where the scenario orders it; absent at the prompt. */
  readonly position: Position | undefined;
}

interface Entry extends OrderedFault {
  readonly isPending: () => boolean;
  readonly isOptional: boolean;
  outcome: 'open' | 'happened' | 'replaced';
}

/** What was ordered to go wrong: a run in which it never did proves nothing. */
export class FaultLedger {
  readonly #entries: Entry[] = [];
  #isOptional = false;

  /**
   * Gives an order, and writes it down. `give` answers how to tell that the fault has not happened
   * yet. An order replaces one of the same name: where that has not happened by now, it never will.
   */
  order(fault: OrderedFault, give: () => () => boolean): void {
    for (const entry of this.#entries) {
      if (entry.name !== fault.name || entry.outcome !== 'open') continue;
      entry.outcome = entry.isPending() ? 'replaced' : 'happened';
    }
    const isOptional = this.#isOptional;
    this.#entries.push({ ...fault, isPending: give(), isOptional, outcome: 'open' });
  }

  /** Answers how to ask whether all that is ordered in `give` has taken effect. */
  watching(give: () => void): () => boolean {
    const before = this.#entries.length;
    give();
    const ordered = this.#entries.slice(before);
    return () => !ordered.some(isUnfelt);
  }

  /** As `watching`, for orders that chance gives: a run in which they never happen counts. */
  optionally(give: () => void): () => boolean {
    this.#isOptional = true;
    try {
      return this.watching(give);
    } finally {
      this.#isOptional = false;
    }
  }

  /** Those that have not taken effect, and have to. */
  get pending(): readonly OrderedFault[] {
    return this.#entries.filter((entry) => !entry.isOptional && isUnfelt(entry));
  }
}

function isUnfelt({ outcome, isPending }: Entry): boolean {
  return outcome === 'replaced' || (outcome === 'open' && isPending());
}

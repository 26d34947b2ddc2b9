import type { Position } from './step.ts';

/** A fault that was ordered. */
export interface OrderedFault {
  readonly name: string;
  /** Where the scenario orders it; absent at the prompt. */
  readonly position: Position | undefined;
}

interface Entry extends OrderedFault {
  readonly isPending: () => boolean;
  outcome: 'open' | 'happened' | 'replaced';
}

/** What was ordered to go wrong: a run in which it never did proves nothing. */
export class FaultLedger {
  readonly #entries: Entry[] = [];

  /**
   * Gives an order, and writes it down. `give` answers how to tell that the fault has not happened
   * yet. An order replaces one of the same name: where that has not happened by now, it never will.
   */
  order(fault: OrderedFault, give: () => () => boolean): void {
    for (const entry of this.#entries) {
      if (entry.name !== fault.name || entry.outcome !== 'open') continue;
      entry.outcome = entry.isPending() ? 'replaced' : 'happened';
    }
    this.#entries.push({ ...fault, isPending: give(), outcome: 'open' });
  }

  /** Those that have not taken effect. */
  get pending(): readonly OrderedFault[] {
    return this.#entries.filter(
      ({ outcome, isPending }) => outcome === 'replaced' || (outcome === 'open' && isPending()),
    );
  }
}

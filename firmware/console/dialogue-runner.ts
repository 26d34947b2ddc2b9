import type { Dialogue, DialogueStep, Verdict } from './dialogue.ts';

/** Where a dialogue stands after one more step. */
export type Progress = 'asked' | 'paused' | Verdict;

/** Runs one command at a time, step by step. */
export class DialogueRunner {
  #dialogue: Dialogue | undefined;
  #step: DialogueStep | undefined;

  /** The question that waits for an answer. */
  get question(): DialogueStep | undefined {
    return this.#step;
  }

  /** Starts a command; most are done at once. */
  begin(run: () => Verdict | Dialogue): Progress {
    const outcome = run();
    if (typeof outcome === 'string') return outcome;
    this.#dialogue = outcome;
    return this.#advance((dialogue) => dialogue.next());
  }

  /** Goes on with the line that was entered; empty after a pause. */
  answer(line: string): Progress {
    return this.#advance((dialogue) => dialogue.next(line));
  }

  /** Ends a dialogue at its present question; without one nothing happens. */
  abandon(): void {
    const dialogue = this.#dialogue;
    this.#forget();
    dialogue?.return('done');
  }

  #advance(go: (dialogue: Dialogue) => IteratorResult<DialogueStep, Verdict>): Progress {
    if (this.#dialogue === undefined) return 'done';
    this.#step = undefined;
    let isOver = true;
    try {
      const result = go(this.#dialogue);
      if (result.done === true) return result.value;
      isOver = false;
      this.#step = result.value;
      return result.value.kind === 'pause' ? 'paused' : 'asked';
    } finally {
      if (isOver) this.#forget();
    }
  }

  #forget(): void {
    this.#dialogue = undefined;
    this.#step = undefined;
  }
}

import type { Bench } from '../bench.ts';
import type { Pacer, Runner } from '../kernel/pacer.ts';
import type { Phone } from '../peers/phone.ts';
import type { History } from '../replay/history.ts';
import { StepContext, type Travel } from '../scenario/context.ts';

/** A live bench, as far as the API needs one. */
export interface ApiBench {
  readonly bench: Bench;
  readonly pacer: Pacer;
  readonly phone: Phone;
  /**
   * Calls `attach` with the bench, and again with each that takes its place; what it answers undoes
   * that. The answer of this ends it.
   */
  withBench(attach: (bench: Bench) => () => void): () => void;
  /** How steps leave names for instants and come back to them. */
  readonly travel: Travel;
  readonly history: Pick<History, 'mark' | 'marks' | 'branches' | 'startUs' | 'find'>;
  /** Goes back to an instant (µs of true time) or a mark; another bench takes the place of this. */
  goBack(to: number | string): Promise<void>;
}

/** Where all requests meet the bench: one work after the other, on what is the bench then. */
export class Desk {
  readonly live: ApiBench;
  /** How far the callers of the API have read what the board said; all share it. */
  readonly context: StepContext;
  readonly #stopFollowing: () => void;
  #runner: Runner;

  constructor(live: ApiBench) {
    this.live = live;
    this.#runner = live.bench.world;
    this.context = new StepContext({
      bench: live.bench,
      phone: live.phone,
      travel: live.travel,
      runner: {
        get nowUs() {
          return live.bench.world.nowUs;
        },
        runWhile: (wanted, limitUs) => this.#runner.runWhile(wanted, limitUs),
      },
    });
    this.#stopFollowing = live.withBench((bench) => {
      this.context.follow(bench);
      return () => undefined;
    });
  }

  get bench(): Bench {
    return this.live.bench;
  }

  get pacer(): Pacer {
    return this.live.pacer;
  }

  /** Looks, or does something that takes no time, at the present instant. */
  async act<T>(work: (bench: Bench) => T): Promise<T> {
    return this.pacer.act(() => work(this.bench));
  }

  /** Does what takes time, after what was asked for before; `signal` ends a wait. */
  async drive<T>(
    work: () => Promise<T>,
    how: { readonly signal: AbortSignal; readonly isAtOnce?: boolean },
  ): Promise<T> {
    const { signal, isAtOnce = false } = how;
    return this.pacer.drive(
      async (runner) => {
        signal.throwIfAborted();
        this.#runner = runner;
        return work();
      },
      { signal, isAtOnce },
    );
  }

  /** Lets so much time pass, within a work. */
  async pass(spanUs: number): Promise<void> {
    await this.#runner.runWhile(() => true, this.context.nowUs + spanUs);
  }

  /** Hears the board no more. */
  close(): void {
    this.#stopFollowing();
    this.context.close();
  }
}

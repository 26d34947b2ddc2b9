import type { Button, ButtonEdge } from '#hal/button';
import type { CheckBench } from './check-bench.ts';
import type { Person } from './person.ts';

/** Somebody let go of the button before they were asked to: what was to be seen was not. */
export class LetGoTooEarly extends Error {
  override readonly name = 'LetGoTooEarly';

  constructor() {
    super('RESET was let go before that was asked for');
  }
}

type HandBench = Pick<CheckBench, 'clock' | 'pass' | 'patience'> & { readonly person: Person };

/** A person's hand on the button. It is seen to press and to let go through the port itself. */
export class ButtonHand {
  readonly #port: () => Button;
  readonly #bench: HandBench;
  /** The long hold has been done. */
  #hasHeld = false;
  #pressedMs = 0;
  #edges: ButtonEdge[] = [];
  #stopHearing = (): void => undefined;
  readonly press = (): Promise<void> => this.#press();
  readonly release = (): Promise<void> => this.#release();

  constructor(port: () => Button, bench: HandBench) {
    this.#port = port;
    this.#bench = bench;
  }

  async #press(): Promise<void> {
    const { person, clock, pass, patience } = this.#bench;
    const what = this.#hasHeld ? 'press RESET once more' : 'press RESET';
    this.#stopHearing();
    this.#edges = [];
    this.#stopHearing = this.#port().onEdge((edge) => void this.#edges.push(edge));
    const text = `${what} and hold it for ${secondsOf(this.#holdMs)} …`;
    await person.wish(
      () => text,
      () => this.#port().isPressed(),
    );
    this.#pressedMs = clock.now();
    await pass(patience.settleMs);
  }

  async #release(): Promise<void> {
    const { person, clock, pass, patience } = this.#bench;
    const heldMs = (): number => clock.now() - this.#pressedMs;
    if (!this.#port().isPressed()) throw new LetGoTooEarly();
    await person.wish(
      () => (heldMs() < this.#holdMs ? `hold it … ${shown(heldMs())}` : 'let go now'),
      () => !this.#port().isPressed(),
    );
    if (heldMs() < this.#holdMs) throw new LetGoTooEarly();
    await pass(patience.settleMs);
    person.note(`held for ${this.#measured()}`);
    this.#hasHeld = true;
  }

  /** As the driver has it. */
  #measured(): string {
    const pressMs = this.#edges.find(({ pressed }) => pressed)?.atMs ?? Number.NaN;
    const releaseMs = this.#edges.findLast(({ pressed }) => !pressed)?.atMs ?? Number.NaN;
    const hold = (releaseMs - pressMs) / 1000;
    return Number.isNaN(hold) ? 'a time that the driver does not know' : `${hold.toFixed(2)} s`;
  }

  get #holdMs(): number {
    const { holdMs, pressMs } = this.#bench.patience;
    return this.#hasHeld ? pressMs : holdMs;
  }
}

function shown(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function secondsOf(ms: number): string {
  if (ms < 1_000) return 'a second';
  return ms === 3_000 ? 'three seconds' : `${ms / 1000} s`;
}

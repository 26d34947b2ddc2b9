import type { LedColour } from '#hal/led';
import type { Bench } from '../bench.ts';
import { isLampView, type LampPattern, type LampView, viewLamp } from '../scenario/led-pattern.ts';
import { describeBench } from './report.ts';
import { formatDuration } from './duration.ts';

/** Twice the longest phase of the appliance's blinking. */
const steadyUs = 1_000_000;

/** One beep as it was heard. */
export interface HeardBeep {
  readonly lengthUs: number;
  /** It has not ended: the length is what was heard so far. */
  readonly isSounding: boolean;
}

/** An ear at the buzzer. It remembers what it has not been asked about. */
export class TestBuzzer {
  readonly #bench: Bench;
  readonly #output: () => string;
  /** True time from which on beeps count: those begun earlier were asked about. */
  #heardToUs = Number.NEGATIVE_INFINITY;

  /** `output` is what the console has printed, for texts of failures. */
  constructor(bench: Bench, output: () => string) {
    this.#bench = bench;
    this.#output = output;
  }

  get isSounding(): boolean {
    return this.#bench.board.buzzer.isSounding;
  }

  /** The beeps begun since the last look (or since `powerOn` answered), without taking them. */
  get beeps(): readonly HeardBeep[] {
    const { board, world } = this.#bench;
    const fresh = board.buzzer.beeps.filter((beep) => beep.startUs >= this.#heardToUs);
    return fresh.map(({ startUs, endUs }) => ({
      lengthUs: (endUs ?? world.nowUs) - startUs,
      isSounding: endUs === undefined,
    }));
  }

  /** Takes them: their lengths as `500ms`; the next look begins after the last of them. */
  takeBeeps(): readonly string[] {
    const taken = this.beeps.map((beep) => formatDuration(beep.lengthUs));
    const last = this.#bench.board.buzzer.beeps.at(-1);
    if (last !== undefined) this.#heardToUs = last.startUs + 1;
    return taken;
  }

  /** When, in which states and after which last lines: for texts of failures. */
  describe(): string {
    return describeBench(this.#bench, this.#output());
  }
}

/** An eye on one LED. */
export class TestLed {
  readonly #bench: Bench;
  readonly #output: () => string;

  /** `output` is what the console has printed, for texts of failures. */
  constructor(bench: Bench, output: () => string) {
    this.#bench = bench;
    this.#output = output;
  }

  /** What it shows at this instant. */
  get colour(): LedColour {
    return this.#bench.board.statusLed.colour;
  }

  /** What it shows as a person sees it: steady, blinking, or neither for long enough to tell. */
  get view(): LampView {
    const { board, world } = this.#bench;
    return viewLamp(board.statusLed.history, world.nowUs);
  }

  /** Whether it shows this. Steady is what has not changed for a second, as blinking would have. */
  isShowing(wanted: LampPattern): boolean {
    const { view } = this;
    const { board, world } = this.#bench;
    if (!board.isPowered) return wanted.colour === 'off';
    if (view.kind !== 'unsettled') return isLampView(view, wanted);
    const restUs = world.nowUs - (board.statusLed.history.at(-1)?.atUs ?? 0);
    return wanted.blinkUs === undefined && wanted.colour === view.colour && restUs >= steadyUs;
  }

  /** When, in which states and after which last lines: for texts of failures. */
  describe(): string {
    return describeBench(this.#bench, this.#output());
  }
}

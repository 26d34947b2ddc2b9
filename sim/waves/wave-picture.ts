import { drawWaveChart, type WaveRow, type WaveStep } from '../plot/wave-chart.ts';
import { boardSignals, type BoardSignal, type WaveSink, type WaveValue } from './signals.ts';

/** What of a recording is drawn. */
export interface PictureWish {
  readonly title: string;
  /** From the beginning to the end unless told otherwise; since the beginning. */
  readonly fromUs?: number | undefined;
  readonly toUs?: number | undefined;
  /** Names; those that tell of RESET and what follows unless told otherwise. */
  readonly signals?: readonly string[] | undefined;
}

/** What a person wants to see first. */
export const picturedSignals: readonly BoardSignal[] = [
  'reset',
  'reset_debounced',
  'reset_button',
  'led_green',
  'led_red',
  'buzzer',
  'appliance',
  'uart_tx',
];

const colours: Readonly<Record<string, number>> = {
  Supply: 5,
  RESET: 0,
  Charts: 3,
  Console: 4,
  Time: 3,
};
const ownColours: Partial<Record<string, number>> = { led_green: 2, led_red: 5, buzzer: 1 };

/** More changes than a picture can hold: who draws a year wants a part of it. */
const stepsMax = 2_000_000;

/** Keeps the signals that a picture shows. */
export class WavePicture implements WaveSink {
  readonly #wish: PictureWish;
  readonly #steps = new Map<string, WaveStep[]>();
  #count = 0;

  constructor(wish: PictureWish) {
    this.#wish = wish;
    for (const name of wish.signals ?? picturedSignals) this.#steps.set(name, []);
  }

  /** Whether there was more than can be drawn. */
  get isFull(): boolean {
    return this.#count >= stepsMax;
  }

  change(atUs: number, signal: BoardSignal, value: WaveValue): void {
    const steps = this.#steps.get(signal);
    if (steps === undefined || this.isFull) return;
    const { fromUs = 0, toUs = Number.POSITIVE_INFINITY } = this.#wish;
    if (atUs > toUs) return;
    const last = steps.at(-1);
    const shown = typeof value === 'number' && value !== 0 && value !== 1 ? String(value) : value;
    const step: WaveStep = { atUs, value: shown as WaveStep['value'] };
    // Before the beginning only the last value counts.
    if (last !== undefined && (atUs <= fromUs || atUs === last.atUs))
      steps[steps.length - 1] = step;
    else {
      steps.push(step);
      this.#count += 1;
    }
  }

  /** The picture of a recording that ended at `endUs`. */
  draw(endUs: number): string {
    const { title, fromUs = 0, toUs = endUs } = this.#wish;
    const rows = [...this.#steps].map(([name, steps]) => rowOf(name, steps));
    const description = rows.map((row) => describe(row, fromUs)).join(' ');
    return drawWaveChart({ title, description, fromUs, toUs: Math.max(toUs, fromUs + 1), rows });
  }
}

function rowOf(name: string, steps: readonly WaveStep[]): WaveRow {
  const signal = boardSignals.find((each) => each.name === name);
  const colour = ownColours[name] ?? colours[signal?.group ?? ''] ?? 0;
  return { name, kind: signal?.kind === 'wire' ? 'bit' : 'text', colour, steps };
}

/** In words, as far as words can. */
function describe({ name, kind, steps }: WaveRow, fromUs: number): string {
  const seen = steps.filter(({ atUs }) => atUs > fromUs);
  if (seen.length === 0) return `${name} does not change.`;
  if (kind === 'text' && seen.length <= 12) {
    const states = seen.map(({ atUs, value }) => `${String(value)} at ${atUs / 1e6} s`);
    return `${name}: ${states.join(', ')}.`;
  }
  const [first] = seen;
  const last = seen.at(-1);
  return `${name} changes ${seen.length} times from ${(first?.atUs ?? 0) / 1e6} s to ${(last?.atUs ?? 0) / 1e6} s.`;
}

import type { Tick } from './line-chart.ts';

/** About so many numbers stand beside an axis. */
const ticksWanted = 5;

/** Round numbers that span a range, both ends covered. */
export function roundTicks(least: number, most: number): readonly Tick[] {
  const span = most > least ? most - least : 1;
  const rough = span / ticksWanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(least / step);
  const last = Math.ceil((most > least ? most : least + 1) / step);
  return Array.from({ length: last - first + 1 }, (_, place) => {
    // Of the product alone: a sum of steps would gather their errors.
    const at = Number(((first + place) * step).toPrecision(12));
    return { at, text: String(at) };
  });
}

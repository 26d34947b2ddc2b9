import { show, type Parsed } from '../scenario/duration.ts';

/** Unit of time of a VCD file. */
export interface Timescale {
  /** As the file writes it: `1us`. */
  readonly text: string;
  /** How many ps it has, as a power of ten. */
  readonly psPower: number;
}

const unitPowers: Readonly<Record<string, number>> = { s: 12, ms: 9, us: 6, ns: 3, ps: 0, fs: -3 };

/** Reads a timescale as IEEE 1364 has it: 1, 10 or 100 of a unit from s to fs. */
export function parseTimescale(text: string): Parsed<Timescale> {
  const [, ones, unit = ''] = /^\s*(10{0,2})\s*([a-z]+)\s*$/.exec(text) ?? [];
  const power = unitPowers[unit];
  if (ones === undefined || power === undefined || !Object.hasOwn(unitPowers, unit)) {
    return {
      ok: false,
      text: `${show(text)} is no timescale: write 1, 10 or 100 of s, ms, us, ns, ps`,
    };
  }
  return { ok: true, value: { text: `${ones}${unit}`, psPower: power + ones.length - 1 } };
}

/** 1 µs, in which simulated time is counted. */
export const microsecond: Timescale = { text: '1us', psPower: 6 };

/** A timescale to write in; finer than 1 ps there is none. */
export function parseWritable(text: string): Parsed<Timescale> {
  const parsed = parseTimescale(text);
  if (!parsed.ok || parsed.value.psPower >= 0) return parsed;
  return { ok: false, text: `${show(text)} is finer than anything here: 1us tells all there is` };
}

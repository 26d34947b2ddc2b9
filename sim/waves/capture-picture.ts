import { drawWaveChart, type WaveRow, type WaveStep } from '../plot/wave-chart.ts';
import { show } from '../scenario/duration.ts';
import { readVcd, VcdError, type VcdChange, type VcdSignal } from './vcd-reader.ts';
import type { PictureWish } from './wave-picture.ts';

/** So many signals of a file are drawn unless they are named. */
const signalsShown = 24;

/** Draws the signals of any VCD file; a `VcdError` says what cannot be drawn. */
export function drawCapture(text: string, wish: PictureWish): string {
  let chosen: readonly VcdSignal[] = [];
  const { changes, startUs, endUs } = readVcd(text, (signals) => {
    chosen =
      wish.signals === undefined ? signals.slice(0, signalsShown) : named(signals, wish.signals);
    return chosen;
  });
  const { title, fromUs = 0, toUs = endUs - startUs } = wish;
  const rows = chosen.map((signal, place): WaveRow => {
    const isBit = signal.width === 1 && !['real', 'string'].includes(signal.type);
    const steps = (changes.get(signal.id) ?? []).map((each) => stepOf(each, startUs, isBit));
    return { name: signal.name, kind: isBit ? 'bit' : 'text', colour: place % 6, steps };
  });
  const description = rows.map(({ name, steps }) => `${name}: ${steps.length} values.`).join(' ');
  return drawWaveChart({ title, description, fromUs, toUs: Math.max(toUs, fromUs + 1), rows });
}

function stepOf({ atUs, value }: VcdChange, startUs: number, isBit: boolean): WaveStep {
  const at = { atUs: atUs - startUs };
  if (!isBit) return { ...at, value };
  return { ...at, value: value === '1' ? 1 : value === '0' ? 0 : undefined };
}

function named(signals: readonly VcdSignal[], names: readonly string[]): readonly VcdSignal[] {
  return names.map((wanted) => {
    const found = signals.find(({ name, path }) => name === wanted || path === wanted);
    if (found !== undefined) return found;
    const known = signals.slice(0, signalsShown).map(({ path }) => path);
    throw new VcdError(1, `there is no signal ${show(wanted)}; there are: ${known.join(', ')}`);
  });
}

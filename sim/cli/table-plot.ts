import { parseSignedDuration } from '../scenario/duration.ts';
import type { SweepTable, TableAxis, TablePanel } from '../scenario/sweep-table.ts';
import { drawLineChart, type ChartAxis, type Series } from '../plot/line-chart.ts';
import { roundTicks } from '../plot/ticks.ts';
import { captionOf, formatCell } from './table-text.ts';

/** The part of an axis that must lie between two values drawn to scale, for both to be read. */
const gapMin = 1 / 8;

/** One panel alone may be wider. */
const widthAlone = 420;

/** Draws a sweep: rows along the x axis, a line for each column, a panel for each `each`. */
export function plotTable(table: SweepTable, title: string): string {
  const { rows, columns, each, panels } = table;
  const places = placesOf(rows.values);
  const all = panels.flatMap(({ cells }) => cells.flat()).filter((cell) => cell !== null);
  const ticks = roundTicks(Math.min(0, ...all), Math.max(0, ...all));
  return drawLineChart({
    title,
    description: describeTable(table),
    legend: columns?.name,
    x: { label: rows.name, ...endsOf(places), ticks: ticksOf(rows, places) },
    y: { label: captionOf(table), ...endsOf(ticks.map(({ at }) => at)), ticks },
    ...(panels.length === 1 && { width: widthAlone }),
    panels: panels.map((panel) => ({
      heading: each === undefined ? undefined : `${each.name} ${panel.each}`,
      series: seriesOf(panel, { columns, places }),
    })),
  });
}

function seriesOf(
  { cells }: TablePanel,
  { columns, places }: { columns: TableAxis | undefined; places: readonly number[] },
): readonly Series[] {
  // A line runs from left to right, whatever the order of the list.
  const order = [...places.keys()].toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  return (columns?.values ?? ['']).map((name, column) => ({
    name,
    points: order.map((place) => {
      const cell = cells[place]?.[column] ?? null;
      return cell === null ? undefined : [places[place] ?? 0, cell];
    }),
  }));
}

function ticksOf({ values }: TableAxis, places: readonly number[]): ChartAxis['ticks'] {
  return values
    .map((text, place) => ({ at: places[place] ?? 0, text }))
    .toSorted((a, b) => a.at - b.at);
}

function endsOf(values: readonly number[]): { least: number; most: number } {
  return { least: Math.min(...values), most: Math.max(...values) };
}

/** Where values stand on an axis: to scale where that keeps them apart, else evenly. */
function placesOf(values: readonly string[]): readonly number[] {
  const kinds = [ppmOf, durationOf, numberOf].map((read) => values.map(read));
  const numbers = kinds.find((each) => each.every(Number.isFinite));
  if (numbers === undefined) return values.map((_value, place) => place);
  const inOrder = numbers.toSorted((a, b) => a - b);
  const span = Math.max(...numbers) - Math.min(...numbers);
  const gaps = inOrder.slice(1).map((each, place) => each - (inOrder[place] ?? 0));
  if (Math.min(...gaps) >= span * gapMin) return numbers;
  return numbers.map((each) => inOrder.indexOf(each));
}

function ppmOf(text: string): number {
  return Number(/^([+-]?[\d.]+)\s*ppm$/.exec(text)?.[1] ?? Number.NaN);
}

function durationOf(text: string): number {
  const parsed = parseSignedDuration(text);
  return parsed.ok ? parsed.value : Number.NaN;
}

function numberOf(text: string): number {
  return text === '' ? Number.NaN : Number(text);
}

/** All numbers, in words: the picture says no more. */
function describeTable(table: SweepTable): string {
  const { rows, columns, each, panels } = table;
  const sentences = panels.flatMap((panel) =>
    rows.values.map((row, place) => {
      const cells = panel.cells[place]?.map(formatCell) ?? [];
      const at = each === undefined ? '' : `${each.name} ${panel.each}, `;
      const named = cells.map((cell, column) => {
        const name = columns === undefined ? '' : ` at ${columns.name} ${columns.values[column]}`;
        return `${cell}${name}`;
      });
      return `${at}${rows.name} ${row}: ${named.join(', ')}.`;
    }),
  );
  return `${captionOf(table)}. ${sentences.join(' ')}`;
}

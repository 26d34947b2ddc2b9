import type { SweepTable } from '../scenario/sweep-table.ts';

/** What stands where a case did not pass, or was not run. */
const noNumber = '-';

/** A table for a terminal: aligned lines, an empty one between two panels. */
export function formatTable(table: SweepTable): readonly string[] {
  const { rows, columns, each, panels } = table;
  const heads = columns?.values ?? [table.value];
  const texts = panels.map(({ cells }) => cells.map((row) => row.map(formatCell)));
  const widths = heads.map((head, place) =>
    Math.max(head.length, ...texts.flat().map((row) => row[place]?.length ?? 0)),
  );
  const firstWidth = Math.max(rows.name.length, ...rows.values.map(({ length }) => length));
  const line = (first: string, cells: readonly string[]): string =>
    [
      `  ${first.padStart(firstWidth)}`,
      ...cells.map((cell, place) => cell.padStart(widths[place] ?? 0)),
    ].join('   ');
  const over = columns === undefined ? [] : [`  ${''.padEnd(firstWidth)}   ${columns.name}`];
  const shown = panels.flatMap((panel, place) => [
    '',
    ...(each === undefined ? [] : [`${each.name} ${panel.each}`]),
    ...over,
    line(rows.name, heads),
    ...rows.values.map((value, row) => line(value, texts[place]?.[row] ?? [])),
  ]);
  return [captionOf(table), ...shown];
}

/** What the numbers of a table are. */
export function captionOf({ value, unit, seeds }: SweepTable): string {
  const what = unit === undefined ? value : `${value} ${unit}`;
  return seeds > 1 ? `${what}, mean of ${seeds} seeds` : what;
}

/** A whole number as it is, a mean with up to two digits. */
export function formatCell(cell: number | null): string {
  return cell === null ? noNumber : String(Math.round(cell * 100) / 100);
}

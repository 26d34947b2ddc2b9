import { columnsOf } from './character-width.ts';
import { printable } from './printable.ts';

/** Rows as aligned columns, the first row being the heading. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => columnsOf(Array.from(row[column] ?? '')))),
  );
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const blanks = (widths[column] ?? 0) - columnsOf(Array.from(cell));
        return cell + ' '.repeat(Math.max(0, blanks));
      })
      .join('  ')
      .trimEnd();
  return cells.map(lineOf).join('\n');
}

/** Names and values, one pair a line. */
export function pairsText(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

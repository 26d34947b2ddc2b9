import type { CaseResult } from './result.ts';
import type { Axis } from './sweep.ts';
import type { TableLayout } from './table-layout.ts';
import type { Scalar } from './template.ts';

/** A list of a sweep, as a table shows it. */
export interface TableAxis {
  readonly name: string;
  /** As the file writes them. */
  readonly values: readonly string[];
}

/** One of the tables of a sweep. */
export interface TablePanel {
  /** The value of the list that tells the tables apart; absent where there is one table. */
  readonly each: string | undefined;
  /**
   * By row, then by column: the mean over all seeds, exact where there is one; null where a case
   * did not pass, or was not run.
   */
  readonly cells: readonly (readonly (number | null)[])[];
}

/** What came of a sweep, in one, two or three dimensions. */
export interface SweepTable {
  readonly rows: TableAxis;
  readonly columns: TableAxis | undefined;
  readonly each: TableAxis | undefined;
  /** The name of the result. */
  readonly value: string;
  readonly unit: string | undefined;
  /** How many seeds stand behind each number. */
  readonly seeds: number;
  readonly panels: readonly TablePanel[];
}

/** Puts the results of all cases into the table that the scenario asks for. */
export function tabulate(
  layout: TableLayout,
  axes: readonly Axis[],
  cases: readonly CaseResult[],
): SweepTable {
  const axisOf = (name: string | undefined): TableAxis | undefined => {
    const axis = name === undefined ? undefined : axes.find((each) => each.name === name);
    return axis === undefined ? undefined : { name: axis.name, values: axis.values.map(String) };
  };
  const { value, unit } = layout;
  const rows = axisOf(layout.rows) ?? { name: layout.rows, values: [] };
  const columns = axisOf(layout.columns);
  const each = axisOf(layout.each);
  const byVariables = new Map<string, CaseResult[]>();
  for (const result of cases) {
    const key = keyOf(axes, result.variables);
    byVariables.set(key, [...(byVariables.get(key) ?? []), result]);
  }
  const meanOf = (chosen: Choice): number | null =>
    mean(byVariables.get(keyOf(axes, Object.fromEntries(chosen))) ?? [], value);
  const panels = choices(each).map((ofEach): TablePanel => {
    const cells = choices(rows).map((ofRow) =>
      choices(columns).map((ofColumn) => meanOf([...ofEach, ...ofRow, ...ofColumn])),
    );
    return { each: ofEach[0]?.[1], cells };
  });
  const seeds = new Set(cases.map(({ seed }) => seed)).size;
  return { rows, columns, each, value, unit, seeds, panels };
}

type Choice = readonly (readonly [name: string, value: string])[];

/** One choice for each value of a list; a list that is not there leaves one choice: none. */
function choices(axis: TableAxis | undefined): readonly Choice[] {
  return axis === undefined ? [[]] : axis.values.map((value) => [[axis.name, value]]);
}

function keyOf(axes: readonly Axis[], values: Readonly<Record<string, Scalar>>): string {
  return JSON.stringify(axes.map(({ name }) => String(values[name])));
}

function mean(cases: readonly CaseResult[], name: string): number | null {
  if (cases.length === 0 || cases.some(({ outcome }) => outcome !== 'passed')) return null;
  return cases.reduce((sum, { results }) => sum + (results[name] ?? 0), 0) / cases.length;
}

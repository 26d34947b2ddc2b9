import * as v from 'valibot';
import { show } from './duration.ts';
import type { ProblemList, ScenarioCase } from './reader.ts';
import { closed, isRecord, text } from './schema.ts';
import type { Axis } from './sweep.ts';

/** The `table` of a scenario file: which list goes where, and which result is shown. */
export const tableSchema = closed({
  rows: text,
  columns: v.exactOptional(text),
  /** One table for each value of this list. */
  each: v.exactOptional(text),
  /** The name of a result. */
  value: text,
  /** What is counted, as `of 12 true codes`. */
  unit: v.exactOptional(text),
});

/** The same, read and found to fit the file. */
export type TableLayout = v.InferOutput<typeof tableSchema>;

const places = ['rows', 'columns', 'each'] as const;

/** Reads the table; every list of the file has one place in it. */
export function readLayout(
  root: unknown,
  { axes, cases }: { readonly axes: readonly Axis[]; readonly cases: readonly ScenarioCase[] },
  problems: ProblemList,
): TableLayout | undefined {
  const parsed = v.safeParse(tableSchema, isRecord(root) ? root['table'] : undefined);
  // What is wrong with its form is told with that of the whole file.
  if (!parsed.success) return undefined;
  const layout = parsed.output;
  const names = axes.map(({ name }) => name);
  const placed = places.flatMap((place) => {
    const name = layout[place];
    return name === undefined ? [] : [{ place, name }];
  });
  for (const [index, { place, name }] of placed.entries()) {
    const first = placed.findIndex((other) => other.name === name);
    if (!names.includes(name)) {
      const there = names.length === 0 ? 'none' : names.join(', ');
      problems.add(['table', place], `there is no list ${show(name)}; there are: ${there}`);
    } else if (first < index) {
      problems.add(
        ['table', place],
        `${show(name)} is the list of ${placed[first]?.place} already`,
      );
    }
  }
  for (const name of names) {
    if (placed.some((each) => each.name === name)) continue;
    problems.add(['table'], `the list ${show(name)} is in no place of the table`, { atKey: true });
  }
  const results = cases[0]?.results ?? [];
  if (!results.includes(layout.value)) {
    const there = results.length === 0 ? 'no step keeps one' : `there are: ${results.join(', ')}`;
    problems.add(['table', 'value'], `there is no result ${show(layout.value)}; ${there}`);
  }
  for (const name of results.filter((each) => names.includes(each))) {
    problems.add(['table', 'value'], `a list and a result are both called ${show(name)}`);
  }
  return layout;
}

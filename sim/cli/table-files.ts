import { writeFileSync } from 'node:fs';
import type { ScenarioResult } from '../scenario/result.ts';
import { numberedName } from './case-files.ts';
import { formatCsv } from './table-csv.ts';
import { plotTable } from './table-plot.ts';

/** Writes the tables of sweeps as CSV and as pictures, where that is asked for. */
export function writeTables(
  scenarios: readonly ScenarioResult[],
  { csv, svg }: { readonly csv?: string; readonly svg?: string },
): void {
  const swept = scenarios.filter(({ table }) => table !== undefined);
  for (const [place, scenario] of swept.entries()) {
    const { table, name } = scenario;
    const fileOf = (file: string): string => numberedName(file, place + 1, swept.length);
    if (csv !== undefined) writeFileSync(fileOf(csv), formatCsv(scenario));
    if (svg !== undefined && table !== undefined) {
      writeFileSync(fileOf(svg), plotTable(table, name));
    }
  }
}

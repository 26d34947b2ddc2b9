/** The middle of several figures. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Median milliseconds of one call of each candidate. Rounds are taken by turns, so that a machine
 * that is slow for a while is slow for all of them.
 */
export async function timeByTurns(
  candidates: Readonly<Record<string, () => unknown>>,
  options: { readonly rounds: number; readonly callsPerRound: number },
): Promise<Readonly<Record<string, number>>> {
  const { rounds, callsPerRound } = options;
  const times = new Map<string, number[]>();
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(candidates)) {
      const startedMs = performance.now();
      for (let call = 0; call < callsPerRound; call += 1) await run();
      const perCallMs = (performance.now() - startedMs) / callsPerRound;
      // The first round warms the compiler up and does not count.
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), perCallMs]);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]));
}

/** One line of the report. */
export interface Figure {
  readonly what: string;
  readonly seen: string;
  readonly beside: string;
  readonly wanted: string;
  readonly isMet: boolean | undefined;
}

/** Prints figures as a table, with a mark where something wanted was not met. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  const widths = (['what', 'seen', 'beside', 'wanted'] as const).map((column) =>
    Math.max(...figures.map((figure) => figure[column].length)),
  );
  console.log(`\n${title}`);
  for (const { what, seen, beside, wanted, isMet } of figures) {
    const cells = [what, seen, beside, wanted].map((cell, place) =>
      cell.padEnd(widths[place] ?? 0),
    );
    const mark = isMet === undefined ? ' ' : isMet ? '✓' : '✗';
    console.log(`  ${mark} ${cells.join('   ')}`);
  }
}

import type { Chart } from './chart.ts';

/** How often each part of the charts was reached, as plain data: what one run saw, or many. */
export interface CoverageCounts {
  readonly [chart: string]: ChartCounts;
}

/** By the names of `readChart`. */
export interface ChartCounts {
  /** How often a state was entered. */
  readonly states: Readonly<Record<string, number>>;
  /** How often a transition was taken. */
  readonly taken: Readonly<Record<string, number>>;
  /** How often the guard of a transition said no. */
  readonly refused: Readonly<Record<string, number>>;
}

/** What was reached of all there is. */
export interface Share {
  readonly reached: number;
  readonly all: number;
}

/** One chart with what was reached of it. */
export interface ChartCoverage {
  readonly chart: Chart;
  readonly counts: ChartCounts;
  readonly states: Share;
  readonly transitions: Share;
  /** Guards that have said yes and no. */
  readonly guards: Share;
  /** Delays that have passed. */
  readonly delays: Share;
}

const nothing: ChartCounts = { states: {}, taken: {}, refused: {} };

/** Adds up what several runs saw. */
export function addCounts(all: readonly CoverageCounts[]): CoverageCounts {
  const sum: Record<string, ChartCounts> = {};
  for (const counts of all) {
    for (const [chart, { states, taken, refused }] of Object.entries(counts)) {
      const before = sum[chart] ?? nothing;
      sum[chart] = {
        states: added(before.states, states),
        taken: added(before.taken, taken),
        refused: added(before.refused, refused),
      };
    }
  }
  return sum;
}

/** Holds counts against a chart. */
export function coverageOf(chart: Chart, all: CoverageCounts): ChartCoverage {
  const counts = all[chart.name] ?? nothing;
  const { states, transitions } = chart;
  const guarded = transitions.filter(({ guard }) => guard !== undefined);
  const delayed = transitions.filter(({ kind }) => kind === 'after');
  const isTaken = ({ id }: { readonly id: string }): boolean => (counts.taken[id] ?? 0) > 0;
  const isRefused = ({ id }: { readonly id: string }): boolean => (counts.refused[id] ?? 0) > 0;
  // One delay may have several ways on; that it has passed is seen by any of them.
  const delay = ({ from, cause }: { from: string | undefined; cause: string | undefined }) =>
    `${from} ${cause}`;
  return {
    chart,
    counts,
    states: { reached: states.filter(({ id }) => id in counts.states).length, all: states.length },
    transitions: { reached: transitions.filter(isTaken).length, all: transitions.length },
    guards: {
      reached: guarded.filter((each) => isTaken(each) && isRefused(each)).length,
      all: guarded.length,
    },
    delays: {
      reached: new Set(delayed.filter(isTaken).map(delay)).size,
      all: new Set(delayed.map(delay)).size,
    },
  };
}

/** Adds shares of several charts. */
export function addShares(shares: readonly Share[]): Share {
  return shares.reduce(
    (sum, { reached, all }) => ({ reached: sum.reached + reached, all: sum.all + all }),
    { reached: 0, all: 0 },
  );
}

function added(
  first: Readonly<Record<string, number>>,
  second: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum = { ...first };
  for (const [name, count] of Object.entries(second)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

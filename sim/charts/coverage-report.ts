import { readChart, type ChartState, type ChartTransition } from './chart.ts';
import {
  addShares,
  coverageOf,
  type ChartCoverage,
  type CoverageCounts,
  type Share,
} from './coverage.ts';
import { firmwareMachines } from './machines.ts';
import { wordsOf } from './mermaid.ts';
import { drawChart, type Mark } from './picture.ts';

const kinds = ['states', 'transitions', 'guards', 'delays'] as const;

/** Holds what runs have seen against all charts of the firmware. */
export function firmwareCoverage(counts: CoverageCounts): readonly ChartCoverage[] {
  return firmwareMachines.map(({ machine }) => coverageOf(readChart(machine), counts));
}

/** One line for a terminal. */
export function coverageLine(charts: readonly ChartCoverage[]): string {
  const parts = kinds.map((kind) => `${kind} ${told(addShares(charts.map((each) => each[kind])))}`);
  return `coverage: ${parts.join(', ')}`;
}

/** The report for programs: what was reached, and what was not. */
export function coverageJson(charts: readonly ChartCoverage[]): string {
  const report = {
    version: 1,
    charts: charts.map(({ chart, counts, states, transitions, guards, delays }) => ({
      name: chart.name,
      totals: { states, transitions, guards, delays },
      states: chart.states.map(({ id }) => ({ id, entered: counts.states[id] ?? 0 })),
      transitions: chart.transitions.map(({ id, from, to, kind, cause, guard }) => ({
        id,
        from: from ?? null,
        to: to ?? null,
        kind,
        cause: cause ?? null,
        guard: guard ?? null,
        taken: counts.taken[id] ?? 0,
        ...(guard !== undefined && { refused: counts.refused[id] ?? 0 }),
      })),
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** The report for people: one page that needs no other file. */
export async function coveragePage(charts: readonly ChartCoverage[]): Promise<string> {
  const sections: string[] = [];
  for (const coverage of charts) sections.push(await section(coverage));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coverage of the state charts</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Coverage of the state charts</h1>
<p>Green: reached. Red: never. Amber: a guard that has said only yes or only no. Point at a part for its counts.</p>
${summary(charts)}
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function summary(charts: readonly ChartCoverage[]): string {
  const head = ['chart', ...kinds].map((word) => `<th scope="col">${word}</th>`).join('');
  const rows = charts.map((each) => {
    const cells = kinds.map((kind) => `<td class="${rank(each[kind])}">${told(each[kind])}</td>`);
    const { name } = each.chart;
    return `<tr><th scope="row"><a href="#${name}">${name}</a></th>${cells.join('')}</tr>`;
  });
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
}

async function section(coverage: ChartCoverage): Promise<string> {
  const { chart } = coverage;
  const picture = await drawChart(chart, {
    state: (state) => stateMark(coverage, state),
    transition: (transition) => transitionMark(coverage, transition),
  });
  const missed = [
    ...chart.states
      .filter(({ id }) => coverage.counts.states[id] === undefined)
      .map(({ id }) => `state ${id}`),
    ...chart.transitions
      .filter((each) => transitionMark(coverage, each).className !== 'reached')
      .map((each) => `${each.from ?? 'any'} → ${each.to ?? 'stays'}: ${lackOf(coverage, each)}`),
  ];
  const list = missed.map((text) => `<li>${escaped(text)}</li>`).join('\n');
  const rest =
    missed.length === 0
      ? ''
      : `<details><summary>${missed.length} not reached in full</summary>\n<ul>\n${list}\n</ul>\n</details>`;
  return `<section id="${chart.name}" aria-label="${chart.name}">
<h2>${chart.name}</h2>
<figure role="img" aria-label="The state chart ${chart.name}">${picture}</figure>
${rest}
</section>`;
}

function stateMark({ counts }: ChartCoverage, { id }: ChartState): Mark {
  const count = counts.states[id] ?? 0;
  return { className: count > 0 ? 'reached' : 'missed', tooltip: `${id}: entered ${count} times` };
}

function transitionMark({ counts }: ChartCoverage, transition: ChartTransition): Mark {
  const { id, guard } = transition;
  const taken = counts.taken[id] ?? 0;
  const refused = counts.refused[id] ?? 0;
  const said = guard === undefined ? '' : `, its guard said no ${refused} times`;
  const isHalf = guard !== undefined && refused === 0;
  const className = taken === 0 ? 'missed' : isHalf ? 'half' : 'reached';
  return { className, tooltip: `${wordsOf(transition)}: taken ${taken} times${said}` };
}

function lackOf({ counts }: ChartCoverage, transition: ChartTransition): string {
  const words = wordsOf(transition) || 'at once';
  return (counts.taken[transition.id] ?? 0) === 0
    ? `${words}, never taken`
    : `${words}, never refused`;
}

function told({ reached, all }: Share): string {
  return `${reached} of ${all}`;
}

function rank({ reached, all }: Share): string {
  if (reached === all) return 'reached';
  return reached === 0 ? 'missed' : 'half';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const style = `
:root { color-scheme: light dark; --text: #1b1f24; --page: #fff; --reached: #14733c; --half: #8a5a00; --missed: #b3261e; --line: #ccd2d9; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --page: #14171a; --reached: #5fd38d; --half: #f0b94a; --missed: #ff8a80; --line: #3a4149; } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
table { border-collapse: collapse; } th, td { padding: .3rem .9rem; text-align: left; border-bottom: 1px solid var(--line); }
a { color: inherit; } td.reached { color: var(--reached); } td.half { color: var(--half); } td.missed { color: var(--missed); }
figure { margin: 0; overflow-x: auto; } svg { max-width: none; } svg a { text-decoration: none; }
svg text { fill: var(--text); } svg path, svg polygon, svg ellipse { stroke: var(--text); } .edge polygon { fill: var(--text); }
svg .reached > g > a > path, svg .reached > path, svg .reached > g > a > polygon, svg .reached > polygon { stroke: var(--reached); stroke-width: 1.6; }
svg .half > g > a > path, svg .half > path, svg .half > g > a > polygon { stroke: var(--half); stroke-width: 1.6; }
svg .missed > g > a > path, svg .missed > path, svg .missed > g > a > polygon, svg .missed > polygon { stroke: var(--missed); stroke-width: 1.6; stroke-dasharray: 5 3; }
svg .missed text { fill: var(--missed); }
`;

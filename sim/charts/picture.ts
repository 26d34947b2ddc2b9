import type { Chart, ChartState, ChartTransition } from './chart.ts';
import { wordsOf } from './mermaid.ts';

/** What may be told of each part of a chart in its picture. */
export interface PictureMarks {
  /** A class of CSS for a state, and what it says when it is pointed at. */
  state?(state: ChartState): Mark;
  transition?(transition: ChartTransition): Mark;
}

/** How one part is drawn. */
export interface Mark {
  readonly className: string;
  readonly tooltip: string;
}

/**
 * Draws a chart as SVG, laid out by Graphviz. States and arrows are groups with an `id`, `state-…`
 * or `way-…`, and the class of their mark, for a style sheet or a script of the page.
 */
export async function drawChart(chart: Chart, marks: PictureMarks = {}): Promise<string> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const graphviz = await Graphviz.load();
  const svg = graphviz.dot(toDot(chart, marks), 'svg');
  // Graphviz writes hyphens of names as entities; a style sheet's author would look for hyphens.
  return svg.slice(svg.indexOf('<svg')).replaceAll('&#45;', '-');
}

/** The chart in the language of Graphviz. */
function toDot(chart: Chart, marks: PictureMarks = {}): string {
  return `digraph ${quoted(chart.name)} {
  compound=true; rankdir=TB; nodesep=0.3; ranksep=0.45; bgcolor=transparent;
  node [shape=box, style="rounded", fontname="sans-serif", fontsize=11, margin="0.12,0.06"];
  edge [fontname="sans-serif", fontsize=9, arrowsize=0.7];
  graph [fontname="sans-serif", fontsize=11, style=rounded, labeljust=l];
${inside(chart, undefined, marks).join('\n')}
${chart.transitions.map((each) => arrow(chart, each, marks)).join('\n')}
}
`;
}

function inside(chart: Chart, parent: string | undefined, marks: PictureMarks): readonly string[] {
  const states = chart.states.filter((state) => state.parent === parent);
  const anyway = chart.transitions.some(({ from, to }) => from === parent && isWithin(to, parent));
  return [
    ...states.map((state) => declare(chart, state, marks)),
    ...states.filter(({ isInitial }) => isInitial).map((state) => start(chart, state)),
    ...(anyway
      ? [`  ${quoted(anyName(parent))} [label="any of these", style="rounded,dashed"];`]
      : []),
  ];
}

function declare(chart: Chart, state: ChartState, marks: PictureMarks): string {
  const look = attributes({
    id: `state-${state.id}`,
    ...asAttributes(marks.state?.(state)),
    label: [state.name, ...does(state)].join('\n'),
  });
  if (!state.isCompound) return `  ${quoted(state.id)} [${look}];`;
  const content = inside(chart, state.id, marks).join('\n');
  return `  subgraph ${quoted(`cluster_${state.id}`)} {\n  graph [${look}];\n${content}\n  }`;
}

function does({ entry, exit }: ChartState): readonly string[] {
  return [...entry.map((name) => `entry / ${name}`), ...exit.map((name) => `exit / ${name}`)];
}

function start(chart: Chart, state: ChartState): string {
  const dot = quoted(`start ${state.parent ?? ''}`);
  const { node, cluster } = endOf(chart, state.id);
  return `  ${dot} [shape=circle, style=filled, fillcolor=black, width=0.1, label=""];
  ${dot} -> ${quoted(node)} [${attributes({ lhead: cluster })}];`;
}

function arrow(chart: Chart, transition: ChartTransition, marks: PictureMarks): string {
  const { id, from, to } = transition;
  const isInward = isWithin(to, from);
  const tail = isInward ? { node: anyName(from) } : endOf(chart, from ?? '');
  const head = endOf(chart, to ?? from ?? '');
  const look = attributes({
    id: `way-${id}`,
    ...asAttributes(marks.transition?.(transition)),
    label: wordsOf(transition).replace(' / ', '\n/ '),
    ltail: tail.cluster,
    lhead: head.cluster,
  });
  return `  ${quoted(tail.node)} -> ${quoted(head.node)} [${look}];`;
}

/** Graphviz joins nodes: an arrow to a compound state ends at a node in it, cut at its frame. */
function endOf(
  chart: Chart,
  id: string,
): { readonly node: string; readonly cluster?: string | undefined } {
  const state = chart.states.find((each) => each.id === id);
  if (state?.isCompound !== true) return { node: id };
  const first = chart.states.find((each) => each.parent === id && !each.isCompound);
  return { node: first?.id ?? id, cluster: `cluster_${id}` };
}

function isWithin(to: string | undefined, from: string | undefined): boolean {
  return to !== undefined && (from === undefined || to.startsWith(`${from}.`));
}

function anyName(parent: string | undefined): string {
  return `any ${parent ?? ''}`;
}

function asAttributes(mark: Mark | undefined): Readonly<Record<string, string>> {
  return mark === undefined ? {} : { class: mark.className, tooltip: mark.tooltip };
}

function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(value)}`]))
    .join(', ');
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

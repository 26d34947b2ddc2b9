import type { Chart, ChartState, ChartTransition } from './chart.ts';

/** A chart as a state diagram of Mermaid, which GitHub and many editors draw. */
export function toMermaid(chart: Chart): string {
  const lines = ['stateDiagram-v2', ...inside(chart, undefined, '  ')];
  return `${lines.join('\n')}\n`;
}

function inside(chart: Chart, parent: string | undefined, indent: string): readonly string[] {
  const states = chart.states.filter((state) => state.parent === parent);
  const within = (line: string): string => `${indent}${line}`;
  return [
    ...states.flatMap((state) => declare(chart, state, indent)),
    ...states.filter(({ isInitial }) => isInitial).map(({ id }) => within(`[*] --> ${nameOf(id)}`)),
    ...anyOf(chart, parent).map(within),
    ...chart.transitions
      .filter(({ from, to }) => isDrawnIn(chart, parent, { from, to }))
      .map((transition) => within(arrow(transition))),
    ...states.filter(({ isFinal }) => isFinal).map(({ id }) => within(`${nameOf(id)} --> [*]`)),
  ];
}

function declare(chart: Chart, state: ChartState, indent: string): readonly string[] {
  const name = nameOf(state.id);
  const label = `${indent}state "${[state.name, ...does(state)].join('<br/>')}" as ${name}`;
  if (!state.isCompound) return [label];
  return [`${label} {`, ...inside(chart, state.id, `${indent}  `), `${indent}}`];
}

function does({ entry, exit }: ChartState): readonly string[] {
  return [...entry.map((name) => `entry / ${name}`), ...exit.map((name) => `exit / ${name}`)];
}

/** Mermaid draws no arrow from a state to one inside it: a state «any» stands for all of them. */
function anyOf(chart: Chart, parent: string | undefined): readonly string[] {
  const isUsed = chart.transitions.some((each) => isInward(each) && each.from === parent);
  return isUsed ? [`state "any of these" as ${anyName(parent)}`] : [];
}

function isInward({ from, to }: Pick<ChartTransition, 'from' | 'to'>): boolean {
  return to !== undefined && (from === undefined || to.startsWith(`${from}.`));
}

/** An arrow belongs where its source is declared; an inward one inside its source. */
function isDrawnIn(
  chart: Chart,
  parent: string | undefined,
  transition: Pick<ChartTransition, 'from' | 'to'>,
): boolean {
  if (isInward(transition)) return transition.from === parent;
  const source = chart.states.find(({ id }) => id === transition.from);
  return source !== undefined && source.parent === parent;
}

function arrow(transition: ChartTransition): string {
  const { from, to } = transition;
  const source = isInward(transition) ? anyName(from) : nameOf(from ?? '');
  return `${source} --> ${nameOf(to ?? from ?? '')}${labelOf(transition)}`;
}

function labelOf(transition: ChartTransition): string {
  const label = wordsOf(transition);
  return label === '' ? '' : ` : ${label}`;
}

/** `event [guard] / actions`, as state charts are labelled. */
export function wordsOf({ kind, cause, guard, actions }: ChartTransition): string {
  return [
    kind === 'after' ? `after ${cause}` : cause,
    guard === undefined ? undefined : `[${guard}]`,
    actions.length === 0 ? undefined : `/ ${actions.join(', ')}`,
  ]
    .filter((word) => word !== undefined)
    .join(' ');
}

function nameOf(id: string): string {
  return id.replaceAll('.', '_');
}

function anyName(parent: string | undefined): string {
  return parent === undefined ? 'any' : `${nameOf(parent)}_any`;
}

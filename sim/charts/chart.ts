import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A state machine as plain data: what can be drawn of it, and counted in a run. */
export interface Chart {
  readonly name: string;
  /** In the order of the source, each before the states inside it. */
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/** A state of a chart. */
export interface ChartState {
  /** Its path, as `synchronised.retrying`. */
  readonly id: string;
  readonly name: string;
  /** The state around it; undefined: the chart itself. */
  readonly parent: string | undefined;
  readonly isInitial: boolean;
  readonly isFinal: boolean;
  /** Whether there are states inside it. */
  readonly isCompound: boolean;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
}

/** One way out of a state, or one thing that it does in place. */
export interface ChartTransition {
  /** Unlike that of any other in the chart, and the same as long as the source is. */
  readonly id: string;
  /** The state it leaves; undefined: any of the chart. */
  readonly from: string | undefined;
  /** The state it leads to; undefined: it stays where it is. */
  readonly to: string | undefined;
  readonly kind: 'event' | 'always' | 'after';
  /** The event, or the name of the delay; absent for `always`. */
  readonly cause: string | undefined;
  /** What must hold; absent where it is always taken when the ones before it are not. */
  readonly guard: string | undefined;
  readonly actions: readonly string[];
}

/** Reads a machine of XState. */
export function readChart(machine: AnyStateMachine): Chart {
  const states: ChartState[] = [];
  const transitions: ChartTransition[] = [];
  for (const node of nodesOf(machine.root)) {
    if (node !== machine.root) states.push(stateOf(node));
    transitions.push(...waysOf(node).map((each) => transitionOf(node, each)));
  }
  return { name: machine.id, states, transitions };
}

/** A way out of a node, as XState has it. */
export interface Way {
  /** The name that `readChart` gives it. */
  readonly id: string;
  /** What it waits for; empty where it is taken at once. */
  readonly event: string;
  readonly definition: AnyTransitionDefinition;
}

/** All that leads out of a node, first choice first. */
export function waysOf(node: AnyStateNode): readonly Way[] {
  const lists: readonly (readonly [string, readonly AnyTransitionDefinition[]])[] = [
    ['', node.always ?? []],
    ...node.transitions,
  ];
  return lists.flatMap(([event, definitions]) =>
    definitions.map((definition, place) => {
      const cause = event === '' ? 'always' : (delayOf(node, event) ?? event);
      return { id: [...node.path, cause, place + 1].join('/'), event, definition };
    }),
  );
}

/** A node and all inside it, in the order of the source. */
export function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap((each) => nodesOf(each as AnyStateNode))];
}

/** The name that `readChart` gives a node; undefined for the root. */
export function idOf(node: AnyStateNode): string | undefined {
  return node.path.length === 0 ? undefined : node.path.join('.');
}

function stateOf(node: AnyStateNode): ChartState {
  const { parent } = node;
  return {
    id: node.path.join('.'),
    name: node.key,
    parent: parent === undefined ? undefined : idOf(parent),
    isInitial: parent?.initial.target?.includes(node) === true,
    isFinal: node.type === 'final',
    isCompound: node.type === 'compound' || node.type === 'parallel',
    entry: node.entry.map(nameOfAction).filter((name) => !name.startsWith('after ')),
    exit: node.exit.map(nameOfAction).filter((name) => !name.startsWith('cancel')),
  };
}

function transitionOf(node: AnyStateNode, { id, event, definition }: Way): ChartTransition {
  const delay = delayOf(node, event);
  const [target] = definition.target ?? [];
  return {
    id,
    from: idOf(node),
    to: target === undefined ? undefined : idOf(target),
    kind: event === '' ? 'always' : delay === undefined ? 'event' : 'after',
    cause: event === '' ? undefined : (delay ?? event),
    guard: nameOfGuard(definition.guard),
    actions: definition.actions.map(nameOfAction),
  };
}

/** `xstate.after.NAME.chart.state` is how XState names the event of a delay. */
function delayOf(node: AnyStateNode, event: string): string | undefined {
  const [lead, tail] = ['xstate.after.', `.${node.id}`];
  if (!event.startsWith(lead) || !event.endsWith(tail)) return undefined;
  return event.slice(lead.length, -tail.length);
}

function nameOfGuard(guard: AnyTransitionDefinition['guard']): string | undefined {
  if (guard === undefined) return undefined;
  if (typeof guard === 'string') return guard;
  return 'type' in guard && typeof guard.type === 'string' ? guard.type : 'a condition';
}

type Action = AnyStateNode['entry'][number];

/** Actions of XState's own are functions that carry what they do as fields. */
function nameOfAction(action: Action): string {
  if (typeof action === 'string') return action;
  const type = 'type' in action ? action.type : 'act';
  if (typeof action !== 'function') return type;
  const event: unknown = 'event' in action ? action.event : undefined;
  if (type === 'xstate.raise' && 'delay' in action) return `after ${String(action.delay)}`;
  if (typeof event === 'object' && event !== null && 'type' in event) {
    return `${type.replace('xstate.', '')} ${String(event.type)}`;
  }
  return type.replace('xstate.', '');
}

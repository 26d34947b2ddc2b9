import { createMachine, type AnyStateMachine } from 'xstate';

/** One transition of a model that is not the appliance's. */
export interface Flaw {
  /** Names of nested states joined by dots; the root of the chart where empty. */
  readonly state: string;
  readonly event: string;
  readonly target: string;
}

interface Node {
  readonly states?: Readonly<Record<string, Node>>;
  readonly on?: Readonly<Record<string, unknown>>;
}

/** The chart with a wrong transition in the place of the right one. */
export function withFlaw<M extends AnyStateMachine>(machine: M, flaw: Flaw): M {
  const planted = planting(machine.config as Node, flaw.state.split('.'), {
    [flaw.event]: flaw.target,
  });
  const make = createMachine as (config: unknown, implementations: unknown) => unknown;
  return make(planted, machine.implementations) as M;
}

function planting(node: Node, [name, ...inner]: readonly string[], wrong: Node['on'] & {}): Node {
  if (name === undefined || name === '') return { ...node, on: { ...node.on, ...wrong } };
  const child = node.states?.[name];
  if (child === undefined) throw new Error(`the chart has no state ${name}`);
  return { ...node, states: { ...node.states, [name]: planting(child, inner, wrong) } };
}

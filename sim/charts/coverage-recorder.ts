import type {
  AnyActorScope,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
  InspectionEvent,
} from 'xstate';
import { idOf, nodesOf, waysOf, type Way } from './chart.ts';
import type { ChartCounts, CoverageCounts } from './coverage.ts';
import { firmwareMachines } from './machines.ts';

type Microstep = Extract<InspectionEvent, { type: '@xstate.microstep' }>;
type Tally = Map<string, number>;

/**
 * Counts what every chart of this process does that is created from now on, until `stop`. It
 * listens by XState's own inspection, once to each actor; the firmware knows nothing of it.
 */
export class CoverageRecorder {
  readonly #charts = new Map<string, ChartTally>();
  readonly #undo: (() => void)[] = [];

  constructor(machines: readonly AnyStateMachine[] = firmwareMachines.map((each) => each.machine)) {
    for (const machine of machines) this.#watch(machine);
  }

  /** What was seen so far. */
  counts(): CoverageCounts {
    return Object.fromEntries([...this.#charts].map(([name, chart]) => [name, chart.counts()]));
  }

  /** Charts that are created from now on are not seen any more. */
  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #watch(machine: AnyStateMachine): void {
    const tally = new ChartTally(machine);
    this.#charts.set(machine.id, tally);
    const original = machine.getInitialSnapshot;
    machine.getInitialSnapshot = (scope: AnyActorScope, input?: unknown) => {
      let active: readonly AnyStateNode[] = [];
      scope.system.inspect((event: InspectionEvent) => {
        if (event.type !== '@xstate.microstep' || event.actorRef !== scope.self) return;
        active = tally.add(event, active);
      });
      const snapshot = original(scope, input);
      active = tally.enter(active, snapshot);
      return snapshot;
    };
    this.#undo.push(() => {
      machine.getInitialSnapshot = original;
    });
  }
}

class ChartTally {
  readonly #ways: ReadonlyMap<AnyTransitionDefinition, Way>;
  readonly #states: Tally = new Map();
  readonly #taken: Tally = new Map();
  readonly #refused: Tally = new Map();

  constructor(machine: AnyStateMachine) {
    const ways = nodesOf(machine.root).flatMap(waysOf);
    this.#ways = new Map(ways.map((way) => [way.definition, way]));
  }

  counts(): ChartCounts {
    return {
      states: Object.fromEntries(this.#states),
      taken: Object.fromEntries(this.#taken),
      refused: Object.fromEntries(this.#refused),
    };
  }

  /** One step of a chart whose states were these; answers the present ones. */
  add(step: Microstep, before: readonly AnyStateNode[]): readonly AnyStateNode[] {
    const { _transitions: taken, event } = step;
    for (const definition of taken) count(this.#taken, this.#ways.get(definition)?.id);
    const [first] = taken;
    const cause = (first === undefined ? undefined : this.#ways.get(first)?.event) ?? event.type;
    // The very first steps are made before anybody is told where the chart is.
    const active = before.length > 0 ? before : this.#enter([], sourcesOf(taken));
    const refused = active.filter(isInnermost).flatMap((node) => refusals(node, cause, taken));
    for (const id of new Set(refused)) count(this.#refused, id);
    const again = taken.filter(({ reenter }) => reenter).flatMap(({ target }) => target ?? []);
    const stay = active.filter((node) => !again.includes(node));
    return this.enter(stay, step.snapshot as AnyMachineSnapshot);
  }

  /** Counts the states that are new; answers the present ones. */
  enter(before: readonly AnyStateNode[], { _nodes }: AnyMachineSnapshot): readonly AnyStateNode[] {
    return this.#enter(before, _nodes);
  }

  #enter(
    before: readonly AnyStateNode[],
    active: readonly AnyStateNode[],
  ): readonly AnyStateNode[] {
    for (const node of active) {
      if (!before.includes(node)) count(this.#states, idOf(node));
    }
    return active;
  }
}

function count(tally: Tally, id: string | undefined): void {
  if (id !== undefined) tally.set(id, (tally.get(id) ?? 0) + 1);
}

function sourcesOf(taken: readonly AnyTransitionDefinition[]): readonly AnyStateNode[] {
  return taken.map(({ source }) => source);
}

function isInnermost(node: AnyStateNode): boolean {
  return node.type === 'atomic' || node.type === 'final';
}

/** The ways whose guards said no before one was taken, or before there was none; from inside. */
function refusals(
  innermost: AnyStateNode,
  cause: string,
  taken: readonly AnyTransitionDefinition[],
): readonly string[] {
  const refused: string[] = [];
  for (let node: AnyStateNode | undefined = innermost; node !== undefined; node = node.parent) {
    for (const { id, event, definition } of waysOf(node)) {
      if (event !== cause) continue;
      if (taken.includes(definition)) return refused;
      if (definition.guard !== undefined) refused.push(id);
    }
  }
  return refused;
}

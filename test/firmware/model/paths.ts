import {
  transition,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
} from 'xstate';
import { getShortestPaths } from 'xstate/graph';

/** An event of a path; what it carries tells it from others of its type. */
export interface PathEvent {
  readonly type: string;
}

/** One step of a path, and where the chart is after it. */
export interface Leg<E extends PathEvent> {
  readonly event: E;
  /** What the effect of the event answered, where the chart waited for that. */
  readonly outcome: E | undefined;
  /** The state after both, nested states joined by dots. */
  readonly state: string;
  readonly snapshot: AnyMachineSnapshot;
}

/** A shortest way to do something in a chart. */
export type Path<E extends PathEvent> = readonly Leg<E>[];

/** How to look for the paths of a chart. */
export interface PathOptions<E extends PathEvent> {
  readonly input: unknown;
  /** What may happen; what the chart does not take in a state is left out there. */
  readonly events: readonly E[];
  /** States that last no time, and what their effect may answer to the event that led there. */
  readonly outcomes?: Readonly<Record<string, (event: E) => readonly E[]>>;
  /** What of the context makes a state another one. */
  readonly mark?: (context: Record<string, unknown>) => unknown;
  /**
   * How much is to be seen once: 0 each state, 1 each transition, 2 each transition after each
   * other one that can come before it.
   */
  readonly depth?: 0 | 1 | 2;
}

/** What led to a state, as far as it is told apart. */
interface Past {
  readonly legs: readonly string[];
  /** In a state that lasts no time: what led there, event and text. */
  readonly given?: PathEvent | undefined;
}

const noPast: Past = { legs: [] };

/**
 * The shortest paths of a chart, by `getShortestPaths`. Nothing of the chart's effects is carried
 * out: what they would answer is part of the path. Delays of the chart are steps too, of the types
 * `xstate.after.…`.
 */
export function pathsOf<E extends PathEvent>(
  machine: AnyStateMachine,
  { input, events, outcomes = {}, mark = () => '', depth = 1 }: PathOptions<E>,
): readonly Path<E>[] {
  const delays = machine.events.filter((type: string) => type.startsWith('xstate.after.'));
  const all = [...events, ...delays.map((type: string) => ({ type }) as E)];
  const pasts = new WeakMap<AnyMachineSnapshot, Past>();
  const pastOf = (snapshot: AnyMachineSnapshot | undefined): Past =>
    (snapshot && pasts.get(snapshot)) ?? noPast;
  const markOf = ({ value, context }: AnyMachineSnapshot): unknown => [
    value,
    mark(context as Record<string, unknown>),
  ];
  const isPassing = (snapshot: AnyMachineSnapshot): boolean => stateOf(snapshot) in outcomes;
  const paths = getShortestPaths(withFreshSnapshots(machine), {
    input,
    events: (snapshot: AnyMachineSnapshot) => {
      const { given } = pastOf(snapshot);
      return given === undefined ? all : (outcomes[stateOf(snapshot)]?.(given as E) ?? []);
    },
    filterEvents: (snapshot: AnyMachineSnapshot, event: E) =>
      snapshot.status === 'active' && snapshot.can(event),
    serializeState: (
      snapshot: AnyMachineSnapshot,
      event: E | undefined,
      before?: AnyMachineSnapshot,
    ) => {
      const { legs, given } = pastOf(before);
      const leg = [given, event].map((part) => JSON.stringify(part) ?? '').join('');
      const past = isPassing(snapshot)
        ? { legs, given: event }
        : { legs: depth === 0 ? [] : [...legs, leg].slice(-depth) };
      pasts.set(snapshot, past);
      return JSON.stringify([markOf(snapshot), depth > 0 && before && markOf(before), past]);
    },
  });
  return paths
    .filter(({ state, steps }) => !isPassing(state) && steps.length > 1)
    .map(({ steps }) => legsOf(goneThrough<E>(machine, steps), isPassing));
}

/** The name of the state of a chart without parallel states, nested states joined by dots. */
function stateOf({ value }: AnyMachineSnapshot): string {
  const nameOf = (part: unknown): string =>
    typeof part === 'string'
      ? part
      : Object.entries(part as Record<string, unknown>)
          .map(([name, inner]) => `${name}.${nameOf(inner)}`)
          .join(' ');
  return nameOf(value);
}

/** The delay that a step of the type `xstate.after.…` waits for, ms; undefined for others. */
export function delayMsOf(machine: AnyStateMachine, type: string): number | undefined {
  const [, name] = /^xstate\.after\.([^.]+)\./.exec(type) ?? [];
  if (name === undefined) return undefined;
  const delay: unknown = machine.implementations.delays[name];
  if (typeof delay !== 'number') throw new Error(`the delay ${name} of the chart is no number`);
  return delay;
}

/** Paths that end with such an event or answer, or with one whose type begins so; longest first. */
export function endingWith<E extends PathEvent>(
  paths: readonly Path<E>[],
  type: string,
): readonly Path<E>[] {
  return paths
    .filter((path) => {
      const last = path.at(-1);
      return [last?.event, last?.outcome].some((part) => part?.type.startsWith(type));
    })
    .toSorted((one, other) => other.length - one.length);
}

/** A path as people read it. */
export function pathText(path: Path<PathEvent>): string {
  return path
    .map(({ event, outcome, state }) =>
      [eventText(event), ...(outcome === undefined ? [] : [outcome.type]), state].join(' > '),
    )
    .join('; ');
}

function eventText({ type, ...rest }: PathEvent): string {
  const values = Object.values(rest).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  return values.length === 0 ? type : `${type} (${values.join(', ')})`;
}

/** A step that changes nothing has a snapshot of its own, too: the past of the two differs. */
function withFreshSnapshots(machine: AnyStateMachine): AnyStateMachine {
  const step: AnyStateMachine['transition'] = (snapshot, event, scope) => {
    const next = machine.transition(snapshot, event, scope) as AnyMachineSnapshot;
    return next === snapshot ? { ...next } : next;
  };
  return Object.create(machine, { transition: { value: step } }) as AnyStateMachine;
}

interface Step<E extends PathEvent> {
  readonly event: E;
  readonly state: AnyMachineSnapshot;
}

/** The snapshots of this very path: of two that count as one, `getShortestPaths` keeps the last. */
function goneThrough<E extends PathEvent>(
  machine: AnyStateMachine,
  [first, ...rest]: readonly { readonly event: EventObject; readonly state: unknown }[],
): readonly Step<E>[] {
  let state = first?.state as AnyMachineSnapshot;
  return rest.map(({ event }) => {
    [state] = transition(machine, state, event);
    return { event: event as E, state };
  });
}

/** Event and answer are one leg. */
function legsOf<E extends PathEvent>(
  steps: readonly Step<E>[],
  isPassing: (snapshot: AnyMachineSnapshot) => boolean,
): Path<E> {
  return steps.flatMap(({ event, state }, place) => {
    if (isPassing(state)) return [];
    const before = steps[place - 1];
    const isAnswer = before !== undefined && isPassing(before.state);
    return [
      {
        event: isAnswer ? before.event : event,
        outcome: isAnswer ? event : undefined,
        state: stateOf(state),
        snapshot: state,
      },
    ];
  });
}

import * as v from 'valibot';
import { UsageError } from '../kernel/invariant.ts';
import { Interruption } from '../scenario/context.ts';
import type { Step } from '../scenario/step.ts';
import type { Desk } from './desk.ts';
import { momentFields, momentOf } from './moment.ts';
import type { Routes } from './route.ts';
import { readSteps } from './step-body.ts';

const stepOutcome = v.strictObject({
  /** Its place in the list. */
  index: v.number(),
  step: v.string(),
  name: v.optional(v.string()),
  /** `unusable`: it asks for what is not there; `not-run`: one before it did not pass. */
  outcome: v.picklist(['passed', 'failed', 'unusable', 'not-run']),
  /** Simulated time at which it began and ended. */
  startedAt: v.optional(v.number()),
  endedAt: v.optional(v.number()),
  expected: v.optional(v.string()),
  seen: v.optional(v.string()),
  problem: v.optional(v.string()),
});

type StepOutcome = v.InferInput<typeof stepOutcome>;

const outcome = v.strictObject({
  ...momentFields,
  outcome: v.picklist(['passed', 'failed', 'unusable']),
  steps: v.array(stepOutcome),
  /** What the steps have captured, by name. */
  captures: v.record(v.string(), v.string()),
  /** Faults that were ordered and have not taken effect so far. */
  pendingFaults: v.array(v.string()),
});

/** Judged by the reader of scenario files. */
const someSteps = v.union(
  [v.array(v.unknown()), v.looseObject({})],
  'expected a step, {"delay": "1s"}, or a list of steps',
);

/** `?at-once` and `?at-once=true` are the same. */
const flag = v.pipe(
  v.picklist(['true', 'false', '']),
  v.transform((text) => text !== 'false'),
);

/** Steps of the vocabulary, as scenario files have them. */
export function addSteps(routes: Routes, desk: Desk): void {
  routes.add({
    method: 'POST',
    path: '/steps',
    tag: 'steps',
    summary: 'Does one step or a list of steps, and answers the outcome of each',
    description:
      'The JSON of a step is that of the YAML of a scenario file: `{"press": {"part-id": "reset", ' +
      '"hold": "3s"}}`. All are read before the first is done. They run at the speed of the bench, ' +
      'at once while it is paused or with `at-once=true`. Steps of several callers follow one ' +
      'another, and share what they capture and how far they have read the console. A step that ' +
      'does not pass ends the list; who hangs up ends it too.',
    query: v.strictObject({ 'at-once': v.optional(flag, 'false') }),
    body: someSteps,
    answer: outcome,
    handle: async ({ body, query, signal }) =>
      desk.drive(() => runSteps(desk, body), { signal, isAtOnce: query['at-once'] }),
  });
}

async function runSteps(desk: Desk, body: unknown): Promise<v.InferInput<typeof outcome>> {
  const { context } = desk;
  const { steps, captured } = readSteps(Array.isArray(body) ? body : [body], context);
  const outcomes: StepOutcome[] = [];
  for (const [index, step] of steps.entries()) {
    const hasEnded = outcomes.some((each) => each.outcome !== 'passed');
    outcomes.push(hasEnded ? { ...factsOf(step, index), outcome: 'not-run' } : await run(index));
  }
  // What one caller forbids the console is nothing to the next.
  context.allowSerial();
  const names = captured.filter((name) => context.captures.has(name));
  const captures = names.map((name) => [name, context.captures.get(name) ?? ''] as const);
  return {
    ...momentOf(context.nowUs),
    outcome: (outcomes.find((each) => each.outcome !== 'passed')?.outcome as 'failed') ?? 'passed',
    steps: outcomes,
    captures: Object.fromEntries(captures),
    pendingFaults: context.faults.pending.map(({ name }) => name),
  };

  async function run(index: number): Promise<StepOutcome> {
    const step = steps[index] as Step;
    const startedAt = context.nowUs;
    const ended = await endingOf(() => context.runStep(step));
    return { ...factsOf(step, index), startedAt, endedAt: context.nowUs, ...ended };
  }
}

function factsOf({ key, name }: Step, index: number) {
  return { index, step: key, ...(name !== undefined && { name }) };
}

/** How a step ended. What no caller can have caused is thrown on. */
async function endingOf(
  run: () => Promise<void>,
): Promise<Pick<StepOutcome, 'outcome' | 'expected' | 'seen' | 'problem'>> {
  try {
    await run();
    return { outcome: 'passed' };
  } catch (error) {
    if (error instanceof Interruption && error.reason.kind === 'failed') {
      const { expected, seen } = error.reason.failure;
      return { outcome: 'failed', expected, seen };
    }
    if (error instanceof UsageError) return { outcome: 'unusable', problem: error.message };
    throw error;
  }
}

import * as v from 'valibot';
import { stringify } from 'yaml';
import type { Bench } from '../bench.ts';
import type { StepContext } from './context.ts';
import { formatDuration, parseDuration, show, type Parsed } from './duration.ts';
import type { ProblemList } from './reader.ts';
import { isRecord } from './schema.ts';
import type { Position, Step, StepFailure } from './step.ts';
import { clock } from './steps/clock.ts';
import { fault } from './steps/fault.ts';
import { ntp } from './steps/ntp.ts';
import { power } from './steps/power.ts';
import { rtc } from './steps/rtc.ts';
import { setControl } from './steps/set-control.ts';
import { invariant, UsageError } from '../kernel/invariant.ts';

/** A step that happens at an instant of the run, whatever other step is under way then. */
export interface TimedFault {
  /** True time since the start. */
  readonly atUs: number;
  readonly step: Step;
}

/** As it stands in a file: `at`, and one step. */
export type RawFault = Readonly<Record<string, unknown>> & { readonly at: string };

/** What came of a timed fault. */
export interface FaultReport {
  readonly atUs: number;
  /** As it is written. */
  readonly source: string;
  /** Whether it took effect. */
  readonly isFelt: boolean;
}

/** What can be timed: steps that are done at once. */
export const timedSteps = new Map(
  [fault, power, setControl, ntp, rtc, clock].map((definition) => [definition.key, definition]),
);

/** The `faults` of a scenario file. */
export function readTimedFaults(raw: unknown, problems: ProblemList): readonly TimedFault[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) {
    problems.add(['faults'], `expected a list, not ${show(raw)}`);
    return [];
  }
  return raw.flatMap((item: unknown, index) => {
    const path = ['faults', index];
    const read = readTimedFault(item, problems.positionOf(path));
    if (read.ok) return [read.value];
    problems.add(path, read.text);
    return [];
  });
}

/** One fault: `{ at: 3.2s, power: cut }`. */
export function readTimedFault(raw: unknown, position: Position): Parsed<TimedFault> {
  if (!isRecord(raw)) return refused(`expected a fault with its time, not ${show(raw)}`);
  const { at, ...rest } = raw;
  const time = parseDuration(at);
  if (!time.ok) return refused(`at: ${time.text}`);
  const [key = '', ...more] = Object.keys(rest);
  const definition = timedSteps.get(key);
  if (definition === undefined || more.length > 0) {
    const known = [...timedSteps.keys()].join(', ');
    return refused(`a fault has "at" and one of ${known}`);
  }
  const value = v.safeParse(definition.schema, rest[key]);
  if (!value.success) return refused(`${key}: ${value.issues[0].message}`);
  const source = sourceOf(rest);
  const same = { key, name: undefined, definition, position, source, loop: undefined };
  return { ok: true, value: { atUs: time.value, step: { ...same, value: value.output } } };
}

/** On one line, as a file would have it. */
function sourceOf(fields: Readonly<Record<string, unknown>>): string {
  const text = stringify(fields, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return text.replace(/^\{\s*/, '').replace(/\s*\}$/, '');
}

/**
 * Has faults happen when their time comes. Those that `isByChance` need not take effect. Answers
 * how to ask, at the end, what came of them.
 */
export function scheduleFaults(
  context: StepContext,
  faults: readonly TimedFault[],
  isByChance: boolean,
): () => readonly FaultReport[] {
  const { startUs } = context.bench.world;
  const felt = faults.map(({ atUs, step }) => {
    let isFelt = (): boolean => false;
    const schedule = ({ world }: Bench): void => {
      world.outside.at(startUs + atUs, 'timed fault', () => {
        world.trace.stimulus('fault', 'timed', { step: step.source });
        isFelt = isByChance
          ? context.faults.optionally(() => doAtOnce(context, step))
          : context.faults.watching(() => doAtOnce(context, step));
      });
    };
    schedule(context.bench);
    context.onBench((bench) => {
      if (bench.world.nowUs < startUs + atUs) schedule(bench);
    });
    return () => isFelt();
  });
  return () =>
    faults.map(({ atUs, step: { source } }, place) => {
      return { atUs, source, isFelt: felt[place]?.() === true };
    });
}

/** Beside the step that is under way, and without waiting. */
function doAtOnce(context: StepContext, step: Step): void {
  const { step: present } = context;
  context.step = step;
  const failure = run(context, step);
  if (failure !== undefined) {
    throw new UsageError(`${step.source}: expected ${failure.expected}, seen ${failure.seen}`);
  }
  context.step = present;
}

function run(context: StepContext, step: Step): StepFailure | undefined {
  const { key, value, definition } = step;
  if (key === 'power') {
    const { board } = context.bench;
    if (value === 'on') board.powerOn();
    else if (value === 'off') board.powerOff();
    else if (value === 'cut') board.cutPower();
    else board.powerCycle();
    return undefined;
  }
  const outcome = definition.run(context, value);
  invariant(!(outcome instanceof Promise), `${key} is done at once`);
  return outcome;
}

/** As `at` says it. */
export function timeText(atUs: number): string {
  return formatDuration(Math.max(0, Math.round(atUs)));
}

function refused(text: string): { readonly ok: false; readonly text: string } {
  return { ok: false, text };
}

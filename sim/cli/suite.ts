import { invariant } from '../kernel/invariant.ts';
import type { Scenario } from '../scenario/reader.ts';
import type { CaseResult, ScenarioResult } from '../scenario/result.ts';
import { runCase } from '../scenario/run-case.ts';
import {
  planCases,
  summarise,
  type CasePlan,
  type ScenarioOptions,
} from '../scenario/run-scenario.ts';
import { caseOptionsOf } from './case-options.ts';

/** A scenario and the text it was read from, which other threads read again. */
export interface SuiteEntry {
  readonly scenario: Scenario;
  readonly text: string;
}

/** How a suite is run. */
export interface SuiteOptions extends ScenarioOptions {
  /** How many threads; as many as pay off unless told otherwise. */
  readonly jobs?: number | undefined;
}

/** Hears what comes of a suite, in the order of its scenarios and their cases. */
export interface SuiteListener {
  /** Answers the result as it is to be kept: what it wrote away need not be. */
  onCase(result: CaseResult): CaseResult;
  onScenario(result: ScenarioResult): void;
  /** At any time. */
  onProgress(done: number, total: number, last: CaseResult): void;
}

/** One run of one case, of the scenario at `place`. */
export interface SuiteUnit extends CasePlan {
  readonly place: number;
}

/** A thread is started where at least so much is left to do; starting one costs about a third. */
const worthwhileMs = 1_000;

/** What is to be done is known after so long. */
const measuredMs = 200;

/** Runs scenarios, in this thread while it pays, then in several. */
export async function runSuite(
  entries: readonly SuiteEntry[],
  options: SuiteOptions,
  listener: SuiteListener,
): Promise<void> {
  const units = entries.flatMap(({ scenario }, place) =>
    planCases(scenario, options).map((plan): SuiteUnit => ({ place, ...plan })),
  );
  const order = new ResultOrder(entries, units, listener);
  const threads = await threadsFor(units.length, options.jobs);
  const done = threads > 1 && options.jobs !== undefined ? 0 : await runHere(threads);
  if (done === units.length) return;
  const worker = workerAddress();
  const { runInPool } = await import('./pool.ts');
  const rest = { units: units.slice(done), first: done, worker, threads, options };
  await runInPool(entries, rest, order);

  async function runHere(others: number): Promise<number> {
    // The first case also pays for all that is loaded and compiled: it tells nothing of the others.
    let warmMs = Number.POSITIVE_INFINITY;
    for (const [index, unit] of units.entries()) {
      if (index === 1) warmMs = performance.now();
      const spentMs = performance.now() - warmMs;
      const leftMs = (spentMs / Math.max(1, index - 1)) * (units.length - index);
      if (others > 1 && spentMs > measuredMs && leftMs > worthwhileMs) return index;
      order.add(index, await runUnit(entries, unit, options));
    }
    return units.length;
  }
}

/** Runs one unit in this thread. */
export function runUnit(
  entries: readonly SuiteEntry[],
  unit: SuiteUnit,
  options: SuiteOptions,
): Promise<CaseResult> {
  const entry = entries[unit.place];
  const scenarioCase = entry?.scenario.cases[unit.index];
  invariant(entry !== undefined && scenarioCase !== undefined, 'a plan names its case');
  return runCase(scenarioCase, caseOptionsOf(entry, unit.seed, options));
}

function workerAddress(): string {
  return import.meta.resolve('#sim/cli/suite-worker');
}

async function threadsFor(count: number, jobs: number | undefined): Promise<number> {
  // Sources run through a loader that threads do not have.
  if (count === 1 || workerAddress().endsWith('.ts')) return 1;
  const { availableParallelism } = await import('node:os');
  return Math.min(jobs ?? availableParallelism(), count);
}

/** Tells results in order, however they come. */
export class ResultOrder {
  readonly #entries: readonly SuiteEntry[];
  readonly #units: readonly SuiteUnit[];
  readonly #listener: SuiteListener;
  readonly #waiting = new Map<number, CaseResult>();
  readonly #told: CaseResult[] = [];
  #next = 0;
  #done = 0;

  constructor(
    entries: readonly SuiteEntry[],
    units: readonly SuiteUnit[],
    listener: SuiteListener,
  ) {
    this.#entries = entries;
    this.#units = units;
    this.#listener = listener;
  }

  /** The result of the unit at `index`. */
  add(index: number, result: CaseResult): void {
    this.#waiting.set(index, result);
    this.#done += 1;
    for (;;) {
      const next = this.#waiting.get(this.#next);
      if (next === undefined) break;
      this.#waiting.delete(this.#next);
      this.#tell(next);
    }
    this.#listener.onProgress(this.#done, this.#units.length, result);
  }

  #tell(result: CaseResult): void {
    const place = this.#units[this.#next]?.place ?? 0;
    this.#told.push(this.#listener.onCase(result));
    this.#next += 1;
    const entry = this.#entries[place];
    if (this.#units[this.#next]?.place === place || entry === undefined) return;
    this.#listener.onScenario(summarise(entry.scenario, this.#told.splice(0)));
  }
}

import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { CaseResult } from '../scenario/result.ts';
import {
  runUnit,
  type ResultOrder,
  type SuiteEntry,
  type SuiteOptions,
  type SuiteUnit,
} from './suite.ts';

/** Part of a suite, as a thread gets it. */
export interface PoolTask {
  /** The files that its units are of, each once. */
  readonly files: readonly { readonly file: string; readonly text: string }[];
  readonly units: readonly {
    /** Place among the files. */
    readonly of: number;
    readonly index: number;
    readonly seed: number;
  }[];
  readonly options: SuiteOptions;
}

/** Short enough that all threads end at about the same time. */
const tasksPerThread = 16;

const unitsPerTaskMax = 64;

/**
 * Runs the rest of a suite, from the unit `first` on, in several threads. This one is the first of
 * them: it has compiled all that a case needs while the others still start.
 */
export async function runInPool(
  entries: readonly SuiteEntry[],
  rest: {
    readonly units: readonly SuiteUnit[];
    readonly first: number;
    /** Address of the threads' module. */
    readonly worker: string;
    readonly threads: number;
    readonly options: SuiteOptions;
  },
  order: ResultOrder,
): Promise<void> {
  const { units, first, worker, threads, options } = rest;
  const others = threads - 1;
  const pool = new Tinypool({
    filename: fileURLToPath(worker),
    minThreads: others,
    maxThreads: others,
  });
  const size = Math.ceil(units.length / (threads * tasksPerThread));
  const unitsPerTask = Math.min(unitsPerTaskMax, Math.max(1, size));
  let next = 0;

  const runTasks = async (
    runTask: (part: readonly SuiteUnit[]) => Promise<readonly CaseResult[]>,
  ): Promise<void> => {
    while (next < units.length) {
      const start = next;
      next += unitsPerTask;
      const results = await runTask(units.slice(start, next));
      results.forEach((result, place) => order.add(first + start + place, result));
    }
  };
  const runThere = (part: readonly SuiteUnit[]): Promise<readonly CaseResult[]> => {
    return pool.run(taskOf(entries, part, options), { name: 'runTask' }) as Promise<
      readonly CaseResult[]
    >;
  };
  const runHere = async (part: readonly SuiteUnit[]): Promise<readonly CaseResult[]> => {
    const results: CaseResult[] = [];
    for (const unit of part) results.push(await runUnit(entries, unit, options));
    return results;
  };
  try {
    const elsewhere = Array.from({ length: others }, () => runTasks(runThere));
    await Promise.all([...elsewhere, runTasks(runHere)]);
  } finally {
    await pool.destroy();
  }
}

/** Messages between threads repeat a text as often as it stands in them. */
function taskOf(
  entries: readonly SuiteEntry[],
  part: readonly SuiteUnit[],
  options: SuiteOptions,
): PoolTask {
  const places = [...new Set(part.map(({ place }) => place))];
  const files = places.map((place) => {
    const { scenario, text } = entries[place] as SuiteEntry;
    return { file: scenario.file, text };
  });
  const units = part.map(({ place, index, seed }) => ({ of: places.indexOf(place), index, seed }));
  return { files, units, options };
}

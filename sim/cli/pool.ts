import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { CaseResult } from '../scenario/result.ts';
import type { ResultOrder, SuiteEntry, SuiteOptions, SuiteUnit } from './suite.ts';

/** Part of a suite, as a thread gets it. */
export interface PoolTask {
  readonly units: readonly {
    readonly file: string;
    readonly text: string;
    readonly index: number;
    readonly seed: number;
  }[];
  readonly options: SuiteOptions;
}

/** Short enough that all threads end at about the same time. */
const tasksPerThread = 8;

const unitsPerTaskMax = 64;

/** Runs the rest of a suite, from the unit `first` on, in several threads. */
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
  const pool = new Tinypool({
    filename: fileURLToPath(worker),
    minThreads: threads,
    maxThreads: threads,
  });
  const size = Math.ceil(units.length / (threads * tasksPerThread));
  const unitsPerTask = Math.min(unitsPerTaskMax, Math.max(1, size));
  const starts: number[] = [];
  for (let start = 0; start < units.length; start += unitsPerTask) starts.push(start);
  try {
    await Promise.all(
      starts.map(async (start) => {
        const part = units.slice(start, start + unitsPerTask);
        const task: PoolTask = { options, units: part.map((unit) => withText(entries, unit)) };
        const results = (await pool.run(task, { name: 'runTask' })) as readonly CaseResult[];
        results.forEach((result, place) => order.add(first + start + place, result));
      }),
    );
  } finally {
    await pool.destroy();
  }
}

function withText(entries: readonly SuiteEntry[], unit: SuiteUnit): PoolTask['units'][number] {
  const { scenario, text } = entries[unit.place] as SuiteEntry;
  return { file: scenario.file, text, index: unit.index, seed: unit.seed };
}

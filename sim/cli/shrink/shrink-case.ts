import { ScenarioError } from '../../scenario/problem.ts';
import { readScenario } from '../../scenario/reader.ts';
import type { Judge } from '../../scenario/judge.ts';
import type { CaseResult } from '../../scenario/result.ts';
import { runCase } from '../../scenario/run-case.ts';
import { documentOf, writeDocument, type CaseDocument } from './minimal-file.ts';
import { shrink, type Shrinkable } from './shrink.ts';

/** What there is of a case that failed. */
export interface FailedCase {
  readonly file: string;
  /** Of the scenario file. */
  readonly text: string;
  readonly result: CaseResult;
  readonly judgedBy: Judge;
  readonly timeoutUs?: number | undefined;
}

/** How far it may go. */
export interface ShrinkOptions {
  /** Runs at most. */
  readonly runs: number;
  /** Whether somebody wants it to end with the best it has. */
  isEnough(): boolean;
  onProgress(runs: number, best: Shrinkable): void;
}

/** What shrinking found: a scenario that fails in the same way. */
export interface Shrunk {
  readonly document: CaseDocument;
  readonly text: string;
  readonly runs: number;
}

/** Makes a case that failed small; undefined where, taken out of its file, it does not fail so. */
export async function shrinkCase(
  failed: FailedCase,
  options: ShrinkOptions,
): Promise<Shrunk | undefined> {
  const { file, text, result, timeoutUs } = failed;
  const start = documentOf(text, result, failed.judgedBy);
  let runs = 0;
  const run = async (document: CaseDocument): Promise<CaseResult | undefined> => {
    runs += 1;
    // So that Ctrl-C is heard: the world itself leaves the host no time for it.
    await new Promise((resolve) => void setImmediate(resolve));
    try {
      const [only] = readScenario(writeDocument(document), file).cases;
      return only && (await runCase(only, { seed: result.seed, timeoutUs }));
    } catch (error) {
      if (error instanceof ScenarioError) return undefined;
      throw error;
    }
  };
  const calm = start.faults.length === 0 ? undefined : await run({ ...start, faults: [] });
  const isOfStep = result.outcome === 'failed' || result.outcome === 'time-limit';
  const isOfFaults = isOfStep && calm?.outcome === 'passed';
  const wanted = kindOf(result, isOfFaults);
  const again = await run(start);
  if (again === undefined || kindOf(again, isOfFaults) !== wanted) return undefined;
  let best = start;
  const lists = await shrink(start, async (candidate) => {
    if (runs >= options.runs || options.isEnough()) return false;
    const document = { ...start, ...candidate };
    const seen = await run(document);
    if (seen === undefined || kindOf(seen, isOfFaults) !== wanted) return false;
    if (isOfFaults && !(await passesCalmly(document))) return false;
    best = document;
    options.onProgress(runs, best);
    return true;
  });
  return { document: { ...start, ...lists }, text: writeDocument(best), runs };

  /** A step that fails without any fault, now that others are gone, is another failure. */
  async function passesCalmly(document: CaseDocument): Promise<boolean> {
    if (document.faults.length === 0) return false;
    return (await run({ ...document, faults: [] }))?.outcome === 'passed';
  }
}

/**
 * What makes two failures one. Where no fault is to blame, what was seen counts too: or any step
 * that fails because the one before it is gone would do.
 */
function kindOf({ outcome, failure }: CaseResult, isOfFaults: boolean): string {
  const { step, expected, seen, problem } = failure ?? {};
  const parts = [outcome, step?.source.replace(/:.*$/s, ''), expected, problem];
  if (!isOfFaults) parts.push(seen);
  return JSON.stringify(parts.map((part) => part?.replaceAll(/\d+/g, '#')));
}

import * as v from 'valibot';
import { show } from '../duration.ts';
import { ScenarioError } from '../problem.ts';
import { ProblemList } from '../reader.ts';
import { closed, integer, isRecord, parsed } from '../schema.ts';
import { readTree } from '../yaml-tree.ts';
import { defaultWeights, type FaultWeights } from './draw-faults.ts';
import { faultKinds } from './fault-kinds.ts';

const share = parsed<number>((input) =>
  typeof input === 'number' && input >= 0 && input <= 1
    ? { ok: true, value: input }
    : { ok: false, text: `${show(input)} is no number from 0 to 1` },
);

const weight = parsed<number>((input) =>
  typeof input === 'number' && input >= 0 && input <= 1_000_000
    ? { ok: true, value: input }
    : { ok: false, text: `${show(input)} is no weight; write 0 (never), 1 (as the others), 2.5 …` },
);

const schema = closed({
  version: integer(1, 1),
  most: v.exactOptional(integer(1, 1_000)),
  off: v.exactOptional(share),
  weights: v.exactOptional(
    closed(Object.fromEntries(faultKinds.map(({ name }) => [name, v.exactOptional(weight)]))),
  ),
});

/** Reads the file of `--random-faults`; throws a `ScenarioError` that names every mistake in it. */
export function readWeights(text: string, file: string): FaultWeights {
  const tree = readTree(text, file);
  if (!('value' in tree)) throw new ScenarioError(tree);
  const problems = new ProblemList(file, tree);
  const read = v.safeParse(schema, isRecord(tree.value) ? tree.value : {});
  if (!read.success) problems.addIssues([], read.issues);
  if (!read.success || problems.sorted.length > 0) throw new ScenarioError(problems.sorted);
  const { most, off, weights = {} } = read.output;
  const merged = {
    most: most ?? defaultWeights.most,
    off: off ?? defaultWeights.off,
    weights: weights as Readonly<Record<string, number>>,
  };
  if (faultKinds.some(({ name }) => merged.weights[name] !== 0)) return merged;
  problems.add(['weights'], 'all weights are 0: no fault is left');
  throw new ScenarioError(problems.sorted);
}

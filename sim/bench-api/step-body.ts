import type { StepContext } from '../scenario/context.ts';
import { ProblemList } from '../scenario/reader.ts';
import { StepReader } from '../scenario/step-reader.ts';
import type { Step } from '../scenario/step.ts';
import type { Tree, TreePath } from '../scenario/yaml-tree.ts';
import { InvalidInput, pointerOf } from './input.ts';
import type { Misfit } from './problems.ts';

const misfitsMax = 20;

/** Steps of a request, read and found good. */
export interface ReadSteps {
  readonly steps: readonly Step[];
  /** Names that have a value once all are done. */
  readonly captured: readonly string[];
}

/**
 * Reads steps as a scenario file has them; an `InvalidInput` names all that is wrong. They know
 * what steps before have captured.
 */
export function readSteps(raw: readonly unknown[], context: StepContext): ReadSteps {
  const tree = treeOf(raw);
  const problems = new BodyProblems(tree);
  const accounts = context.phone.accounts().map(({ name }) => `totp(${name})`);
  const known = [...context.captures.keys(), ...accounts];
  const reader = new StepReader({ tree, problems, count: { steps: 0 }, known });
  const steps = reader.read(raw, [], new Map());
  if (problems.misfits.length > 0) throw new InvalidInput(problems.misfits);
  return { steps, captured: reader.captured };
}

/** Problems by the place in the body, not by line and column. */
class BodyProblems extends ProblemList {
  readonly misfits: Misfit[] = [];

  constructor(tree: Tree) {
    super('body', tree);
  }

  override add(path: TreePath, detail: string): void {
    if (this.misfits.length < misfitsMax) {
      this.misfits.push({ in: 'body', pointer: pointerOf(path), detail });
    }
  }
}

/** A list of steps as a file that has a step a line. */
function treeOf(steps: readonly unknown[]): Tree {
  const positionOf = (path: TreePath) => ({ line: Number(path[0] ?? 0) + 1, column: 1 });
  return {
    value: steps,
    positionOf,
    keyPositionOf: positionOf,
    sourceOf: ([index = 0]) => JSON.stringify(steps[Number(index)]),
  };
}

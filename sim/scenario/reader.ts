import * as v from 'valibot';
import { parseDuration, show } from './duration.ts';
import { scenarioFile, type BoardHeader } from './header.ts';
import { ScenarioError, type ScenarioProblem } from './problem.ts';
import { isRecord } from './schema.ts';
import type { Step } from './step.ts';
import { StepReader } from './step-reader.ts';
import type { Variables } from './template.ts';
import { readTree, type Tree, type TreePath } from './yaml-tree.ts';

/** One run of a scenario: all of it, with one of the holds it lists. */
export interface ScenarioCase {
  /** As the file writes it; absent where the scenario has no list of holds. */
  readonly hold: string | undefined;
  readonly steps: readonly Step[];
}

/** A scenario file, read and found usable. */
export interface Scenario {
  readonly name: string;
  readonly file: string;
  readonly board: BoardHeader;
  readonly cases: readonly ScenarioCase[];
}

const problemsMax = 20;
const holdsMax = 10_000;

/** Collects what is wrong with a file; the same thing at the same place counts once. */
export class ProblemList {
  readonly #file: string;
  readonly #tree: Tree;
  readonly #problems = new Map<string, ScenarioProblem>();

  constructor(file: string, tree: Tree) {
    this.#file = file;
    this.#tree = tree;
  }

  /** At a value, or at the name of its field. */
  add(path: TreePath, text: string, options: { readonly atKey?: boolean } = {}): void {
    const at =
      options.atKey === true ? this.#tree.keyPositionOf(path) : this.#tree.positionOf(path);
    const name = nameOf(path);
    const full = name === '' ? text : `${name}: ${text}`;
    const key = `${at.line}:${at.column}:${full}`;
    if (this.#problems.size < problemsMax)
      this.#problems.set(key, { file: this.#file, ...at, text: full });
  }

  /** Adds what a schema found, below `path`. */
  addIssues(path: TreePath, issues: readonly v.BaseIssue<unknown>[]): void {
    for (const issue of issues) {
      const below = (issue.path ?? []).map((item) => item.key as string | number);
      const isUnknown = issue.expected === 'never';
      const isMissing = !isUnknown && issue.path?.at(-1)?.origin === 'key';
      const full = [...path, ...below];
      // What is missing has no place; the group that lacks it has.
      this.add(isMissing ? full.slice(0, -1) : full, issue.message, { atKey: isUnknown });
    }
  }

  /** In the order of the file. */
  get sorted(): readonly ScenarioProblem[] {
    return [...this.#problems.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** Reads a scenario; throws a `ScenarioError` that names every place where it is unusable. */
export function readScenario(text: string, fileName: string): Scenario {
  const tree = readTree(text, fileName);
  if (!('value' in tree)) throw new ScenarioError(tree);
  const problems = new ProblemList(fileName, tree);
  const header = v.safeParse(scenarioFile, tree.value);
  if (!header.success) problems.addIssues([], header.issues);
  const cases = readCases(tree, problems);
  const { sorted } = problems;
  if (sorted.length > 0) throw new ScenarioError(sorted);
  if (!header.success)
    throw new ScenarioError([{ file: fileName, line: 1, column: 1, text: 'unusable' }]);
  const { name = baseName(fileName), board = {} } = header.output;
  return { name, file: fileName, board, cases };
}

function readCases(tree: Tree, problems: ProblemList): readonly ScenarioCase[] {
  const raw = isRecord(tree.value) ? tree.value['steps'] : undefined;
  if (!Array.isArray(raw)) return [];
  const lists = findHoldLists(raw, ['steps']);
  const [list, second] = lists;
  if (second !== undefined) problems.add(second.path, 'a scenario has one list of holds at most');
  const holds: readonly (string | undefined)[] =
    list === undefined ? [undefined] : readHolds(list, problems);
  const count = { steps: 0 };
  return holds.map((hold) => {
    const variables: Variables = hold === undefined ? new Map() : new Map([['hold', hold]]);
    const reader = new StepReader({ tree, problems, hold, count });
    return { hold, steps: reader.read(raw, ['steps'], variables) };
  });
}

interface HoldList {
  readonly path: TreePath;
  readonly holds: readonly unknown[];
}

/** Every `press` with a list of holds, in loops too. */
function findHoldLists(steps: readonly unknown[], path: TreePath): readonly HoldList[] {
  return steps.flatMap((step, index) => {
    if (!isRecord(step)) return [];
    const { press } = step;
    if (isRecord(press) && Array.isArray(press['hold'])) {
      return [{ path: [...path, index, 'press', 'hold'], holds: press['hold'] }];
    }
    return ['repeat', 'for-each'].flatMap((key) => {
      const loop = step[key];
      if (!isRecord(loop) || !Array.isArray(loop['steps'])) return [];
      return findHoldLists(loop['steps'], [...path, index, key, 'steps']);
    });
  });
}

function readHolds({ path, holds }: HoldList, problems: ProblemList): readonly string[] {
  if (holds.length === 0 || holds.length > holdsMax) {
    problems.add(path, `${holds.length} holds: 1 to ${holdsMax} are possible`);
    return [];
  }
  return holds.flatMap((hold, index) => {
    const parsed = parseDuration(hold);
    if (!parsed.ok) problems.add([...path, index], parsed.text);
    return parsed.ok ? [String(hold)] : [];
  });
}

/** `press.hold` of `steps.3.press.hold`: what a reader of the file would call it. */
function nameOf(path: TreePath): string {
  const last = path.lastIndexOf('steps');
  const shown = path.slice(last < 0 ? 0 : last + 2);
  return shown.filter((step) => typeof step === 'string').join('.');
}

function baseName(fileName: string): string {
  return fileName.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/i, '') || show(fileName);
}

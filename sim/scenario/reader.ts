import * as v from 'valibot';
import { show } from './duration.ts';
import type { Judge } from './judge.ts';
import { boardSchema, scenarioFile, type BoardHeader } from './header.ts';
import { ScenarioError, type ScenarioProblem } from './problem.ts';
import type { CaseVariables } from './result.ts';
import { isRecord } from './schema.ts';
import type { Position, Step } from './step.ts';
import { filesBeside, type StepFiles } from './step-files.ts';
import { StepReader } from './step-reader.ts';
import { combinationsOf, readAxes, type Axis } from './sweep.ts';
import { readLayout, type TableLayout } from './table-layout.ts';
import { placeholdersOf, substitute, type Variables } from './template.ts';
import { readTimedFaults, type TimedFault } from './timed-fault.ts';
import { readTree, type Tree, type TreePath } from './yaml-tree.ts';

/** One run of a scenario: all of it, with one value of each list that makes cases. */
export interface ScenarioCase {
  /** As the file writes them, by the name of the list: those of `sweep`, and `hold`. */
  readonly variables: CaseVariables;
  readonly board: BoardHeader;
  readonly steps: readonly Step[];
  /** Names of the numbers that its steps find. */
  readonly results: readonly string[];
  /** What happens at an instant, whatever step is under way. */
  readonly faults: readonly TimedFault[];
  readonly judgedBy: Judge;
}

/** A scenario file, read and found usable. */
export interface Scenario {
  readonly name: string;
  readonly file: string;
  readonly axes: readonly Axis[];
  readonly table: TableLayout | undefined;
  readonly cases: readonly ScenarioCase[];
}

const problemsMax = 20;

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

  /** Where a value stands. */
  positionOf(path: TreePath): Position {
    return this.#tree.positionOf(path);
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
  const axes = readAxes(tree.value, problems);
  const cases = readCases(tree, axes, { problems, files: filesBeside(fileName) });
  const table = readLayout(tree.value, { axes, cases }, problems);
  const { sorted } = problems;
  if (sorted.length > 0) throw new ScenarioError(sorted);
  if (!header.success)
    throw new ScenarioError([{ file: fileName, line: 1, column: 1, text: 'unusable' }]);
  const { name = baseName(fileName) } = header.output;
  return { name, file: fileName, axes, table, cases };
}

function readCases(
  tree: Tree,
  axes: readonly Axis[],
  { problems, files }: { readonly problems: ProblemList; readonly files: StepFiles },
): readonly ScenarioCase[] {
  if (!isRecord(tree.value)) return [];
  const { steps, board, faults, 'judged-by': judge = 'steps' } = tree.value;
  const count = { steps: 0 };
  return combinationsOf(axes).flatMap((variables) => {
    const reader = new StepReader({ tree, problems, count, files });
    const header = readBoard(board, variables, problems);
    if (!Array.isArray(steps)) return [];
    const read = reader.read(steps, ['steps'], variables);
    const { results } = reader;
    const timed = readTimedFaults(substitute(faults, variables), problems);
    const same = { results, faults: timed, judgedBy: judge as Judge };
    return [{ variables: Object.fromEntries(variables), board: header, steps: read, ...same }];
  });
}

function readBoard(raw: unknown, variables: Variables, problems: ProblemList): BoardHeader {
  if (raw === undefined) return {};
  const known = substitute(raw, variables);
  const unknown = unknownNames(known, ['board']);
  for (const { name, path } of unknown) problems.add(path, noListText(name));
  const header = v.safeParse(boardSchema, known);
  if (header.success) return header.output;
  if (unknown.length === 0) problems.addIssues(['board'], header.issues);
  return {};
}

/** Names in `${…}` that are left, with where they stand. */
function unknownNames(value: unknown, path: TreePath): readonly { name: string; path: TreePath }[] {
  if (typeof value === 'string') return placeholdersOf(value).map((name) => ({ name, path }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => unknownNames(field, [...path, key]));
}

function noListText(name: string): string {
  return `\${${name}} has no value here: no list of sweep is called ${show(name)}`;
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

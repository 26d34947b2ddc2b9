import * as v from 'valibot';
import { parseDuration, show } from './duration.ts';
import type { ProblemList } from './reader.ts';
import { isRecord, variableName } from './schema.ts';
import { base64Name, placeholdersOf, type Scalar, type Variables } from './template.ts';
import type { TreePath } from './yaml-tree.ts';

/** A list of which each value makes cases of its own. */
export interface Axis {
  readonly name: string;
  readonly values: readonly Scalar[];
}

const casesMax = 10_000;

/** Reports have columns of these names beside those of the lists. */
const reserved: ReadonlySet<string> = new Set(['seed', 'outcome']);

/** The name of the list that a `press` may have as its `hold`. */
const holdName = 'hold';

/** Every list of a file that makes cases: those of `sweep`, and one of holds. */
export function readAxes(root: unknown, problems: ProblemList): readonly Axis[] {
  if (!isRecord(root)) return [];
  const axes = [...readSweep(root, problems), ...readHolds(root['steps'], problems)];
  const cases = axes.reduce((product, { values }) => product * values.length, 1);
  if (cases <= casesMax) return axes;
  problems.add(['sweep'], `${cases} cases: up to ${casesMax} are possible`);
  return [];
}

/** The values of every case, those of the last list changing fastest. */
export function combinationsOf(axes: readonly Axis[]): readonly Variables[] {
  return axes.reduce<readonly Variables[]>(
    (before, { name, values }) =>
      before.flatMap((known) => values.map((value) => new Map([...known, [name, value]]))),
    [new Map()],
  );
}

function readSweep(root: Readonly<Record<string, unknown>>, problems: ProblemList): Axis[] {
  const { sweep } = root;
  if (sweep === undefined) return [];
  if (!isRecord(sweep) || Object.keys(sweep).length === 0) {
    problems.add(['sweep'], `expected lists with names, not ${show(sweep)}`);
    return [];
  }
  const used = namesIn([root['board'], root['faults'], root['steps']]);
  return Object.entries(sweep).flatMap(([name, values]) => {
    const path = ['sweep', name];
    const naming = v.safeParse(variableName, name);
    if (!naming.success) problems.add(path, naming.issues[0].message, { atKey: true });
    else if (reserved.has(name)) problems.add(path, takenText(name), { atKey: true });
    else if (!used.has(name)) problems.add(path, `nothing uses \${${name}}`, { atKey: true });
    if (!isListAt(values, path, problems)) return [];
    const texts = values.map((value) => JSON.stringify(value).replaceAll('"', ''));
    const plain = values.filter((value, place): value is Scalar => {
      const isPlain = typeof value !== 'object' || value === null;
      if (!isPlain) problems.add([...path, place], `expected a plain value, not ${show(value)}`);
      else if (texts.indexOf(texts[place] ?? '') < place) {
        problems.add([...path, place], `${show(value)} is in the list already`);
      }
      return isPlain;
    });
    return [{ name, values: plain }];
  });
}

function takenText(name: string): string {
  return `"${name}" has a meaning already; take another name`;
}

function isListAt(
  values: unknown,
  path: TreePath,
  problems: ProblemList,
): values is readonly unknown[] {
  if (Array.isArray(values) && values.length > 0) return true;
  const seen = Array.isArray(values) ? 'an empty one' : show(values);
  problems.add(path, `expected a list of values, not ${seen}`);
  return false;
}

/** All names in `${…}` anywhere below a value. */
function namesIn(value: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (each: unknown): void => {
    if (typeof each === 'string') {
      for (const name of placeholdersOf(each)) names.add(base64Name(name) ?? name);
    } else if (typeof each === 'object' && each !== null) Object.values(each).forEach(visit);
  };
  visit(value);
  return names;
}

function readHolds(steps: unknown, problems: ProblemList): readonly Axis[] {
  const lists = Array.isArray(steps) ? findHoldLists(steps, ['steps']) : [];
  const [list, second] = lists;
  if (second !== undefined) problems.add(second.path, 'a scenario has one list of holds at most');
  if (list === undefined) return [];
  const { path, holds } = list;
  if (holds.length === 0 || holds.length > casesMax) {
    problems.add(path, `${holds.length} holds: 1 to ${casesMax} are possible`);
    return [{ name: holdName, values: [] }];
  }
  const values = holds.flatMap((hold, index) => {
    const parsed = parseDuration(hold);
    if (!parsed.ok) problems.add([...path, index], parsed.text);
    return parsed.ok ? [String(hold)] : [];
  });
  return [{ name: holdName, values }];
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

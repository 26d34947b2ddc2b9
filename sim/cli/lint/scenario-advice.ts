import { defaultTimeoutUs } from '../../scenario/context.ts';
import { formatDuration, parseDuration } from '../../scenario/duration.ts';
import { isRecord } from '../../scenario/schema.ts';
import { base64Name, placeholdersOf } from '../../scenario/template.ts';
import type { TreePath } from '../../scenario/yaml-tree.ts';

/** Something that a run would not refuse, and that is hardly meant. */
export interface Advice {
  readonly path: TreePath;
  /** It is about the name of the field. */
  readonly isAtKey?: boolean;
  readonly rule: string;
  readonly text: string;
  readonly advice: string;
}

/** A step as it is written, loops taken apart, in the order in which the first round does them. */
interface WrittenStep {
  readonly key: string;
  readonly value: unknown;
  readonly path: TreePath;
}

/** What is to be said of a scenario besides its mistakes. It takes any data, usable or not. */
export function scenarioAdvice(root: unknown, limitUs: number | undefined): readonly Advice[] {
  if (!isRecord(root)) return [];
  const steps = writtenSteps(root['steps'], ['steps']);
  return [
    ...steps.flatMap(oldName),
    ...unusedCaptures(root, steps),
    ...beepsBeforePower(root['board'], steps),
    ...(limitUs === undefined ? [] : steps.flatMap((step) => overLimit(step, limitUs))),
  ];
}

function writtenSteps(raw: unknown, path: TreePath): readonly WrittenStep[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((item: unknown, index): readonly WrittenStep[] => {
    if (!isRecord(item)) return [];
    return Object.entries(item).flatMap(([key, value]) => {
      const at = [...path, index, key];
      const nested = isRecord(value) ? writtenSteps(value['steps'], [...at, 'steps']) : [];
      return key === 'name' ? [] : [{ key, value, path: at }, ...nested];
    });
  });
}

const oldNames: Readonly<Record<string, string>> = {
  'set-control': 'control',
  'expect-pin': 'pin',
  'wait-pin': 'pin',
};

function oldName({ key, value, path }: WrittenStep): readonly Advice[] {
  const old = Object.hasOwn(oldNames, key) ? oldNames[key] : undefined;
  if (old === undefined || !isRecord(value) || value[old] === undefined) return [];
  return [
    {
      path: [...path, old],
      isAtKey: true,
      rule: 'old-name',
      text: `${key}.${old}: "${old}" is an older name of "name"`,
      advice: 'it works; new scenarios write name',
    },
  ];
}

function unusedCaptures(
  root: Readonly<Record<string, unknown>>,
  steps: readonly WrittenStep[],
): readonly Advice[] {
  const used = new Set<string>();
  collectNames(root, used);
  return steps.flatMap(({ key, value, path }) => {
    if (!isRecord(value)) return [];
    return capturesOf(key, value).flatMap(({ name, below }) => {
      if (used.has(name)) return [];
      return {
        path: [...path, ...below],
        isAtKey: below.length > 1,
        rule: 'unused-capture',
        text: `${key}: nothing uses \${${name}}`,
        advice: 'use it, or wait for the text alone',
      };
    });
  });
}

function capturesOf(
  key: string,
  value: Readonly<Record<string, unknown>>,
): readonly { readonly name: string; readonly below: TreePath }[] {
  const { as, capture } = value;
  if (key === 'capture-serial' && typeof as === 'string') return [{ name: as, below: ['as'] }];
  if (key === 'phone' && typeof as === 'string') return [{ name: `totp(${as})`, below: ['as'] }];
  if ((key !== 'http' && key !== 'expect-mail') || !isRecord(capture)) return [];
  return Object.keys(capture).map((name) => ({ name, below: ['capture', name] }));
}

function collectNames(value: unknown, names: Set<string>): void {
  if (typeof value === 'string') {
    for (const name of placeholdersOf(value)) names.add(base64Name(name) ?? name);
  } else if (typeof value === 'object' && value !== null) {
    for (const field of Object.values(value)) collectNames(field, names);
  }
}

function beepsBeforePower(board: unknown, steps: readonly WrittenStep[]): readonly Advice[] {
  if (!isRecord(board) || board['power'] !== 'off') return [];
  const on = steps.findIndex(switchesOn);
  const before = on < 0 ? steps : steps.slice(0, on);
  return before.flatMap(({ key, value, path }) => {
    // That a board which is off does not beep may well be meant.
    if (key !== 'expect-beeps' || (Array.isArray(value) && value.length === 0)) return [];
    return {
      path,
      isAtKey: true,
      rule: 'board-is-off',
      text: 'expect-beeps: the board has no power yet, and cannot beep',
      advice: 'power: on comes first',
    };
  });
}

function switchesOn({ key, value }: WrittenStep): boolean {
  if (key === 'power') return value === 'on' || value === 'cycle';
  return key === 'set-control' && isRecord(value) && value['part-id'] === 'power';
}

/** Steps that wait for something, up to their time-out. */
const waits: ReadonlySet<string> = new Set([
  'wait-serial',
  'capture-serial',
  'wait-pin',
  'wait-led',
  'wait-state',
  'http',
  'expect-mail',
]);

function overLimit({ key, value, path }: WrittenStep, limitUs: number): readonly Advice[] {
  const fields = isRecord(value) ? value : {};
  const { timeout, hold } = fields;
  const limit = formatDuration(limitUs);
  if (waits.has(key)) {
    const span = timeout === undefined ? defaultTimeoutUs : spanOf(timeout);
    if (span === undefined || span <= limitUs) return [];
    const which =
      timeout === undefined ? 'its time-out, 30s unless told otherwise' : 'its time-out';
    return [
      {
        path: timeout === undefined ? path : [...path, 'timeout'],
        isAtKey: timeout === undefined,
        rule: 'over-limit',
        text: `${key}: ${which}, is longer than the run's limit of ${limit}`,
        advice: 'give it a timeout below the limit: the run then fails at this step, and says why',
      },
    ];
  }
  const span = key === 'delay' ? spanOf(value) : key === 'press' ? spanOf(hold) : undefined;
  if (span === undefined || span <= limitUs) return [];
  return [
    {
      path,
      isAtKey: true,
      rule: 'over-limit',
      text: `${key}: ${formatDuration(span)} alone is longer than the run's limit of ${limit}`,
      advice: 'the run would end with exit code 42: give it more time, --timeout',
    },
  ];
}

function spanOf(value: unknown): number | undefined {
  const parsed = parseDuration(value);
  return parsed.ok ? parsed.value : undefined;
}

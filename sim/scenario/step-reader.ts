import * as v from 'valibot';
import { show, type Parsed } from './duration.ts';
import type { ProblemList } from './reader.ts';
import { isRecord } from './schema.ts';
import type { StepFiles } from './step-files.ts';
import type { Loop, Step, StepDefinition } from './step.ts';
import { stepDefinitions } from './steps/index.ts';
import {
  base64Name,
  isRuntimeName,
  placeholdersOf,
  substitute,
  type Variables,
} from './template.ts';
import type { Tree, TreePath } from './yaml-tree.ts';

/** All steps of all cases of a file, loops read out. */
const stepsMax = 100_000;

/** How many steps have been read of a file so far. */
export interface StepCount {
  steps: number;
}

/** Reads the steps of one case: checks them, and that every name has a value when it is used. */
export class StepReader {
  readonly #tree: Tree;
  readonly #problems: ProblemList;
  readonly #captured = new Set<string>();
  readonly #known: ReadonlySet<string>;
  readonly #results = new Set<string>();
  readonly #count: StepCount;
  readonly #files: StepFiles | undefined;

  constructor(options: {
    readonly tree: Tree;
    readonly problems: ProblemList;
    /** Shared by the cases of a file. */
    readonly count: StepCount;
    /** Where steps may name files; nowhere unless told otherwise. */
    readonly files?: StepFiles;
    /** Names that have a value before the first step. */
    readonly known?: readonly string[];
  }) {
    this.#tree = options.tree;
    this.#problems = options.problems;
    this.#count = options.count;
    this.#files = options.files;
    this.#known = new Set(options.known);
  }

  /** Names that the steps read so far capture. */
  get captured(): readonly string[] {
    return [...this.#captured];
  }

  /** Names of the numbers that the steps read so far find. */
  get results(): readonly string[] {
    return [...this.#results];
  }

  /** Reads a list of steps. */
  read(raw: readonly unknown[], path: TreePath, variables: Variables): readonly Step[] {
    const steps: Step[] = [];
    for (const [index, item] of raw.entries()) {
      this.#count.steps += 1;
      if (this.#count.steps > stepsMax) {
        const text = `more than ${stepsMax} steps, once holds and loops are read out`;
        this.#problems.add([...path, index], text);
        break;
      }
      const step = this.#readStep(item, [...path, index], variables);
      if (step !== undefined) steps.push(step);
    }
    return steps;
  }

  #readStep(item: unknown, path: TreePath, variables: Variables): Step | undefined {
    if (!isRecord(item)) {
      this.#problems.add(path, `expected a step, not ${show(item)}`);
      return undefined;
    }
    const { name } = item;
    if (name !== undefined && typeof name !== 'string') {
      this.#problems.add([...path, 'name'], `expected text, not ${show(name)}`);
    }
    const keys = Object.keys(item).filter((key) => key !== 'name');
    const [key] = keys;
    if (key === undefined) {
      this.#problems.add(path, 'a step has a key that says what it does');
      return undefined;
    }
    const unknown = keys.filter((each) => !stepDefinitions.has(each));
    for (const each of unknown) {
      this.#problems.add([...path, each], unknownStepText(each), { atKey: true });
    }
    if (unknown.length > 0) return undefined;
    if (keys.length > 1) {
      const text = `a step does one thing, here ${keys.join(' and ')}: make two steps of it`;
      this.#problems.add(path, text);
      return undefined;
    }
    const definition = stepDefinitions.get(key);
    if (definition === undefined) return undefined;
    const at = [...path, key];
    return this.#readKnown(definition, { raw: item[key], name: nameFrom(name), at, variables });
  }

  #readKnown(
    definition: StepDefinition,
    step: { raw: unknown; name: string | undefined; at: TreePath; variables: Variables },
  ): Step | undefined {
    const { at, variables } = step;
    const { key } = definition;
    const nested = definition.rounds === undefined ? undefined : nestedOf(step.raw);
    const own = nested === undefined ? step.raw : { ...(step.raw as object), steps: null };
    const raw = substitute(key === 'press' ? withOneHold(own, variables) : own, variables);
    this.#checkNames(raw, at);
    if (definition.unavailable !== undefined) {
      this.#problems.add(at, definition.unavailable, { atKey: true });
    }
    const parsed = v.safeParse(definition.schema, raw);
    if (!parsed.success) {
      this.#problems.addIssues(at, parsed.issues);
      return undefined;
    }
    const loaded = loadStep(definition, parsed.output, this.#files);
    if (!loaded.ok) {
      this.#problems.add(at, loaded.text);
      return undefined;
    }
    if (definition.unavailable !== undefined) return undefined;
    const loop = this.#readLoop(definition, { value: parsed.output, nested, at, variables });
    for (const captured of definition.captures?.(parsed.output) ?? []) this.#captured.add(captured);
    for (const result of definition.results?.(parsed.output) ?? []) this.#results.add(result);
    return {
      key,
      name: step.name,
      definition,
      value: loaded.value,
      position: this.#tree.keyPositionOf(at),
      source: this.#tree.sourceOf(at),
      loop,
    };
  }

  #readLoop(
    definition: StepDefinition,
    loop: {
      value: unknown;
      nested: readonly unknown[] | undefined;
      at: TreePath;
      variables: Variables;
    },
  ): Loop | undefined {
    const rounds = definition.rounds?.(loop.value);
    if (rounds === undefined) return undefined;
    const path = [...loop.at, 'steps'];
    const { nested } = loop;
    if (nested === undefined || nested.length === 0) {
      this.#problems.add(path, 'expected a list of steps');
      return undefined;
    }
    const bodies = rounds.variables.map((own) => {
      for (const name of own.keys()) {
        if (loop.variables.has(name)) this.#problems.add(loop.at, `"${name}" has a value already`);
      }
      return this.read(nested, path, new Map([...loop.variables, ...own]));
    });
    return { times: rounds.times, bodies };
  }

  #checkNames(value: unknown, path: TreePath): void {
    if (typeof value === 'string') {
      for (const written of placeholdersOf(value)) {
        const name = base64Name(written) ?? written;
        if (isRuntimeName(name) || this.#captured.has(name) || this.#known.has(name)) continue;
        this.#problems.add(path, unknownNameText(name));
      }
    } else if (Array.isArray(value)) {
      value.forEach((element, index) => this.#checkNames(element, [...path, index]));
    } else if (isRecord(value)) {
      for (const [key, field] of Object.entries(value)) this.#checkNames(field, [...path, key]);
    }
  }
}

/** Reads the files that a step names, where it names any. */
export function loadStep(
  definition: StepDefinition,
  value: unknown,
  files: StepFiles | undefined,
): Parsed<unknown> {
  if (definition.load === undefined) return { ok: true, value };
  if (files !== undefined) return definition.load(value, files);
  return { ok: false, text: 'it reads a file: write it in a scenario file, nasboard run FILE' };
}

/** In a case of a list of holds, `press` has the one of the case. */
function withOneHold(raw: unknown, variables: Variables): unknown {
  const hold = variables.get('hold');
  if (hold === undefined || !isRecord(raw) || !Array.isArray(raw['hold'])) return raw;
  return { ...raw, hold };
}

/** What is told of a step that this version does not do. */
function unknownStepText(key: string): string {
  return `there is no step ${show(key)}; there are: ${[...stepDefinitions.keys()].join(', ')}`;
}

function unknownNameText(name: string): string {
  const account = /^totp\((.*)\)$/.exec(name)?.[1];
  if (account !== undefined) {
    return `the phone has no account ${show(account)} here: no phone step before adds or scans it`;
  }
  if (name === 'hold') return '${hold} has a value where a press has a list of holds; none has';
  return `\${${name}} has no value here: no step before captures ${show(name)}, no sweep lists it`;
}

function nestedOf(raw: unknown): readonly unknown[] | undefined {
  const steps = isRecord(raw) ? raw['steps'] : undefined;
  return Array.isArray(steps) ? steps : undefined;
}

function nameFrom(name: unknown): string | undefined {
  return typeof name === 'string' ? name : undefined;
}

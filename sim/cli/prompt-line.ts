import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import { UsageError } from '../kernel/invariant.ts';
import { isRecord } from '../scenario/schema.ts';
import type { StepDefinition } from '../scenario/step.ts';
import { filesBeside, type StepFiles } from '../scenario/step-files.ts';
import { loadStep } from '../scenario/step-reader.ts';
import { stepDefinitions } from '../scenario/steps/index.ts';

/** Files that are named at the prompt lie where the program was started; each is read anew. */
const filesHere: StepFiles = { ...filesBeside('.'), once: (_key, make) => make() };

/** A step that was typed, read and found good. */
export interface TypedStep {
  readonly definition: StepDefinition;
  readonly value: unknown;
}

/** Whether a line names a step of the vocabulary, in words or in the form of a scenario file. */
export function isStepLine(line: string): boolean {
  return line.startsWith('{') || stepDefinitions.has(keyOf(line));
}

/**
 * Reads a step: `press reset 3s`, or as in a scenario file `press: { part-id: reset, hold: 3s }`,
 * or as JSON. A `UsageError` says what is wrong with it.
 */
export function parseStepLine(line: string): TypedStep {
  const key = keyOf(line);
  if (line.startsWith('{') || line.startsWith(`${key}:`)) return fromFile(line);
  const definition = stepDefinitions.get(key);
  if (definition === undefined) throw new UsageError(`there is no step "${key}": help lists them`);
  if (definition.fromWords === undefined) throw unusable(definition);
  const words = line.slice(key.length).trim();
  return checked(definition, definition.fromWords(words === '' ? [] : words.split(/\s+/)));
}

function fromFile(line: string): TypedStep {
  let read: unknown;
  try {
    read = parseYaml(line);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const fields = isRecord(read) ? Object.entries(read).filter(([key]) => key !== 'name') : [];
  const [field, ...more] = fields;
  if (field === undefined || more.length > 0) {
    throw new UsageError('a step is one key with its value: press: { part-id: reset, hold: 3s }');
  }
  const [key, value] = field;
  const definition = stepDefinitions.get(key);
  if (definition === undefined) throw new UsageError(`there is no step "${key}": help lists them`);
  return checked(definition, value);
}

function checked(definition: StepDefinition, input: unknown): TypedStep {
  if (definition.rounds !== undefined) throw unusable(definition);
  const found = v.safeParse(definition.schema, input);
  if (found.success) {
    const loaded = loadStep(definition, found.output, filesHere);
    if (!loaded.ok) throw new UsageError(`${definition.key}: ${loaded.text}`);
    return { definition, value: loaded.value };
  }
  const [issue] = found.issues;
  const place = [definition.key, v.getDotPath(issue) ?? ''].filter((name) => name !== '').join('.');
  const usage = definition.usage === undefined ? '' : `\n  for example: ${definition.usage}`;
  throw new UsageError(`${place}: ${issue.message}${usage}`);
}

function unusable({ key }: StepDefinition): UsageError {
  return new UsageError(
    `"${key}" holds other steps: write it in a scenario file, nasboard run FILE`,
  );
}

function keyOf(line: string): string {
  return /^[a-z][a-z-]*/.exec(line)?.[0] ?? '';
}

import { boardSchema, scenarioFile } from '../scenario/header.ts';
import type { StepDefinition } from '../scenario/step.ts';
import { stepDefinitions } from '../scenario/steps/index.ts';
import { timedSteps } from '../scenario/timed-fault.ts';
import { duration } from '../scenario/schema.ts';
import { jsonSchemaOf, withShared, type JsonSchema } from './convert.ts';

const steps = { $ref: '#/$defs/steps' };
const placeholder = { $ref: '#/$defs/placeholder' };
const scalar = { type: ['string', 'number', 'boolean', 'null'] };

/**
 * The JSON Schema of scenario files for editors, made of the definitions that the reader itself
 * uses. `texts` are what is told of a step or a field of the header, by its name.
 */
export function scenarioJsonSchema(texts: ReadonlyMap<string, string>): JsonSchema {
  const { properties, ...header } = jsonSchemaOf(scenarioFile, 'form') as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
  };
  const fields: Readonly<Record<string, JsonSchema>> = {
    ...properties,
    board: withPlaceholders(jsonSchemaOf(boardSchema, 'form')),
    sweep: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'array', minItems: 1, items: scalar },
    },
    faults: { type: 'array', items: timedFault() },
    steps,
  };
  const step = stepSchema(stepDefinitions, texts);
  const { schema, shared } = withShared({ ...header, properties: told(fields, texts), step });
  const { step: sharedStep, ...whole } = schema;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Scenario of nasboard',
    ...whole,
    $defs: {
      placeholder: { type: 'string', pattern: '\\$\\{', description: 'a value that has a name' },
      steps: { type: 'array', minItems: 1, items: { $ref: '#/$defs/step' } },
      step: sharedStep,
      ...shared,
    },
  };
}

/** One key that says what is done, beside an optional name. */
function stepSchema(
  definitions: ReadonlyMap<string, StepDefinition>,
  texts: ReadonlyMap<string, string>,
): JsonSchema {
  const keys = [...definitions.keys()];
  const values = [...definitions].map(([key, definition]) => [key, valueOf(definition)] as const);
  return {
    type: 'object',
    properties: { name: { type: 'string' }, ...told(Object.fromEntries(values), texts) },
    additionalProperties: false,
    oneOf: keys.map((key) => ({ required: [key] })),
  };
}

function timedFault(): JsonSchema {
  const { properties, ...rest } = stepSchema(timedSteps, new Map()) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
  };
  const at = withPlaceholders(jsonSchemaOf(duration, 'form'));
  return { ...rest, properties: { at, ...properties }, required: ['at'] };
}

function valueOf(definition: StepDefinition): JsonSchema {
  const form = withPlaceholders(jsonSchemaOf(definition.schema, 'form'));
  const properties = form['properties'] as Readonly<Record<string, JsonSchema>> | undefined;
  if (definition.rounds !== undefined) return { ...form, properties: { ...properties, steps } };
  if (definition.key !== 'press' || properties === undefined) return form;
  // A list makes cases; the reader has taken it apart before the step sees it.
  const { hold = {} } = properties;
  const list = { type: 'array', minItems: 1, items: hold };
  return { ...form, properties: { ...properties, hold: { anyOf: [hold, list] } } };
}

/**
 * A value of a list or of a capture may stand wherever one plain value is due. Text that may be
 * anything takes it as it is.
 */
function withPlaceholders(schema: JsonSchema): JsonSchema {
  const group = ['properties', 'patternProperties'].flatMap((key) => {
    const fields = schema[key] as Readonly<Record<string, JsonSchema>> | undefined;
    return fields === undefined ? [] : [[key, mapFields(fields, withPlaceholders)] as const];
  });
  const parts = ['items', 'additionalProperties'].flatMap((key) => {
    const part = schema[key];
    const isSchema = typeof part === 'object' && part !== null;
    return isSchema ? [[key, withPlaceholders(part as JsonSchema)] as const] : [];
  });
  const options = schema['anyOf'] as readonly JsonSchema[] | undefined;
  const choice = options === undefined ? {} : { anyOf: options.map(withPlaceholders) };
  const whole: JsonSchema = { ...schema, ...Object.fromEntries([...group, ...parts]), ...choice };
  if (options !== undefined || isWide(whole)) return whole;
  const { deprecated, description, title, ...leaf } = whole;
  return {
    ...(title !== undefined && { title }),
    ...(deprecated !== undefined && { deprecated }),
    ...(description !== undefined && { description }),
    anyOf: [leaf, placeholder],
  };
}

/** What takes any text already, or is no plain value. */
function isWide(schema: JsonSchema): boolean {
  const { type, pattern, enum: words } = schema;
  const types = Array.isArray(type) ? type : [type];
  if (types.includes('object') || types.includes('array')) return true;
  if (words !== undefined || 'const' in schema) return false;
  return type === undefined || (types.includes('string') && pattern === undefined);
}

function mapFields(
  fields: Readonly<Record<string, JsonSchema>>,
  change: (schema: JsonSchema) => JsonSchema,
): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, change(each)]));
}

function told(
  fields: Readonly<Record<string, JsonSchema>>,
  texts: ReadonlyMap<string, string>,
): Readonly<Record<string, JsonSchema>> {
  const entries = Object.entries(fields).map(([key, schema]) => {
    const description = texts.get(key);
    if (description === undefined) return [key, schema] as const;
    // Beside a reference nothing else counts; what has a title becomes one.
    const isReference = '$ref' in schema || 'title' in schema;
    return [
      key,
      isReference ? { description, allOf: [schema] } : { description, ...schema },
    ] as const;
  });
  return Object.fromEntries(entries);
}

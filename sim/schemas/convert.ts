import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';

/** A piece of JSON Schema, draft 7. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a reader checks or changes after the form of a value, and JSON Schema cannot say. */
const beyondForm = ['raw_transform', 'transform', 'check', 'to_upper_case', 'ip'];

/**
 * What JSON Schema can say of a reader's own schema. `input` is what is written, for schemas that
 * change it on the way; `form` is what the last schema of each chain has for it.
 */
export function jsonSchemaOf(schema: v.GenericSchema, mode: 'input' | 'form'): JsonSchema {
  const converted = toJsonSchema(schema, {
    typeMode: mode === 'input' ? 'input' : 'output',
    ignoreActions: beyondForm,
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      const { type } = valibotSchema;
      if (type === 'custom') return {};
      // A record's names may be judged by more than a pattern.
      if (type === 'record') return { ...jsonSchema, propertyNames: { type: 'string' } };
      if (type !== 'lazy') return undefined;
      return 'options' in valibotSchema
        ? { anyOf: (valibotSchema.options as v.GenericSchema[]).map((e) => jsonSchemaOf(e, mode)) }
        : {};
    },
  });
  // The dialect is told by the whole; what is shared, `withShared` names.
  const own = Object.entries(converted).filter(([key]) => key !== '$schema' && key !== '$defs');
  return tidied(Object.fromEntries(own)) as JsonSchema;
}

/** What has a title stands once, under it, and is referred to from everywhere else. */
export function withShared(schema: JsonSchema): {
  readonly schema: JsonSchema;
  readonly shared: Readonly<Record<string, unknown>>;
} {
  const shared = new Map<string, unknown>();
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const inner = Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, visit(each)]),
    );
    const { title, ...rest } = inner;
    if (typeof title !== 'string') return inner;
    shared.set(title, rest);
    return { $ref: `#/$defs/${title}` };
  };
  return { schema: visit(schema) as JsonSchema, shared: Object.fromEntries(shared) };
}

/** Without what says nothing. */
function tidied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidied);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, field]) => !(key === 'required' && Array.isArray(field) && field.length === 0),
  );
  return Object.fromEntries(entries.map(([key, field]) => [key, tidied(field)]));
}

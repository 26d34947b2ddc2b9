import { boardSchema } from '#hal/linux/board-schema';
import { jsonSchemaOf, type JsonSchema } from './convert.ts';

/**
 * The JSON Schema of board files for editors, made of the schema that reads them. `texts` are what
 * is told of a field, by its name.
 */
export function boardJsonSchema(texts: ReadonlyMap<string, string>): JsonSchema {
  const { properties, ...rest } = jsonSchemaOf(boardSchema('/'), 'input') as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
  };
  const told = Object.entries(properties).map(([key, field]) => {
    const description = texts.get(key);
    return [key, { ...(description !== undefined && { description }), ...field }] as const;
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Board file of nasboard',
    ...rest,
    properties: Object.fromEntries(told),
  };
}

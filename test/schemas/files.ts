import { readFileSync } from 'node:fs';
import { boardJsonSchema } from '#sim/schemas/board';
import type { JsonSchema } from '#sim/schemas/convert';
import { scenarioJsonSchema } from '#sim/schemas/scenario';

const reference = new URL('../../docs/reference/', import.meta.url);

/** A schema that is published, and the document whose tables tell of its fields. */
export interface SchemaFile {
  readonly url: URL;
  readonly text: () => string;
}

/** The JSON Schemas of `docs/reference/`, as they must be. */
export const schemaFiles: readonly SchemaFile[] = [
  schemaFile('scenario.schema.json', () => scenarioJsonSchema(textsOf('scenario-steps.md'))),
  schemaFile('board.schema.json', () => boardJsonSchema(textsOf('board-file.md'))),
];

function schemaFile(name: string, make: () => JsonSchema): SchemaFile {
  const text = (): string => `${JSON.stringify(make(), undefined, 2)}\n`;
  return { url: new URL(name, reference), text };
}

/** The second column of each table by what the first one names, as plain text. */
function textsOf(document: string): ReadonlyMap<string, string> {
  const text = readFileSync(new URL(document, reference), 'utf8');
  const rows = text.matchAll(/^\| `([\w-]+)` \| (.*?) \|(?: |$)/gm);
  return new Map([...rows].map(([, name = '', cell = '']) => [name, plain(cell)]));
}

function plain(cell: string): string {
  return cell
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '')
    .trim();
}
